import { Anchor, Badge, Button, Group, Paper, Skeleton, Table, Text, Title } from '@mantine/core';
import { Link } from 'wouter';
import { schemaLabel } from '../actions/schema-label';
import { Failure } from '../ui/failure';
import { WideTable } from '../ui/wide-table';
import { useActions, type Action } from './gpt-queries';

/** The actions of a GPT, and the way to another one. */
export function GptActions({ gptId }: { gptId: string }) {
  const actions = useActions(gptId);
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
      {actions.error && <Failure error={actions.error} retry={() => void actions.refetch()} />}
      {actions.isPending && <Skeleton h={120} />}
      {actions.data?.length === 0 && (
        <Paper withBorder p="xl">
          <Text>
            There is no action yet. Add one from an OpenAPI document: its operations become what the model can call.
          </Text>
        </Paper>
      )}
      {actions.data && actions.data.length > 0 && <ActionTable gptId={gptId} actions={actions.data} />}
    </section>
  );
}

function ActionTable({ gptId, actions }: { gptId: string; actions: Action[] }) {
  return (
    <WideTable label="Actions" minWidth={620}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Title</Table.Th>
          <Table.Th>Domain</Table.Th>
          <Table.Th>Authentication</Table.Th>
          <Table.Th>Operations</Table.Th>
          <Table.Th>Warnings</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {actions.map(({ id, title, domain, auth, operations, warnings }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <Anchor component={Link} href={`/gpts/${gptId}/actions/${id}`} fw={600}>
                {title}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <span className="mono">{domain}</span>
            </Table.Td>
            <Table.Td>{schemaLabel(auth)}</Table.Td>
            <Table.Td>{operations.length}</Table.Td>
            <Table.Td>
              {warnings.length === 0 ? (
                <Text size="sm" c="dimmed">
                  None
                </Text>
              ) : (
                <Badge color="yellow" variant="light" tt="none" c="var(--console-warning)">
                  {warnings.length === 1 ? '1 warning' : `${warnings.length} warnings`}
                </Badge>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </WideTable>
  );
}
