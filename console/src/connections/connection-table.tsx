import { Anchor, Button, Group, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import type { Connection } from '../queries/connections';
import { DataTable } from '../ui/data-table';
import { RelativeTime } from '../ui/relative-time';
import { ConnectionStatus } from './connection-status';

interface ConnectionTableProps {
  connections: Connection[];
  /** The names of GPTs by their ids. */
  gptNames: Map<string, string>;
  disconnect: (connection: Connection) => void;
  reconnect: (connection: Connection) => void;
}

export function ConnectionTable({ connections, gptNames, disconnect, reconnect }: ConnectionTableProps) {
  return (
    <DataTable
      label="Connections"
      minWidth={1080}
      columns={['User', 'Connected to', 'Status', 'Token expires', 'Last used', 'Last refreshed']}
      actions="Reconnect or disconnect"
    >
      {connections.map((connection) => (
        <ConnectionRow
          key={connection.id}
          connection={connection}
          gptName={gptNames.get(connection.gpt_id) ?? connection.gpt_id}
          disconnect={disconnect}
          reconnect={reconnect}
        />
      ))}
    </DataTable>
  );
}

interface ConnectionRowProps {
  connection: Connection;
  gptName: string;
  disconnect: (connection: Connection) => void;
  reconnect: (connection: Connection) => void;
}

/** Memoized: there may be thousands of rows. */
const ConnectionRow = memo(function ConnectionRow({ connection, gptName, disconnect, reconnect }: ConnectionRowProps) {
  const { id, user, domain, status, expires_at, last_used_at, last_refreshed_at } = connection;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={400} maw={240}>
        <span className="mono">{user}</span>
      </Table.Th>
      <Table.Td maw={280}>
        {domain}
        <Text size="xs" c="dimmed">
          {gptName}
        </Text>
      </Table.Td>
      <Table.Td>
        <ConnectionStatus status={status} />
      </Table.Td>
      <Table.Td>{status === 'active' ? <RelativeTime at={expires_at} fallback="Never" /> : '–'}</Table.Td>
      <Table.Td>
        <RelativeTime at={last_used_at} fallback="Never" />
      </Table.Td>
      <Table.Td>
        {last_refreshed_at ? (
          <Anchor component={Link} href={`/connections/${id}/trace`} size="sm" underline="always">
            <RelativeTime at={last_refreshed_at} />
          </Anchor>
        ) : (
          'Never'
        )}
      </Table.Td>
      <Table.Td ta="right">
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Reconnect ${user} to ${domain}`}
            onClick={() => reconnect(connection)}
          >
            Reconnect
          </Button>
          {status !== 'revoked' && (
            <Button
              variant="default"
              size="compact-sm"
              aria-label={`Disconnect ${user} from ${domain}`}
              onClick={() => disconnect(connection)}
            >
              Disconnect
            </Button>
          )}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
});
