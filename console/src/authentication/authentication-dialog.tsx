import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useUnsavedChanges } from '../navigation/unsaved-changes';
import { AuthenticationForm } from './authentication-form';

interface AuthenticationDialogProps {
  gptId: string;
  actionId: string;
  opened: boolean;
  onClose: () => void;
}

/** The authentication form in a dialog. Closing it discards unsaved changes, so it asks first. */
export function AuthenticationDialog({ gptId, actionId, opened, onClose }: AuthenticationDialogProps) {
  const isPhone = useMediaQuery('(max-width: 48em)');
  const [isUnsaved, setUnsaved] = useState(false);
  const { question, confirm } = useUnsavedChanges(isUnsaved);
  const close = () => confirm(onClose);
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
      >
        <AuthenticationForm
          gptId={gptId}
          actionId={actionId}
          onUnsaved={setUnsaved}
          onCancel={close}
          onSaved={() => {
            notifications.show({ message: 'Authentication saved.' });
            onClose();
          }}
        />
      </Modal>
      {question}
    </Modal.Stack>
  );
}
