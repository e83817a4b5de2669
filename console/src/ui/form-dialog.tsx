import { Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';

interface FormDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  size?: string;
  /** The label of the submit button. */
  action: string;
  onSubmit: () => void;
  isPending: boolean;
  children: ReactNode;
}

/** A form in a dialog, with Cancel and one action. */
export function FormDialog({ opened, onClose, title, size, action, onSubmit, isPending, children }: FormDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <Stack>
          {children}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={isPending}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
