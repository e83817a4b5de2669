import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, type Schema } from '../api/api';
import { Problem } from '../api/problem';

export type Session = Schema<'ConsoleSessionDto'>;

const KEY = ['session'];
const PATH = '/v1/console-session';

/** For which key this browser acts; `null` where it has not signed in. */
export function useSession() {
  return useQuery({
    queryKey: KEY,
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      try {
        return await api.get<Session>(PATH, signal);
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
  });
}

export function useSignIn() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: string) => api.post<Session>(PATH, { key }),
    onSuccess: (session) => queries.setQueryData(KEY, session),
  });
}

/** Forgets everything that was read with the session. */
export function useSignOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => api.delete(PATH),
    onSettled: () => {
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== KEY[0] });
      queries.setQueryData(KEY, null);
    },
  });
}
