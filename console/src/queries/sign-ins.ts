import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send } from '../api/client';
import type { Schema } from '../api/types';
import { byCursor, itemsOf } from './pagination';

export type SignIn = Schema<'SignInDto'>;
export type ListedSignIn = Schema<'ListedSignInDto'>;
export type TraceStep = Schema<'TraceStepDto'>;

export interface SignInFilter {
  user?: string;
  gpt_id?: string;
  action_id?: string;
  status?: SignIn['status'];
}

const PAGE_SIZE = 50;

/** Sign-ins and their traces. */
export const signInQueries = {
  /** The prefix of every key below. */
  all: () => ['sign-ins'] as const,

  /** Sign-ins, newest first. */
  list: (filter: SignInFilter) =>
    infiniteQueryOptions({
      ...byCursor,
      queryKey: [...signInQueries.all(), 'list', filter],
      queryFn: ({ pageParam: cursor, signal }) => {
        const query = { ...filter, limit: PAGE_SIZE, cursor };
        return send(api.GET('/v1/sign-ins', { params: { query }, signal }));
      },
      select: itemsOf,
    }),

  detail: (signInId: string) =>
    queryOptions({
      queryKey: [...signInQueries.all(), 'detail', signInId],
      queryFn: ({ signal }) => readSignIn(signInId, signal),
    }),

  trace: (signInId: string) =>
    queryOptions({
      queryKey: [...signInQueries.detail(signInId).queryKey, 'trace'],
      queryFn: ({ signal }) =>
        send(api.GET('/v1/sign-ins/{sign_in_id}/trace', { params: { path: { sign_in_id: signInId } }, signal })),
    }),
};

/** Creates a sign-in link. The response contains a secret: call `reset` once it has been shown, so that nothing keeps it. */
export function useCreateSignIn() {
  const queries = useQueryClient();
  return useMutation({
    gcTime: 0,
    mutationFn: (body: Schema<'CreateSignInDto'>) => send(api.POST('/v1/sign-ins', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: signInQueries.all() }),
  });
}

/** Reads a sign-in. With `wait`, the server responds when it has ended, at the latest after that many seconds. */
export function readSignIn(signInId: string, signal: AbortSignal, wait?: number): Promise<SignIn> {
  const params = { path: { sign_in_id: signInId }, query: { wait } };
  return send(api.GET('/v1/sign-ins/{sign_in_id}', { params, signal }));
}
