import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import type { ReactNode } from 'react';
import { Caution } from './caution';
import { CopyButton } from './copy-button';

interface SecretDialogProps {
  title: string;
  /** Nothing: the dialog is closed. */
  secret: string | undefined;
  /** The name that it is known by, read out with it. */
  label: string;
  /** Has to let go of the secret: it is kept nowhere else. */
  onClose: () => void;
  /** What it is for. */
  children?: ReactNode;
}

/** Shows a secret once. It closes by its button alone, so that no stray key or click loses what cannot be had again. */
export function SecretDialog({ title, secret, label, onClose, children }: SecretDialogProps) {
  return (
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      // What is shown while it goes would be an empty frame: the secret has gone at once.
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
        <Caution title="It will not be shown again">
          <Text size="sm">
            Countersign keeps only a digest. Put it where your secrets are before you close this; if it is lost, make
            another.
          </Text>
        </Caution>
        <Group justify="flex-end">
          <CopyButton text={secret ?? ''} what="key" data-autofocus />
          <Button onClick={onClose}>I have kept it</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
