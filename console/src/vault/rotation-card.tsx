import { Alert, Group, List, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { tenantQueries } from '../queries/tenants';
import { vaultQueries, type Rotation, type RotationDetails } from '../queries/vault';
import { Caution } from '../ui/caution';
import { Failure } from '../ui/failure';
import { plural } from '../ui/plural';
import { RelativeTime } from '../ui/relative-time';
import { StatusMark } from '../ui/status-mark';

const SCOPE_LABELS = { data: 'Data keys', kek: 'Key-encryption key' };

/** A rotation: its progress, the secrets that could not be decrypted, and the old keys that are left. */
export function RotationCard({ listed }: { listed: Rotation }) {
  const details = useQuery(vaultQueries.rotation(listed.id));
  const rotation = details.data ?? listed;
  const { id, scope, tenant_id: tenantId, status, error, created_at, completed_at } = rotation;
  return (
    <Paper withBorder p="md" component="li" style={{ listStyle: 'none' }} aria-labelledby={`${id}-title`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Title order={3} size="h5" id={`${id}-title`}>
            {SCOPE_LABELS[scope]} of <TenantName id={tenantId} />
          </Title>
          <RotationStatus rotation={rotation} />
        </Group>
        <RotationProgress rotation={rotation} />
        {error && status === 'running' && (
          <Caution title="The rotation was interrupted and will resume">{error}</Caution>
        )}
        <Failures rotation={rotation} />
        {details.error && <Failure error={details.error} retry={() => void details.refetch()} />}
        <Group gap="4px 20px" fz="xs" c="dimmed">
          <span>
            Started <RelativeTime at={created_at} />
          </span>
          {completed_at && (
            <span>
              Completed <RelativeTime at={completed_at} />
            </span>
          )}
          {details.data && <span>{oldKeysText(details.data)}</span>}
          <span className="mono">{id}</span>
        </Group>
      </Stack>
    </Paper>
  );
}

function RotationStatus({ rotation: { status, progress } }: { rotation: Rotation }) {
  if (status === 'running') return <StatusMark tone="pending">Running</StatusMark>;
  if (progress.failed > 0) return <StatusMark tone="error">Completed with errors</StatusMark>;
  return <StatusMark tone="success">Completed</StatusMark>;
}

function TenantName({ id }: { id: string | null }) {
  const tenants = useQuery(tenantQueries.options()).data;
  if (id === null) return <>all tenants</>;
  return <>{tenants?.find(({ value }) => value === id)?.label ?? id}</>;
}

function RotationProgress({ rotation }: { rotation: Rotation }) {
  const { id, status, progress } = rotation;
  const { total, done, failed } = progress;
  // Secrets that are added meanwhile count as done, and may exceed the total.
  const max = status === 'completed' ? 100 : 99;
  const percent = total === null ? 0 : Math.min(max, total === 0 ? max : ((done + failed) / total) * 100);
  return (
    <>
      <Progress.Root size="lg" radius="sm">
        <Progress.Section value={percent} aria-label="Progress" aria-labelledby={`${id}-title`} />
      </Progress.Root>
      <Text size="sm" role={status === 'running' ? 'status' : undefined}>
        {progressText(rotation)}
        {failed > 0 && `, ${failed} failed`}
      </Text>
    </>
  );
}

function progressText({ scope, status, progress: { total, done } }: Rotation): string {
  const items = scope === 'kek' ? 'data keys' : 'secrets';
  if (total === null) return `Counting ${items}…`;
  if (status === 'completed' && total === 0) return `There were no ${items} to rotate.`;
  return `${done} of ${total} ${items} done`;
}

function Failures({ rotation: { failures, progress } }: { rotation: Rotation }) {
  if (failures.length === 0) return null;
  return (
    <Alert color="red" title="These could not be decrypted and were left unchanged">
      <List size="sm">
        {failures.map(({ tenant_id: tenant, table, row_id: row }) => (
          <List.Item key={`${table} ${row}`}>
            {table} <span className="mono">{row}</span> of <span className="mono">{tenant}</span>
          </List.Item>
        ))}
      </List>
      {progress.failed > failures.length && <Text size="sm">And {progress.failed - failures.length} more.</Text>}
    </Alert>
  );
}

function oldKeysText({ scope, old_keys: count }: RotationDetails): string {
  if (scope === 'kek') {
    return count === 0
      ? 'No data key uses an old key-encryption key'
      : `${plural(count, 'data key')} still wrapped with an old key-encryption key`;
  }
  if (count === 0) return 'No old data keys left';
  return `${plural(count, 'old data key')} left, deleted one hour after the last use`;
}
