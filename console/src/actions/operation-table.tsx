import { Badge, Button, Group, Table, Text } from '@mantine/core';
import type { Schema } from '../api/api';
import { WideTable } from '../ui/wide-table';
import classes from './actions.module.css';

export type Operation = Schema<'OperationDto'>;

interface OperationTableProps {
  operations: Operation[];
  /** Left out where there is nothing to be called yet. */
  onTest?: (operation: Operation) => void;
}

/** What a model can call of an action. */
export function OperationTable({ operations, onTest }: OperationTableProps) {
  return (
    <WideTable label="Operations" minWidth={720}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Operation</Table.Th>
          <Table.Th>Method</Table.Th>
          <Table.Th>Path</Table.Th>
          <Table.Th>Notes</Table.Th>
          {onTest && (
            <Table.Th className={classes['last']}>
              <span className="visually-hidden">Test</span>
            </Table.Th>
          )}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
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
            <Table.Td>
              <span className="mono">{operation.method}</span>
            </Table.Td>
            <Table.Td>
              <span className="mono">{operation.path}</span>
            </Table.Td>
            <Table.Td>
              <Marks operation={operation} />
            </Table.Td>
            {onTest && (
              <Table.Td ta="right" className={classes['last']}>
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
      </Table.Tbody>
    </WideTable>
  );
}

function Marks({ operation: { is_consequential, requires_auth } }: { operation: Operation }) {
  return (
    <Group gap={6}>
      {is_consequential && (
        <Badge variant="default" tt="none" title="The user is asked before it is called">
          Asks first
        </Badge>
      )}
      {!requires_auth && (
        <Badge variant="default" tt="none" title="The document opens it: it needs no authentication">
          Open
        </Badge>
      )}
    </Group>
  );
}
