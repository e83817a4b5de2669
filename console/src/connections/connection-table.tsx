import { Anchor, Button, Table, Text } from '@mantine/core';
import { memo } from 'react';
import { Link } from 'wouter';
import { When } from '../ui/when';
import { WideTable } from '../ui/wide-table';
import type { Connection } from './queries';
import { Status } from './status';

interface ConnectionTableProps {
  connections: Connection[];
  /** GPTs' names by their ids. */
  gptNames: Map<string, string>;
  disconnect: (connection: Connection) => void;
}

/** One row a connection; on a phone it scrolls within its frame. */
export function ConnectionTable({ connections, gptNames, disconnect }: ConnectionTableProps) {
  return (
    <WideTable label="Connections" minWidth={980}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>User</Table.Th>
          <Table.Th>Connected to</Table.Th>
          <Table.Th>Status</Table.Th>
          <Table.Th>Token expires</Table.Th>
          <Table.Th>Last used</Table.Th>
          <Table.Th>Last refreshed</Table.Th>
          <Table.Th>
            <span className="connections-hidden">Disconnect</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {connections.map((connection) => (
          <Row
            key={connection.id}
            connection={connection}
            gptName={gptNames.get(connection.gpt_id) ?? connection.gpt_id}
            disconnect={disconnect}
          />
        ))}
      </Table.Tbody>
    </WideTable>
  );
}

interface RowProps {
  connection: Connection;
  gptName: string;
  disconnect: (connection: Connection) => void;
}

/** A list of thousands is drawn again only where it has changed. */
const Row = memo(function Row({ connection, gptName, disconnect }: RowProps) {
  const { id, user, domain, status, expires_at, last_used_at, last_refreshed_at } = connection;
  const isEnded = status === 'revoked';
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
        <Status status={status} />
      </Table.Td>
      <Table.Td>{status === 'active' ? <When at={expires_at} never="Never" /> : '–'}</Table.Td>
      <Table.Td>
        <When at={last_used_at} never="Never" />
      </Table.Td>
      <Table.Td>
        {last_refreshed_at ? (
          <Anchor component={Link} href={`/connections/${id}/trace`} size="sm" underline="always">
            <When at={last_refreshed_at} />
          </Anchor>
        ) : (
          'Never'
        )}
      </Table.Td>
      <Table.Td ta="right">
        {!isEnded && (
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Disconnect ${user} from ${domain}`}
            onClick={() => disconnect(connection)}
          >
            Disconnect
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
});
