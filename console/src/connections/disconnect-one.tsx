import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Failure } from '../ui/failure';
import { useDisconnect, type Connection } from './queries';

interface DisconnectOneProps {
  connection: Connection | undefined;
  close: () => void;
}

/** Asks before one connection ends. */
export function DisconnectOne({ connection, close }: DisconnectOneProps) {
  const disconnect = useDisconnect();
  const leave = () => {
    disconnect.reset();
    close();
  };
  const go = (chosen: Connection) =>
    disconnect.mutate(chosen, {
      onSuccess: () => {
        notifications.show({ message: `${chosen.user} is disconnected from ${chosen.domain}.` });
        leave();
      },
    });
  return (
    <Modal
      opened={connection !== undefined}
      onClose={leave}
      title="Disconnect this user?"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {connection && (
        <Stack>
          <Text>
            <strong>{connection.user}</strong> is asked to sign in to <strong>{connection.domain}</strong> again when
            the GPT needs it next. The tokens are deleted here at once, and revoked at the provider where it can be
            done.
          </Text>
          {disconnect.error && <Failure error={disconnect.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={leave} data-autofocus>
              Keep
            </Button>
            <Button className="connections-danger" loading={disconnect.isPending} onClick={() => go(connection)}>
              Disconnect
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
