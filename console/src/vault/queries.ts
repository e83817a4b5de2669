import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { all, api, type Schema } from '../api/api';
import { Problem } from '../api/problem';

export type Rotation = Schema<'RotationDto'>;
export type RotationDetails = Schema<'RotationDetailsDto'>;
export type Scope = Rotation['scope'];

const ROTATIONS = ['rotations'];
const LIVE_MS = 1000;
const CALM_MS = 30_000;

/** Newest first. Looked at often while one runs. */
export function useRotations() {
  return useQuery({
    queryKey: ROTATIONS,
    queryFn: ({ signal }) => all<Rotation>('/v1/vault/rotations', signal),
    select: (rotations) => rotations.toReversed(),
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === 'running') ? LIVE_MS : CALM_MS),
  });
}

/** With the old keys that are left, which go on going after it has been completed. */
export function useRotation({ id }: Rotation) {
  return useQuery({
    queryKey: ['rotation', id],
    queryFn: ({ signal }) => api.get<RotationDetails>(`/v1/vault/rotations/${encodeURIComponent(id)}`, signal),
    refetchInterval: ({ state }) => (state.data?.status === 'completed' ? CALM_MS : LIVE_MS),
  });
}

export function useRotate() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: { scope: Scope; tenant_id?: string }) => api.post<RotationDetails>('/v1/vault/rotations', body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ROTATIONS }),
  });
}

/** Whether each part answers. Where one does not, the answer says so with status 503. */
export function useReadiness() {
  return useQuery({
    queryKey: ['readiness'],
    refetchInterval: CALM_MS,
    queryFn: async ({ signal }) => {
      const response = await fetch('/readyz', { signal });
      if (response.status !== 200 && response.status !== 503) {
        throw new Problem(response.status, 'unreadable', `/readyz answered with ${response.status}`);
      }
      return ((await response.json()) as Schema<'ReadinessDto'>).parts as Record<string, string>;
    },
  });
}
