import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useDisconnect, type Connection } from '../queries/connections';
import { ConfirmDialog } from '../ui/confirm-dialog';

interface DisconnectDialogProps {
  connection: Connection;
  onClose: () => void;
}

/** Asks before a connection is ended. */
export function DisconnectDialog({ connection, onClose }: DisconnectDialogProps) {
  const { user, domain } = connection;
  const disconnect = useDisconnect();
  const confirm = async () => {
    await disconnect.mutateAsync(connection);
    notifications.show({ message: `${user} was disconnected from ${domain}.` });
  };
  return (
    <ConfirmDialog opened onClose={onClose} title="Disconnect this user?" action="Disconnect" confirm={confirm}>
      <Text>
        <strong>{user}</strong> must sign in to <strong>{domain}</strong> again when the GPT next needs it. The tokens
        are deleted at once, and revoked at the provider if it supports that.
      </Text>
    </ConfirmDialog>
  );
}
