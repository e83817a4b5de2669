import { Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { useSession } from '../shell/session';
import { useNow } from '../ui/now';
import { When } from '../ui/when';
import { WideTable } from '../ui/wide-table';
import { useGpts, type Key } from './queries';
import { isUsable, KeyState } from './state';

export type Deed = 'rotate' | 'revoke';

interface KeyTableProps {
  keys: Key[];
  /** When they were read: one that has ended by then has ended, however old the time is that is shown. */
  readAt: number;
  choose: (deed: Deed, key: Key) => void;
}

export function KeyTable({ keys, readAt, choose }: KeyTableProps) {
  const gpts = useGpts().data;
  const names = new Map(gpts?.map(({ id, name }) => [id, name]));
  return (
    <WideTable label="Keys" minWidth={940}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th>Role</Table.Th>
          <Table.Th>For</Table.Th>
          <Table.Th>State</Table.Th>
          <Table.Th>Created</Table.Th>
          <Table.Th>Last used</Table.Th>
          <Table.Th>Expires</Table.Th>
          <Table.Th>
            <span className="visually-hidden">What to do</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {keys.map((key) => (
          <KeyRow key={key.id} of={key} readAt={readAt} names={names} choose={choose} />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

interface KeyRowProps {
  of: Key;
  readAt: number;
  names: Map<string, string>;
  choose: KeyTableProps['choose'];
}

function KeyRow({ of: key, readAt, names, choose }: KeyRowProps) {
  const now = Math.max(useNow(), readAt);
  const isOwn = useSession().data?.key_id === key.id;
  const isAlive = isUsable(key, now);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={600}>
        <Stack gap={2} align="flex-start" miw={250}>
          <Group gap={8}>
            {key.name}
            {isOwn && (
              <Badge variant="outline" size="sm" tt="none">
                This session
              </Badge>
            )}
          </Group>
          <Text component="span" className="mono" c="dimmed" fw={400}>
            {key.id}
          </Text>
        </Stack>
      </Table.Th>
      <Table.Td>{key.role}</Table.Td>
      <Table.Td maw={220}>{forWhat(key, names)}</Table.Td>
      <Table.Td>
        <KeyState of={key} now={now} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <When at={key.created_at} />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <When at={key.last_used_at} never="never" />
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        <When at={key.expires_at} never="never" />
      </Table.Td>
      <Table.Td>
        <Group gap={6} wrap="nowrap" justify="flex-end">
          {isAlive && !key.replaced_by && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Rotate ${key.name}`}
              onClick={() => choose('rotate', key)}
            >
              Rotate
            </Button>
          )}
          {isAlive && (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={`Revoke ${key.name}`}
              onClick={() => choose('revoke', key)}
            >
              Revoke
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function forWhat({ role, gpt_ids }: Key, names: Map<string, string>): string {
  if (role === 'admin') return 'the whole tenant';
  return gpt_ids ? gpt_ids.map((id) => names.get(id) ?? id).join(', ') : 'all GPTs';
}
