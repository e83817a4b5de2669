import { Group, Paper, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { vaultQueries } from '../queries/vault';
import { QueryView } from '../ui/query-view';
import { StatusMark } from '../ui/status-mark';

/** The state of the services that the server depends on. */
export function Readiness() {
  const readiness = useQuery(vaultQueries.readiness());
  return (
    <QueryView query={readiness} height={76}>
      {(parts) => (
        <Paper withBorder p="md" component="section">
          <Title order={2} size="h5">
            {Object.values(parts).every((status) => status === 'up') ? 'All systems are up' : 'A system is down'}
          </Title>
          <Group gap="lg" mt={6} component="ul" p={0} m={0}>
            {Object.entries(parts).map(([part, status]) => (
              <Group key={part} gap={6} component="li" style={{ listStyle: 'none' }}>
                <StatusMark tone={status === 'up' ? 'success' : 'error'}>
                  {part}{' '}
                  <Text span c="dimmed" inherit>
                    is {status}
                  </Text>
                </StatusMark>
              </Group>
            ))}
          </Group>
        </Paper>
      )}
    </QueryView>
  );
}
