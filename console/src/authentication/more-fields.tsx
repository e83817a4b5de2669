import { Button, Stack } from '@mantine/core';
import { useId, type ReactNode } from 'react';

interface MoreFieldsProps {
  isOpen: boolean;
  setOpen: (isOpen: boolean) => void;
  children: ReactNode;
}

/** Rarely used fields, behind a button. */
export function MoreFields({ isOpen, setOpen, children }: MoreFieldsProps) {
  const id = useId();
  return (
    <Stack gap="md" align="stretch">
      <Button
        variant="subtle"
        size="compact-sm"
        w="fit-content"
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        leftSection={<span aria-hidden="true">{isOpen ? '−' : '+'}</span>}
        onClick={() => setOpen(!isOpen)}
      >
        More
      </Button>
      {isOpen && (
        <Stack gap="md" id={id}>
          {children}
        </Stack>
      )}
    </Stack>
  );
}
