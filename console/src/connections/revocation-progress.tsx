import { Alert, Button, Progress, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { connectionQueries, type Revocation } from '../queries/connections';
import { Failure } from '../ui/failure';
import { plural } from '../ui/plural';

/** The progress of a bulk disconnect. The tokens are deleted at once; the providers are asked to revoke them one by one. */
export function RevocationProgress({ id, close }: { id: string; close: () => void }) {
  const { data, error, refetch } = useQuery(connectionQueries.revocation(id));
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return null;
  const { pending, confirmed, failed } = data.provider;
  const total = pending + confirmed + failed;
  const isDone = data.status === 'done';
  return (
    <Alert
      title={`Disconnected ${plural(data.revoked, 'connection')}`}
      color={failed > 0 ? 'orange' : undefined}
      role="note"
      mb="md"
      maw={720}
    >
      <Stack gap="xs">
        <Text component="output" size="sm">
          {progressText(data)}
        </Text>
        {!isDone && total > 0 && (
          <Progress.Root aria-label="Revocation at the provider">
            <Progress.Section
              value={(100 * (confirmed + failed)) / total}
              aria-label={`${confirmed + failed} of ${total} tokens`}
            />
          </Progress.Root>
        )}
        {isDone && (
          <div>
            <Button size="compact-sm" variant="default" onClick={close}>
              Close
            </Button>
          </div>
        )}
      </Stack>
    </Alert>
  );
}

function progressText({ status, provider: { pending, confirmed, failed } }: Revocation): string {
  const total = pending + confirmed + failed;
  if (total === 0) return 'The tokens are deleted. The providers do not support revocation.';
  if (status !== 'done')
    return `The tokens are deleted here. Revoking them at the provider: ${confirmed + failed} of ${total}.`;
  if (failed === 0) return `The tokens are deleted here and revoked at the provider (${confirmed} of ${total}).`;
  return `The tokens are deleted here. The provider revoked ${confirmed} of ${total}. The ${failed} others failed; see the audit log.`;
}
