import { notifications } from '@mantine/notifications';
import { EditDialog } from '../ui/edit-dialog';
import { AuthenticationForm } from './authentication-form';

interface AuthenticationDialogProps {
  gptId: string;
  actionId: string;
  opened: boolean;
  onClose: () => void;
}

/** The authentication form in a dialog. */
export function AuthenticationDialog({ gptId, actionId, opened, onClose }: AuthenticationDialogProps) {
  const onSaved = () => {
    notifications.show({ message: 'Authentication saved.' });
    onClose();
  };
  return (
    <EditDialog opened={opened} onClose={onClose} title="Authentication" size="xl" id="authentication">
      {(dialog) => <AuthenticationForm gptId={gptId} actionId={actionId} {...dialog} onSaved={onSaved} />}
    </EditDialog>
  );
}
