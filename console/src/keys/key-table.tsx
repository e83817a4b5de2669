import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { gptQueries } from '../queries/gpts';
import type { Key } from '../queries/keys';
import { useSession } from '../queries/session';
import { DataTable } from '../ui/data-table';
import { useNow } from '../ui/now';
import { plural } from '../ui/plural';
import { RelativeTime } from '../ui/relative-time';
import { isActive, KeyStatus } from './key-status';

export type KeyAction = 'rotate' | 'revoke';

interface KeyTableProps {
  keys: Key[];
  /** The time at which the keys were read, in milliseconds. It may be newer than `useNow`. */
  readAt: number;
  onAction: (action: KeyAction, key: Key) => void;
}

export function KeyTable({ keys, readAt, onAction }: KeyTableProps) {
  const gpts = useQuery(gptQueries.list()).data;
  const gptNames = new Map(gpts?.map(({ id, name }) => [id, name]));
  const now = Math.max(useNow(), readAt);
  return (
    <DataTable
      label="Keys"
      minWidth={940}
      columns={['Name', 'Role', 'Access', 'Status', 'Created', 'Last used', 'Expires']}
      actions="Actions"
    >
      {keys.map((key) => (
        <KeyRow key={key.id} apiKey={key} now={now} gptNames={gptNames} onAction={onAction} />
      ))}
    </DataTable>
  );
}

interface KeyRowProps {
  apiKey: Key;
  now: number;
  gptNames: Map<string, string>;
  onAction: KeyTableProps['onAction'];
}

function KeyRow({ apiKey, now, gptNames, onAction }: KeyRowProps) {
  const { id, name, role, created_at, last_used_at, expires_at, replaced_by } = apiKey;
  const isOwn = useSession()?.key_id === id;
  const canRevoke = isActive(apiKey, now);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={600}>
        <Stack gap={2} align="flex-start" miw={250}>
          <Group gap={8}>
            {name}
            {isOwn && (
              <Badge variant="outline" size="sm" tt="none">
                This session
              </Badge>
            )}
          </Group>
          <Text component="span" className="mono" c="dimmed" fw={400}>
            {id}
          </Text>
        </Stack>
      </Table.Th>
      <Table.Td>{role}</Table.Td>
      <Table.Td maw={220}>{accessLabel(apiKey, gptNames)}</Table.Td>
      <Table.Td>
        <KeyStatus apiKey={apiKey} now={now} />
      </Table.Td>
      <Table.Td className="nowrap">
        <RelativeTime at={created_at} />
      </Table.Td>
      <Table.Td className="nowrap">
        <RelativeTime at={last_used_at} fallback="Never" />
      </Table.Td>
      <Table.Td className="nowrap">
        <RelativeTime at={expires_at} fallback="Never" />
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap" justify="flex-end">
          {canRevoke && !replaced_by && (
            <RowButton label="Rotate" name={name} onClick={() => onAction('rotate', apiKey)} />
          )}
          {canRevoke && <RowButton label="Revoke" name={name} onClick={() => onAction('revoke', apiKey)} />}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function RowButton({ label, name, onClick }: { label: string; name: string; onClick: () => void }) {
  return (
    <Button size="compact-sm" variant="default" aria-label={`${label} ${name}`} onClick={onClick}>
      {label}
    </Button>
  );
}

function accessLabel({ role, gpt_ids, operation_ids }: Key, gptNames: Map<string, string>): string {
  if (role === 'admin') return 'The whole tenant';
  const gpts = gpt_ids ? gpt_ids.map((id) => gptNames.get(id) ?? id).join(', ') : 'All GPTs';
  return operation_ids ? `${plural(operation_ids.length, 'operation')} of ${gpts}` : gpts;
}
