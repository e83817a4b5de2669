import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { byCursor, itemsOf, MAX_PAGE_SIZE } from './pagination';

export type Connection = Schema<'ConnectionDto'>;
export type Revocation = Schema<'RevocationDto'>;

export interface ConnectionFilter {
  user_prefix?: string;
  gpt_id?: string;
  action_id?: string;
  status?: Connection['status'];
}

const PAGE_SIZE = 50;
const REVOCATION_POLL_MS = 1000;

/** The number of connections on the first page, and whether there are more. */
export interface BoundedCount {
  count: number;
  hasMore: boolean;
}

/** Connections, and their revocation. */
export const connectionQueries = {
  /** The prefix of every key below. */
  all: () => ['connections'] as const,

  /** Connections, oldest first. */
  list: (filter: ConnectionFilter) =>
    infiniteQueryOptions({
      ...byCursor,
      queryKey: [...connectionQueries.all(), 'list', filter],
      queryFn: ({ pageParam: cursor, signal }) => {
        const query = { ...filter, limit: PAGE_SIZE, cursor };
        return send(api.GET('/v1/connections', { params: { query }, signal }));
      },
      select: itemsOf,
    }),

  /** How many connections match, counted up to one page. */
  count: (filter: ConnectionFilter) =>
    queryOptions({
      queryKey: [...connectionQueries.all(), 'count', filter],
      queryFn: async ({ signal }): Promise<BoundedCount> => {
        const query = { ...filter, limit: MAX_PAGE_SIZE };
        const { data, next_cursor } = await send(api.GET('/v1/connections', { params: { query }, signal }));
        return { count: data.length, hasMore: next_cursor !== null };
      },
    }),

  /** A connection with the trace of its token refreshes. */
  trace: (connectionId: string) =>
    queryOptions({
      queryKey: [...connectionQueries.all(), 'trace', connectionId],
      queryFn: async ({ signal }) => {
        const options = { params: { path: { connection_id: connectionId } }, signal };
        const [connection, trace] = await Promise.all([
          send(api.GET('/v1/connections/{connection_id}', options)),
          send(api.GET('/v1/connections/{connection_id}/trace', options)),
        ]);
        return { connection, trace };
      },
    }),

  /** How many connections `useDisconnectAll` would end: counted by the server each time. */
  dryRun: (filter: ConnectionFilter) =>
    queryOptions({
      queryKey: ['revocations', 'dry-run', filter],
      staleTime: 0,
      gcTime: 0,
      queryFn: async ({ signal }) => {
        const body = { ...scopeOf(filter), dry_run: true };
        const counted = await send(api.POST('/v1/connections/revoke', { body, signal }));
        return (counted as Schema<'CountedConnectionsDto'>).count;
      },
    }),

  /** The progress of a revocation, polled until it is done. */
  revocation: (revocationId: string) =>
    queryOptions({
      queryKey: ['revocations', 'detail', revocationId],
      queryFn: ({ signal }) => {
        const path = { revocation_id: revocationId };
        return send(api.GET('/v1/connections/revocations/{revocation_id}', { params: { path }, signal }));
      },
      refetchInterval: ({ state }) => (state.data?.status === 'done' ? false : REVOCATION_POLL_MS),
    }),
};

/** The scope of a bulk revocation. The API requires `all` if neither a GPT nor an action is named. */
function scopeOf(filter: ConnectionFilter): Omit<Schema<'RevokeConnectionsDto'>, 'dry_run'> {
  return filter.gpt_id || filter.action_id ? filter : { ...filter, all: true };
}

export function useDisconnect() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: Connection) =>
      send(api.DELETE('/v1/connections/{connection_id}', { params: { path: { connection_id: id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: connectionQueries.all() }),
  });
}

export function useDisconnectAll() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (filter: ConnectionFilter) => {
      const body = { ...scopeOf(filter), dry_run: false };
      return (await send(api.POST('/v1/connections/revoke', { body }))) as Schema<'RevokedConnectionsDto'>;
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: connectionQueries.all() }),
  });
}
