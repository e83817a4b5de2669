import { Badge, Button, Group, Table, Text } from '@mantine/core';
import type { Action, Operation } from '../queries/actions';
import type { OperationPolicy } from '../queries/policies';
import { DataTable } from '../ui/data-table';
import { plural } from '../ui/plural';
import { OperationSwitch } from './operation-switch';

/** What can be done with the operations of a stored action. */
interface OperationActions {
  action: Action;
  onTest: (operation: Operation) => void;
  onEditPolicy: (operation: Operation) => void;
  /** Called with the error if an operation could not be enabled or disabled, and with null before each attempt. */
  onFailure: (error: Error | null) => void;
}

interface OperationTableProps {
  operations: Operation[];
  /** The policies by operation id. */
  policies?: Readonly<Record<string, OperationPolicy>>;
  /** Undefined if the action is not stored yet. */
  actions?: OperationActions;
}

/** The operations of an action, as a model can call them. */
export function OperationTable({ operations, policies = {}, actions }: OperationTableProps) {
  return (
    <DataTable
      label="Operations"
      minWidth={actions ? 860 : 720}
      columns={[
        'Operation',
        ...(actions ? ['Enabled'] : []),
        ...(isOfMcpServer(actions) ? [] : ['Method', 'Path']),
        'Notes',
      ]}
      actions={actions && 'Actions'}
    >
      {operations.map((operation) => (
        <OperationRow
          key={operation.operation_id}
          operation={operation}
          policy={policies[operation.operation_id] ?? {}}
          actions={actions}
        />
      ))}
    </DataTable>
  );
}

/** Whether the operations are tools of an MCP server, which have no method and no path. */
function isOfMcpServer(actions: OperationActions | undefined): boolean {
  return typeof actions?.action.mcp_url === 'string';
}

interface OperationRowProps {
  operation: Operation;
  policy: OperationPolicy;
  actions?: OperationActions;
}

function OperationRow({ operation, policy, actions }: OperationRowProps) {
  const { operation_id: id, summary, method, path, enabled } = operation;
  return (
    <Table.Tr>
      <Table.Td maw={340}>
        <span className="mono">{id}</span>
        {(policy.description ?? summary) && (
          <Text size="sm" c="dimmed" lineClamp={2}>
            {policy.description ?? summary}
          </Text>
        )}
      </Table.Td>
      {actions && (
        <Table.Td>
          <OperationSwitch action={actions.action} operation={operation} onFailure={actions.onFailure} />
        </Table.Td>
      )}
      {!isOfMcpServer(actions) && (
        <>
          <Table.Td className="mono">{method}</Table.Td>
          <Table.Td className="mono">{path}</Table.Td>
        </>
      )}
      <Table.Td>
        <Notes operation={operation} policy={policy} />
      </Table.Td>
      {actions && (
        <Table.Td>
          <Group gap={6} wrap="nowrap" justify="flex-end">
            <RowButton label="Policy" operationId={id} onClick={() => actions.onEditPolicy(operation)} />
            <RowButton label="Test" operationId={id} isDisabled={!enabled} onClick={() => actions.onTest(operation)} />
          </Group>
        </Table.Td>
      )}
    </Table.Tr>
  );
}

interface RowButtonProps {
  label: string;
  operationId: string;
  isDisabled?: boolean;
  onClick: () => void;
}

function RowButton({ label, operationId, isDisabled, onClick }: RowButtonProps) {
  return (
    <Button
      variant="default"
      size="compact-sm"
      onClick={onClick}
      disabled={isDisabled}
      aria-label={`${label} ${operationId}`}
    >
      {label}
    </Button>
  );
}

function Notes({ operation, policy }: Omit<OperationRowProps, 'actions'>) {
  const { name, response, follow_redirects } = policy;
  const fixed = Object.keys(policy.fixed_arguments ?? {}).length;
  const notes: [string | false, string][] = [
    [!operation.enabled && 'Disabled', 'No tool; calls are rejected'],
    [name !== undefined && `Named ${name}`, 'The name of the tool'],
    confirmationNote(operation, policy),
    [fixed > 0 && plural(fixed, 'fixed argument'), 'Sent with every call, and not shown to models'],
    [response !== undefined && 'Bounded response', 'Parts of the response are left out'],
    [follow_redirects === true && 'Follows redirects', 'Of GET and HEAD, to the same origin'],
    [!operation.requires_auth && 'No authentication', 'The document declares no security for this operation'],
  ];
  return (
    <Group gap={6}>
      {notes.map(
        ([label, title]) =>
          label !== false && (
            <Badge key={label} variant="default" tt="none" title={title}>
              {label}
            </Badge>
          ),
      )}
    </Group>
  );
}

function confirmationNote(
  { is_consequential }: Operation,
  { confirmation }: OperationPolicy,
): [string | false, string] {
  if (confirmation === 'always') return ['Always asks first', 'The policy requires a confirmation of each call'];
  if (confirmation === 'never') return [is_consequential && 'Does not ask', 'The policy skips the confirmation'];
  return [is_consequential && 'Asks first', 'The user must confirm each call'];
}
