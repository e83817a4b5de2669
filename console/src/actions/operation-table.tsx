import { Badge, Button, Group, Table, Text } from '@mantine/core';
import type { Operation } from '../queries/actions';
import { DataTable } from '../ui/data-table';

interface OperationTableProps {
  operations: Operation[];
  /** Undefined if the operations cannot be called yet. */
  onTest?: (operation: Operation) => void;
}

/** The operations of an action, as a model can call them. */
export function OperationTable({ operations, onTest }: OperationTableProps) {
  return (
    <DataTable
      label="Operations"
      minWidth={720}
      columns={['Operation', 'Method', 'Path', 'Notes']}
      actions={onTest && 'Test'}
    >
      {operations.map((operation) => (
        <Table.Tr key={operation.operation_id}>
          <Table.Td maw={340}>
            <span className="mono">{operation.operation_id}</span>
            {operation.summary && (
              <Text size="sm" c="dimmed" lineClamp={2}>
                {operation.summary}
              </Text>
            )}
          </Table.Td>
          <Table.Td className="mono">{operation.method}</Table.Td>
          <Table.Td className="mono">{operation.path}</Table.Td>
          <Table.Td>
            <Notes operation={operation} />
          </Table.Td>
          {onTest && (
            <Table.Td ta="right">
              <Button
                variant="default"
                size="compact-sm"
                onClick={() => onTest(operation)}
                aria-label={`Test ${operation.operation_id}`}
              >
                Test
              </Button>
            </Table.Td>
          )}
        </Table.Tr>
      ))}
    </DataTable>
  );
}

function Notes({ operation: { is_consequential, requires_auth } }: { operation: Operation }) {
  return (
    <Group gap={6}>
      {is_consequential && (
        <Badge variant="default" tt="none" title="The user must confirm each call">
          Asks first
        </Badge>
      )}
      {!requires_auth && (
        <Badge variant="default" tt="none" title="The document declares no security for this operation">
          No authentication
        </Badge>
      )}
    </Group>
  );
}
