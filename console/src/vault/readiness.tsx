import { Group, Paper, Skeleton, Text, Title } from '@mantine/core';
import { Failure } from '../ui/failure';
import { StatusMark } from '../ui/status-mark';
import { useReadiness } from './queries';

/** Whether what this process needs answers. */
export function Readiness() {
  const { data, error, isPending, refetch } = useReadiness();
  if (isPending) return <Skeleton h={76} aria-label="Loading" />;
  if (!data) return <Failure error={error} retry={() => void refetch()} />;
  const isReady = Object.values(data).every((status) => status === 'up');
  return (
    <Paper withBorder p="md" component="section">
      <Title order={2} size="h5">
        {isReady ? 'Everything answers' : 'Not everything answers'}
      </Title>
      <Group gap="lg" mt={6} component="ul" p={0} m={0}>
        {Object.entries(data).map(([part, status]) => (
          <Group key={part} gap={6} component="li" style={{ listStyle: 'none' }}>
            <StatusMark tone={status === 'up' ? 'good' : 'bad'}>
              {part}
              <Text span c="dimmed" inherit>
                {status === 'up' ? ' answers' : ' does not answer'}
              </Text>
            </StatusMark>
          </Group>
        ))}
      </Group>
    </Paper>
  );
}
