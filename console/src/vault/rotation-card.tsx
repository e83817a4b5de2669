import { Alert, Group, List, Paper, Progress, Stack, Text, Title } from '@mantine/core';
import { useTenantNames } from '../tenants/queries';
import { Caution } from '../ui/caution';
import { Failure } from '../ui/failure';
import { StatusMark } from '../ui/status-mark';
import { When } from '../ui/when';
import { useRotation, type Rotation, type RotationDetails } from './queries';

const NAMES = { data: 'Data keys', kek: 'Key-encryption key' };

/** One rotation: how far it is, what did not open, and which old keys are left. */
export function RotationCard({ of: listed }: { of: Rotation }) {
  const details = useRotation(listed);
  const rotation = details.data ?? listed;
  const { id, scope, tenant_id: tenantId, status, error, created_at: begun, completed_at: ended } = rotation;
  const isRunning = status === 'running';
  const tone = isRunning ? 'waiting' : rotation.progress.failed > 0 ? 'bad' : 'good';
  return (
    <Paper withBorder p="md" component="li" style={{ listStyle: 'none' }} aria-labelledby={`${id}-title`}>
      <Stack gap="xs">
        <Group justify="space-between" gap="xs">
          <Title order={3} size="h5" id={`${id}-title`}>
            {NAMES[scope]} of <TenantName id={tenantId} />
          </Title>
          <StatusMark tone={tone}>
            {isRunning ? 'Running' : rotation.progress.failed > 0 ? 'Completed, but not all' : 'Completed'}
          </StatusMark>
        </Group>
        <Bar rotation={rotation} />
        {error && isRunning && <Caution title="It has come to a halt, and goes on by itself">{error}</Caution>}
        <Failures rotation={rotation} />
        {details.error && <Failure error={details.error} retry={() => void details.refetch()} />}
        <Group gap="4px 20px" fz="xs" c="dimmed">
          <span>
            Begun <When at={begun} />
          </span>
          {ended && (
            <span>
              Completed <When at={ended} />
            </span>
          )}
          {details.data && <span>{oldKeys(details.data)}</span>}
          <span className="mono">{id}</span>
        </Group>
      </Stack>
    </Paper>
  );
}

function TenantName({ id }: { id: string | null }) {
  const tenants = useTenantNames().data;
  if (id === null) return <>all tenants</>;
  return <>{tenants?.find(({ value }) => value === id)?.label ?? id}</>;
}

function Bar({ rotation }: { rotation: Rotation }) {
  const { id, status, progress } = rotation;
  const { total, done, failed } = progress;
  // What came meanwhile is done too: never more than the whole, nor the whole before its end.
  const most = status === 'completed' ? 100 : 99;
  const percent = total === null ? 0 : Math.min(most, total === 0 ? most : ((done + failed) / total) * 100);
  return (
    <>
      <Progress.Root size="lg" radius="sm">
        <Progress.Section value={percent} aria-label="Progress" aria-labelledby={`${id}-title`} />
      </Progress.Root>
      <Text size="sm" role={status === 'running' ? 'status' : undefined}>
        {amount(rotation)}
        {failed > 0 && `, ${failed} did not open`}
      </Text>
    </>
  );
}

function amount({ scope, status, progress: { total, done } }: Rotation): string {
  const things = scope === 'kek' ? 'data keys' : 'secrets';
  if (total === null) return `Counting ${things} …`;
  if (status === 'completed' && total === 0) return 'There was nothing to do.';
  return `${done} of ${total} ${things} done`;
}

function Failures({ rotation: { failures, progress } }: { rotation: Rotation }) {
  if (failures.length === 0) return null;
  return (
    <Alert color="red" title="These did not open, and were left as they are">
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

function oldKeys({ scope, old_keys: count }: RotationDetails): string {
  if (scope === 'kek') {
    return count === 0
      ? 'No data key needs an old key-encryption key'
      : `${count} data keys need an old key-encryption key`;
  }
  if (count === 0) return 'No old data key is left';
  return `${count} old data ${count === 1 ? 'key is left, deleted an hour after its' : 'keys are left, deleted an hour after their'} last secret`;
}
