import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import { Problem } from '../api/problem';
import type { Schema } from '../api/types';
import { MAX_PAGE_SIZE, readAll } from './pagination';

export type Rotation = Schema<'RotationDto'>;
export type RotationDetails = Schema<'RotationDetailsDto'>;

const RUNNING_POLL_MS = 1000;
const IDLE_POLL_MS = 30_000;

/** Vault rotations and the server's readiness. */
export const vaultQueries = {
  /** All rotations, newest first. */
  rotations: () =>
    queryOptions({
      queryKey: ['vault', 'rotations', 'list'],
      queryFn: ({ signal }) =>
        readAll((cursor) =>
          send(api.GET('/v1/vault/rotations', { params: { query: { limit: MAX_PAGE_SIZE, cursor } }, signal })),
        ),
      select: (rotations) => rotations.toReversed(),
      refetchInterval: ({ state }) =>
        state.data?.some(({ status }) => status === 'running') ? RUNNING_POLL_MS : IDLE_POLL_MS,
    }),

  /** A rotation with the number of old keys, which falls even after it has completed. */
  rotation: (rotationId: string) =>
    queryOptions({
      queryKey: ['vault', 'rotations', 'detail', rotationId],
      queryFn: ({ signal }) =>
        send(api.GET('/v1/vault/rotations/{rotation_id}', { params: { path: { rotation_id: rotationId } }, signal })),
      refetchInterval: ({ state }) => (state.data?.status === 'completed' ? IDLE_POLL_MS : RUNNING_POLL_MS),
    }),

  /** The state of each part of the server. With status 503 the response has a body too: it names the parts that are down. */
  readiness: () =>
    queryOptions({
      queryKey: ['vault', 'readiness'],
      refetchInterval: IDLE_POLL_MS,
      queryFn: async ({ signal }) => {
        const { data, error, response } = await api.GET('/readyz', { signal });
        const parts = data?.parts ?? (error as Partial<Schema<'ReadinessDto'>> | undefined)?.parts;
        if (!parts) throw new Problem(response.status, 'unreadable', `/readyz responded with ${response.status}`);
        return parts;
      },
    }),
};

export function useStartRotation() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schema<'CreateRotationDto'>) => send(api.POST('/v1/vault/rotations', { body })),
    onSuccess: () => queries.invalidateQueries(vaultQueries.rotations()),
  });
}
