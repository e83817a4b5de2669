import { Anchor, Button, Group, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import { actionQueries, type Action } from '../queries/actions';
import { authLabel } from '../ui/auth-label';
import { DataTable } from '../ui/data-table';
import { Empty } from '../ui/empty';
import { plural } from '../ui/plural';
import { QueryView } from '../ui/query-view';
import { StatusMark } from '../ui/status-mark';

/** The actions of a GPT. */
export function GptActions({ gptId }: { gptId: string }) {
  const actions = useQuery(actionQueries.list(gptId));
  return (
    <section aria-labelledby="actions-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h3" id="actions-title">
          Actions
        </Title>
        <Button component={Link} href={`/gpts/${gptId}/actions/new`}>
          Add an action
        </Button>
      </Group>
      <QueryView query={actions} height={120}>
        {(data) =>
          data.length === 0 ? (
            <Empty title="No actions yet">
              Add an action from an OpenAPI document or an MCP server. Its operations become the tools that the model
              can call.
            </Empty>
          ) : (
            <ActionTable gptId={gptId} actions={data} />
          )
        }
      </QueryView>
    </section>
  );
}

function ActionTable({ gptId, actions }: { gptId: string; actions: Action[] }) {
  return (
    <DataTable label="Actions" minWidth={620} columns={['Title', 'Domain', 'Authentication', 'Operations', 'Warnings']}>
      {actions.map(({ id, title, domain, auth, operations, warnings }) => (
        <Table.Tr key={id}>
          <Table.Td>
            <Anchor component={Link} href={`/gpts/${gptId}/actions/${id}`} fw={600}>
              {title}
            </Anchor>
          </Table.Td>
          <Table.Td className="mono">{domain}</Table.Td>
          <Table.Td>{authLabel(auth)}</Table.Td>
          <Table.Td>{operations.length}</Table.Td>
          <Table.Td>
            {warnings.length === 0 ? (
              <Text size="sm" c="dimmed">
                None
              </Text>
            ) : (
              <StatusMark tone="warning">{plural(warnings.length, 'warning')}</StatusMark>
            )}
          </Table.Td>
        </Table.Tr>
      ))}
    </DataTable>
  );
}
