import { Alert, Button, Progress, Stack, Text } from '@mantine/core';
import { Failure } from '../ui/failure';
import { numbered } from './disconnect-all';
import { useRevocation, type Revocation } from './queries';

/** What has become of a command that ended connections: here it is done at once, the providers are told one by one. */
export function RevocationProgress({ id, close }: { id: string; close: () => void }) {
  const { data, error, refetch } = useRevocation(id);
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return null;
  const { pending, confirmed, failed } = data.provider;
  const all = pending + confirmed + failed;
  const isDone = data.status === 'done';
  return (
    <Alert
      title={`${numbered(data.revoked)} ended`}
      color={failed > 0 ? 'orange' : undefined}
      role="note"
      mb="md"
      maw={720}
    >
      <Stack gap="xs">
        <Text component="output" size="sm">
          {told(data)}
        </Text>
        {!isDone && all > 0 && (
          <Progress.Root aria-label="Providers told">
            <Progress.Section
              value={(100 * (confirmed + failed)) / all}
              aria-label={`${confirmed + failed} of ${all} providers told`}
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

function told({ status, provider: { pending, confirmed, failed } }: Revocation): string {
  const all = pending + confirmed + failed;
  if (all === 0) return 'Their tokens are deleted. No provider has to be told: none of them takes revocations.';
  if (status !== 'done')
    return `Their tokens are deleted here. Providers are being told: ${confirmed + failed} of ${all}.`;
  if (failed === 0) return `Their tokens are deleted here and revoked at the provider (${confirmed} of ${all}).`;
  return `Their tokens are deleted here. The provider confirmed ${confirmed} of ${all}; for ${failed} it was given up, and each is in the audit log.`;
}
