import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { all, api, type Schema } from '../api/api';

export type Key = Schema<'KeyDto'>;
export type NewKey = Schema<'CreateKeyDto'>;
type CreatedKey = Schema<'CreatedKeyDto'>;

const KEYS = ['keys'];

export function useKeys() {
  return useQuery({ queryKey: KEYS, queryFn: ({ signal }) => all<Key>('/v1/keys', signal) });
}

export function useGpts() {
  return useQuery({ queryKey: ['gpts'], queryFn: ({ signal }) => all<Schema<'GptDto'>>('/v1/gpts', signal) });
}

/** Its answer holds a key: who uses it calls `reset` as soon as that has been shown, and nothing is kept after. */
export function useCreateKey() {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: NewKey) => api.post<CreatedKey>('/v1/keys', body),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEYS }),
  });
}

/** As `useCreateKey`. */
export function useRotateKey() {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: ({ id, overlapSeconds }: { id: string; overlapSeconds: number }) =>
      api.post<CreatedKey>(`/v1/keys/${encodeURIComponent(id)}/rotate`, { overlap_seconds: overlapSeconds }),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEYS }),
  });
}

export function useRevokeKey() {
  const queries = useQueryClient();
  return async ({ id }: Key) => {
    await api.delete(`/v1/keys/${encodeURIComponent(id)}`);
    // Without its key a session has ended: the frame asks for another.
    await Promise.all([
      queries.invalidateQueries({ queryKey: KEYS }),
      queries.invalidateQueries({ queryKey: ['session'] }),
    ]);
  };
}
