import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { actionQueries } from '../queries/actions';
import { connectionQueries, type Connection, type ConnectionFilter } from '../queries/connections';
import { gptQueries } from '../queries/gpts';
import { Empty } from '../ui/empty';
import { LoadMore } from '../ui/load-more';
import { PageTitle } from '../ui/page-title';
import { QueryView } from '../ui/query-view';
import { ConnectDialog } from './connect-dialog';
import { ConnectionFilters } from './connection-filters';
import { STATUS_LABELS } from './connection-status';
import { ConnectionTable } from './connection-table';
import { DisconnectAllDialog } from './disconnect-all-dialog';
import { DisconnectDialog } from './disconnect-dialog';
import { ReconnectDialog } from './reconnect-dialog';
import { RevocationProgress } from './revocation-progress';
import { useConnectionFilter } from './use-connection-filter';

/** The connections of the tenant's users, oldest first. */
export default function ConnectionsPage() {
  const [filter, change] = useConnectionFilter();
  const [chosen, setChosen] = useState<Connection>();
  const [reconnecting, setReconnecting] = useState<Connection>();
  const [isConnecting, connecting] = useDisclosure(false);
  const [isEndingAll, endingAll] = useDisclosure(false);
  const [revocationId, setRevocationId] = useState<string | null>(null);
  const gpts = useQuery(gptQueries.list()).data;
  const gptNames = useMemo(() => new Map(gpts?.map(({ id, name }) => [id, name])), [gpts]);
  const disconnect = useCallback((connection: Connection) => setChosen(connection), []);
  const reconnect = useCallback((connection: Connection) => setReconnecting(connection), []);
  const scope = useScopeInWords(filter, gptNames);
  return (
    <>
      <PageTitle title="Connections" description="The APIs that your users have signed in to. Tokens are never shown.">
        <Group gap="sm">
          <Button variant="default" onClick={endingAll.open}>
            Disconnect all…
          </Button>
          <Button onClick={connecting.open}>Connect an account</Button>
        </Group>
      </PageTitle>
      {revocationId && <RevocationProgress id={revocationId} close={() => setRevocationId(null)} />}
      <ConnectionFilters filter={filter} change={change} />
      <ConnectionList filter={filter} gptNames={gptNames} disconnect={disconnect} reconnect={reconnect} />
      <ConnectDialog opened={isConnecting} onClose={connecting.close} />
      {reconnecting && <ReconnectDialog connection={reconnecting} onClose={() => setReconnecting(undefined)} />}
      {chosen && <DisconnectDialog connection={chosen} onClose={() => setChosen(undefined)} />}
      <DisconnectAllDialog
        opened={isEndingAll}
        filter={filter}
        scope={scope}
        onClose={endingAll.close}
        onStarted={setRevocationId}
      />
    </>
  );
}

interface ConnectionListProps {
  filter: ConnectionFilter;
  gptNames: Map<string, string>;
  disconnect: (connection: Connection) => void;
  reconnect: (connection: Connection) => void;
}

function ConnectionList({ filter, gptNames, disconnect, reconnect }: ConnectionListProps) {
  const connections = useInfiniteQuery(connectionQueries.list(filter));
  return (
    <QueryView query={connections} height={240}>
      {(items) =>
        items.length === 0 ? (
          <NoConnections isFiltered={Object.keys(filter).length > 0} />
        ) : (
          <>
            <ConnectionTable connections={items} gptNames={gptNames} disconnect={disconnect} reconnect={reconnect} />
            <LoadMore shown={items.length} query={connections} />
          </>
        )
      }
    </QueryView>
  );
}

function NoConnections({ isFiltered }: { isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <Empty title="No connections found">
        Enter the start of a user id as your server sends it in its calls. Upper and lower case matter.
      </Empty>
    );
  }
  return (
    <Empty title="No one has signed in yet">
      A user is asked to sign in when a GPT first calls an action that requires it, or with a link that you create with
      “Connect an account”.
    </Empty>
  );
}

/** Describes the connections that the filter selects. */
function useScopeInWords(filter: ConnectionFilter, gptNames: Map<string, string>): string {
  const { user_prefix: prefix, gpt_id: gptId, action_id: actionId, status } = filter;
  const actions = useQuery({ ...actionQueries.list(gptId ?? ''), enabled: gptId !== undefined }).data;
  const action = actions?.find(({ id }) => id === actionId);
  const parts = [
    ...(prefix ? [`users whose id starts with ${prefix}`] : []),
    ...(actionId ? [`the action ${action?.domain ?? actionId}`] : []),
    ...(gptId ? [`the GPT ${gptNames.get(gptId) ?? gptId}`] : []),
  ];
  const scope = parts.length > 0 ? parts.join(' and ') : 'all users of all GPTs';
  return status ? `${scope} with the status “${STATUS_LABELS[status]}”` : scope;
}
