import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Failure } from './failure';

interface DeleteDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What goes with it. */
  children: ReactNode;
  /** Has to be typed, where what is lost is much. */
  name?: string;
  deleteIt: () => Promise<void>;
}

/** Asks before something is deleted for good. */
export function DeleteDialog({ opened, onClose, title, children, name, deleteIt }: DeleteDialogProps) {
  const [typed, setTyped] = useState('');
  const deletion = useMutation({ mutationFn: deleteIt });
  const close = () => {
    setTyped('');
    deletion.reset();
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          deletion.mutate();
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
              data-autofocus
            />
          )}
          {deletion.error && <Failure error={deletion.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus={name === undefined || undefined}>
              Cancel
            </Button>
            <Button
              type="submit"
              color="red.9"
              loading={deletion.isPending}
              disabled={name !== undefined && typed.trim() !== name.trim()}
            >
              Delete
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
