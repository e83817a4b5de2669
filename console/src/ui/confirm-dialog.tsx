import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Failure } from './failure';

interface ConfirmDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What the button says: the deed itself, never "OK". */
  action: string;
  /** What comes of it. */
  children: ReactNode;
  /** Has to be typed, where what is lost is much. */
  name?: string;
  confirm: () => Promise<unknown>;
}

/** Asks before something that cannot be undone. */
export function ConfirmDialog({ opened, onClose, title, action, children, name, confirm }: ConfirmDialogProps) {
  const [typed, setTyped] = useState('');
  const isNamed = name === undefined || typed.trim() === name.trim();
  const close = () => {
    setTyped('');
    deed.reset();
    onClose();
  };
  const deed = useMutation({ mutationFn: confirm, onSuccess: close });
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isNamed) deed.mutate();
        }}
      >
        <Stack>
          <div>{children}</div>
          {name !== undefined && (
            <TextInput
              label={`Type “${name}” to confirm`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
              data-autofocus
            />
          )}
          {deed.error && <Failure error={deed.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus={name === undefined || undefined}>
              Cancel
            </Button>
            <Button type="submit" color="red.9" loading={deed.isPending} disabled={!isNamed}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
