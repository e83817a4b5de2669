import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { api } from '../api/api';
import { endOf, isOpen, type SignIn } from './sign-in';
import type { Trace } from './trace/picture';

/** Between two looks at the steps of a sign-in that runs; its end is told at once. */
const STEPS_MS = 1500;

/** A sign-in and its steps, read again for as long as it runs. */
export function useLiveSignIn(id: string) {
  const queries = useQueryClient();
  const signIn = useQuery({
    queryKey: ['sign-ins', id],
    queryFn: ({ signal }) => api.get<SignIn>(`/v1/sign-ins/${id}`, signal),
  });
  const isRunning = signIn.data !== undefined && isOpen(signIn.data);
  const trace = useQuery({
    queryKey: ['sign-ins', id, 'trace'],
    queryFn: ({ signal }) => api.get<Trace>(`/v1/sign-ins/${id}/trace`, signal),
    refetchInterval: isRunning && STEPS_MS,
  });
  useEffect(() => {
    if (!isRunning) return;
    const leaving = new AbortController();
    const watch = async () => {
      const ended = await endOf(id, leaving.signal);
      await queries.invalidateQueries({ queryKey: ['sign-ins', id, 'trace'] });
      queries.setQueryData(['sign-ins', id], ended);
    };
    // Whoever cannot be asked is asked again by the queries above.
    watch().catch(() => {
      if (!leaving.signal.aborted) void queries.invalidateQueries({ queryKey: ['sign-ins', id] });
    });
    return () => leaving.abort();
  }, [id, isRunning, queries]);
  return { signIn, trace };
}
