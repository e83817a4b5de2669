import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useUnsaved } from '../ui/unsaved';
import { AuthenticationForm } from './authentication-form';

interface AuthenticationDialogProps {
  gptId: string;
  actionId: string;
  opened: boolean;
  onClose: () => void;
}

/** The form in a dialog. Closed, it is gone, and what was typed with it: it asks first. */
export function AuthenticationDialog({ gptId, actionId, opened, onClose }: AuthenticationDialogProps) {
  const isPhone = useMediaQuery('(max-width: 48em)');
  const [isUnsaved, setUnsaved] = useState(false);
  const { question, leaving } = useUnsaved(isUnsaved);
  const close = () => leaving(onClose);
  return (
    <Modal.Stack>
      <Modal
        opened={opened}
        onClose={close}
        title="Authentication"
        size="xl"
        fullScreen={isPhone}
        closeOnClickOutside={false}
        stackId="authentication"
        styles={{ title: { fontWeight: 650 } }}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <AuthenticationForm
          gptId={gptId}
          actionId={actionId}
          onUnsaved={setUnsaved}
          onCancel={close}
          onSaved={() => {
            notifications.show({ message: 'The authentication is saved.' });
            onClose();
          }}
        />
      </Modal>
      {question}
    </Modal.Stack>
  );
}
