import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { signInQueries } from '../queries/sign-ins';
import { isOpen, waitForSignIn } from './wait-for-sign-in';

const TRACE_POLL_MS = 1500;

/** A sign-in and its trace, updated while the sign-in is open. */
export function useLiveSignIn(id: string) {
  const queries = useQueryClient();
  const signIn = useQuery(signInQueries.detail(id));
  const isLive = signIn.data !== undefined && isOpen(signIn.data);
  const trace = useQuery({ ...signInQueries.trace(id), refetchInterval: isLive && TRACE_POLL_MS });
  useEffect(() => {
    if (!isLive) return;
    const controller = new AbortController();
    const watch = async () => {
      const ended = await waitForSignIn(id, controller.signal);
      await queries.invalidateQueries(signInQueries.trace(id));
      queries.setQueryData(signInQueries.detail(id).queryKey, ended);
    };
    watch().catch(() => {
      // The query shows the error.
      if (!controller.signal.aborted) void queries.invalidateQueries(signInQueries.detail(id));
    });
    return () => controller.abort();
  }, [id, isLive, queries]);
  return { signIn, trace };
}
