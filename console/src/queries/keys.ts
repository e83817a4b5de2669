import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { MAX_PAGE_SIZE, readAll } from './pagination';
import { sessionQueries } from './session';

export type Key = Schema<'KeyDto'>;
export type NewKey = Schema<'CreateKeyDto'>;

/** The tenant's API keys. */
export const keyQueries = {
  /** All keys, oldest first, including revoked ones. */
  list: () =>
    queryOptions({
      queryKey: ['keys', 'list'],
      queryFn: ({ signal }) =>
        readAll((cursor) => send(api.GET('/v1/keys', { params: { query: { limit: MAX_PAGE_SIZE, cursor } }, signal }))),
    }),
};

/** Creates a key. The response contains the secret: call `reset` once it has been shown, so that nothing keeps it. */
export function useCreateKey() {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: NewKey) => send(api.POST('/v1/keys', { body })),
    onSuccess: () => queries.invalidateQueries(keyQueries.list()),
  });
}

/** Replaces a key. The response contains the secret: call `reset` once it has been shown, so that nothing keeps it. */
export function useRotateKey({ id }: Key) {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Schema<'RotateKeyDto'>) =>
      send(api.POST('/v1/keys/{key_id}/rotate', { params: { path: { key_id: id } }, body })),
    onSuccess: () => queries.invalidateQueries(keyQueries.list()),
  });
}

export function useRevokeKey({ id }: Key) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (query: { force: boolean }) =>
      send(api.DELETE('/v1/keys/{key_id}', { params: { path: { key_id: id }, query } })),
    // A session ends with the key that started it.
    onSuccess: () =>
      Promise.all([queries.invalidateQueries(keyQueries.list()), queries.invalidateQueries(sessionQueries.current())]),
  });
}
