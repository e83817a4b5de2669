import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { connectionQueries, useDisconnectAll, type ConnectionFilter } from '../queries/connections';
import { ConfirmQuestion } from '../ui/confirm-dialog';
import { plural } from '../ui/plural';
import { QueryView } from '../ui/query-view';

interface DisconnectAllProps {
  filter: ConnectionFilter;
  /** The connections that the filter selects, in words. */
  scope: string;
  onClose: () => void;
  /** Called with the id of the revocation; null if there was nothing left to revoke. */
  onStarted: (revocationId: string | null) => void;
}

/** Shows how many connections would be ended, and asks. */
export function DisconnectAllDialog({ opened, ...props }: DisconnectAllProps & { opened: boolean }) {
  return (
    <Modal opened={opened} onClose={props.onClose} title="Disconnect all of these?">
      <Question {...props} />
    </Modal>
  );
}

function Question({ filter, scope, onClose, onStarted }: DisconnectAllProps) {
  const count = useQuery(connectionQueries.dryRun(filter));
  const disconnectAll = useDisconnectAll();
  const confirm = async () => onStarted((await disconnectAll.mutateAsync(filter)).revocation_id);
  return (
    <QueryView query={count} height={120}>
      {(number) =>
        number === 0 ? (
          <Stack>
            <Text>There is nothing to disconnect: no connections of {scope} are left.</Text>
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose} data-autofocus>
                Close
              </Button>
            </Group>
          </Stack>
        ) : (
          <ConfirmQuestion
            onClose={onClose}
            action="Disconnect all"
            checkbox={`Yes, disconnect ${plural(number, 'connection')}`}
            confirm={confirm}
          >
            <Text>
              This ends <strong>{plural(number, 'connection')}</strong> of {scope}. Each user must sign in again when a
              GPT next needs it. This cannot be undone.
            </Text>
          </ConfirmQuestion>
        )
      }
    </QueryView>
  );
}
