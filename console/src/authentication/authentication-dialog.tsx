import { Modal } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { AuthenticationForm } from './authentication-form';

interface AuthenticationDialogProps {
  gptId: string;
  actionId: string;
  opened: boolean;
  onClose: () => void;
}

/** The form in a dialog. Closed, it is gone, and what was typed with it. */
export function AuthenticationDialog({ gptId, actionId, opened, onClose }: AuthenticationDialogProps) {
  const isPhone = useMediaQuery('(max-width: 48em)');
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Authentication"
      size="xl"
      fullScreen={isPhone}
      closeOnClickOutside={false}
      styles={{ title: { fontWeight: 650 } }}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <AuthenticationForm
        gptId={gptId}
        actionId={actionId}
        onCancel={onClose}
        onSaved={() => {
          notifications.show({ message: 'The authentication is saved.' });
          onClose();
        }}
      />
    </Modal>
  );
}
