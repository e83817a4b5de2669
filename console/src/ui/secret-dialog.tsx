import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { Caution } from './caution';
import { CopyButton } from './copy-button';

interface SecretDialogProps {
  title: string;
  /** Undefined while the dialog is closed. */
  secret: string | undefined;
  /** The secret's label. */
  label: string;
  noun?: 'key' | 'token';
  /** Must discard the secret. */
  onClose: () => void;
  /** The purpose of the secret. */
  children?: ReactNode;
}

/** Shows a secret once. Only its button closes it, so that no stray click or key press loses the secret. */
export function SecretDialog({ title, secret, label, noun = 'key', onClose, children }: SecretDialogProps) {
  return (
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      // The secret is discarded at once: a closing animation would show an empty dialog.
      transitionProps={{ duration: 0 }}
    >
      <Stack>
        {children && <Text size="sm">{children}</Text>}
        <Textarea
          label={label}
          value={secret ?? ''}
          readOnly
          autosize
          spellCheck={false}
          onFocus={(event) => event.currentTarget.select()}
          classNames={{ input: 'mono' }}
        />
        <Caution title={`This ${noun} will not be shown again`}>
          <Text size="sm">
            Countersign stores only a digest. Save the {noun} in your secret store before you close this dialog. If you
            lose it, create another.
          </Text>
        </Caution>
        <Group justify="flex-end">
          <CopyButton text={secret ?? ''} name={noun} data-autofocus />
          <Button onClick={onClose}>I’ve saved it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
