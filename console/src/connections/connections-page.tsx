import './connections.css';
import { Button, Group, Paper, Skeleton, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import { Failure } from '../ui/failure';
import { PageTitle } from '../ui/page-title';
import { ConnectionTable } from './connection-table';
import { DisconnectAll } from './disconnect-all';
import { DisconnectOne } from './disconnect-one';
import { useFilter, type Filter } from './filter';
import { Filters } from './filters';
import { useActions, useConnections, useGpts, type Connection } from './queries';
import { RevocationProgress } from './revocation-progress';
import { isStatus, STATUS_WORDS } from './status';

/** Which of the tenant's users are connected to what. */
export default function ConnectionsPage() {
  const [filter, change] = useFilter();
  const [chosen, setChosen] = useState<Connection>();
  const [isEndingAll, endingAll] = useDisclosure(false);
  const [revocationId, setRevocationId] = useState<string | null>(null);
  const names = useNames(filter);
  const disconnect = useCallback((connection: Connection) => setChosen(connection), []);
  return (
    <>
      <PageTitle title="Connections" text="Which of your users have signed in to what. No token is ever shown.">
        <Button variant="default" onClick={endingAll.open}>
          Disconnect all…
        </Button>
      </PageTitle>
      {revocationId && <RevocationProgress id={revocationId} close={() => setRevocationId(null)} />}
      <Filters filter={filter} change={change} />
      <List filter={filter} gptNames={names.gpts} disconnect={disconnect} />
      <DisconnectOne connection={chosen} close={() => setChosen(undefined)} />
      <DisconnectAll
        isOpen={isEndingAll}
        filter={filter}
        what={names.what}
        close={endingAll.close}
        onDone={(id) => {
          endingAll.close();
          setRevocationId(id);
        }}
      />
    </>
  );
}

interface ListProps {
  filter: Filter;
  gptNames: Map<string, string>;
  disconnect: (connection: Connection) => void;
}

function List({ filter, gptNames, disconnect }: ListProps) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useConnections(filter);
  const connections = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  if (isPending) return <Skeleton h={240} aria-label="Loading" />;
  if (error && connections.length === 0) return <Failure error={error} retry={() => void refetch()} />;
  if (connections.length === 0) return <Nobody isFiltered={Object.keys(filter).length > 0} />;
  return (
    <>
      <ConnectionTable connections={connections} gptNames={gptNames} disconnect={disconnect} />
      {error && <Failure error={error} retry={() => void fetchNextPage()} />}
      <Group justify="space-between" mt="sm">
        <Text component="output" size="sm" c="dimmed">
          {shown(connections.length, hasNextPage)}
        </Text>
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Load more
          </Button>
        )}
      </Group>
    </>
  );
}

function shown(count: number, isMore: boolean): string {
  if (isMore) return `The first ${count} are shown, oldest first.`;
  return count === 1 ? 'That is the only one.' : `All ${count} are shown, oldest first.`;
}

function Nobody({ isFiltered }: { isFiltered: boolean }) {
  return (
    <Paper withBorder p="xl">
      <Text>
        {isFiltered
          ? 'No connection fits. A user is found by how their id begins, as your server names them in its calls: case counts.'
          : 'Nobody has signed in yet. A user is offered to when a GPT first calls an action that asks for it.'}
      </Text>
    </Paper>
  );
}

/** GPTs by their ids, and what the filter names, in words. */
function useNames({ user_prefix: start, gpt_id: gptId, action_id: actionId, status }: Filter) {
  const gpts = useGpts().data;
  const actions = useActions(gptId).data;
  return useMemo(() => {
    const byId = new Map(gpts?.map(({ id, name }) => [id, name]));
    const action = actions?.find(({ id }) => id === actionId);
    const parts = [
      ...(start ? [`users that begin with ${start}`] : []),
      ...(actionId ? [`the action ${action?.domain ?? actionId}`] : []),
      ...(gptId ? [`the GPT ${byId.get(gptId) ?? gptId}`] : []),
    ];
    const named = parts.length > 0 ? parts.join(' and ') : 'all users of all GPTs';
    return { gpts: byId, what: isStatus(status) ? `${named} with the status “${STATUS_WORDS[status]}”` : named };
  }, [gpts, actions, start, gptId, actionId, status]);
}
