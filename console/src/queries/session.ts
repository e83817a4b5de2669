import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import { Problem } from '../api/problem';
import type { Schema } from '../api/types';

export type Session = Schema<'ConsoleSessionDto'>;

/** The browser's console session. */
export const sessionQueries = {
  /** The session, or `null` if this browser has not signed in. */
  current: () =>
    queryOptions({
      queryKey: ['session'],
      staleTime: 60_000,
      queryFn: async ({ signal }): Promise<Session | null> => {
        try {
          return await send(api.GET('/v1/console-session', { signal }));
        } catch (error) {
          if (error instanceof Problem && error.status === 401) return null;
          throw error;
        }
      },
    }),
};

/** The session of a page that is shown only to signed-in users. */
export function useSession(): Session | undefined {
  return useQuery(sessionQueries.current()).data ?? undefined;
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    // The variables contain the key.
    gcTime: 0,
    mutationFn: (key: string) => send(api.POST('/v1/console-session', { body: { key } })),
    onSuccess: (session) => queries.setQueryData(sessionQueries.current().queryKey, session),
  });
}

/** Ends the session and drops everything that was read with it. */
export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => send(api.DELETE('/v1/console-session')),
    onSettled: () => {
      const { queryKey } = sessionQueries.current();
      queries.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
      queries.setQueryData(queryKey, null);
    },
  });
}
