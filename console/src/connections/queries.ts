import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { all, api, type Page, type Schema } from '../api/api';
import { queryOf, scopeOf, type Filter } from './filter';

export type Connection = Schema<'ConnectionDto'>;
export type Revocation = Schema<'RevocationDto'>;
type Gpt = Schema<'GptDto'>;
type Action = Schema<'ActionDto'>;

const PAGE_SIZE = '50';

/** A page of connections after another, as many as were asked for. */
export function useConnections(filter: Filter) {
  return useInfiniteQuery({
    queryKey: ['connections', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => {
      const query = queryOf(filter);
      query.set('limit', PAGE_SIZE);
      if (pageParam !== '') query.set('cursor', pageParam);
      return api.get<Page<Connection>>(`/v1/connections?${query}`, signal);
    },
    getNextPageParam: ({ next_cursor }) => next_cursor,
  });
}

export function useGpts() {
  return useQuery({ queryKey: ['gpts'], queryFn: ({ signal }) => all<Gpt>('/v1/gpts', signal) });
}

export function useActions(gptId: string | undefined) {
  return useQuery({
    queryKey: ['actions', gptId],
    enabled: gptId !== undefined,
    queryFn: ({ signal }) => all<Action>(`/v1/gpts/${encodeURIComponent(gptId ?? '')}/actions`, signal),
  });
}

export function useDisconnect() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ id }: Connection) => api.delete(`/v1/connections/${encodeURIComponent(id)}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['connections'] }),
  });
}

/** How many connections would end with `filter`; counted anew each time it is asked. */
export function useCount(filter: Filter, isAsked: boolean) {
  return useQuery({
    queryKey: ['connections-count', scopeOf(filter)],
    enabled: isAsked,
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) =>
      api.post<Schema<'CountedConnectionsDto'>>(
        '/v1/connections/revoke',
        { ...scopeOf(filter), dry_run: true },
        signal,
      ),
  });
}

export function useDisconnectAll() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (filter: Filter) =>
      api.post<Schema<'RevokedConnectionsDto'>>('/v1/connections/revoke', scopeOf(filter)),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['connections'] }),
  });
}

/** How far the providers have been told; asked for until all have. */
export function useRevocation(id: string) {
  return useQuery({
    queryKey: ['revocation', id],
    queryFn: ({ signal }) => api.get<Revocation>(`/v1/connections/revocations/${encodeURIComponent(id)}`, signal),
    refetchInterval: ({ state }) => (state.data?.status === 'done' ? false : 1000),
  });
}
