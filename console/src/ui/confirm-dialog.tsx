import { Button, Checkbox, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Failure } from './failure';

interface ConfirmDialogProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The label of the confirming button: the action itself, never "OK". */
  action: string;
  /** The consequences of the action. */
  children: ReactNode;
  /** A name to type first, if much would be lost. */
  typedName?: string;
  /** The label of a checkbox to check first. */
  checkbox?: string;
  confirm: () => Promise<unknown>;
}

/** Asks before an action that cannot be undone. */
export function ConfirmDialog({ opened, onClose, title, ...props }: ConfirmDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <ConfirmQuestion {...props} onClose={onClose} />
    </Modal>
  );
}

/** The content of a `ConfirmDialog`, for a dialog that loads something first. */
export function ConfirmQuestion({
  onClose,
  action,
  children,
  typedName,
  checkbox,
  confirm,
}: Omit<ConfirmDialogProps, 'opened' | 'title'>) {
  const [typed, setTyped] = useState('');
  const [isChecked, setChecked] = useState(false);
  const mutation = useMutation({ mutationFn: confirm, onSuccess: onClose });
  const isNameTyped = typedName === undefined || typed.trim() === typedName.trim();
  const canConfirm = isNameTyped && (checkbox === undefined || isChecked);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (canConfirm) mutation.mutate();
      }}
    >
      <Stack>
        <div>{children}</div>
        {typedName !== undefined && (
          <TextInput
            label={`Type “${typedName}” to confirm`}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        )}
        {checkbox !== undefined && (
          <Checkbox
            label={checkbox}
            checked={isChecked}
            onChange={(event) => setChecked(event.currentTarget.checked)}
          />
        )}
        {mutation.error && <Failure error={mutation.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus={typedName === undefined || undefined}>
            Cancel
          </Button>
          <Button type="submit" color="red.9" loading={mutation.isPending} disabled={!canConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
