import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
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
  /** Sign-ins, newest first. */
  list: (filter: SignInFilter) =>
    infiniteQueryOptions({
      ...byCursor,
      queryKey: ['sign-ins', 'list', filter],
      queryFn: ({ pageParam: cursor, signal }) => {
        const query = { ...filter, limit: PAGE_SIZE, cursor };
        return send(api.GET('/v1/sign-ins', { params: { query }, signal }));
      },
      select: itemsOf,
    }),

  detail: (signInId: string) =>
    queryOptions({
      queryKey: ['sign-ins', 'detail', signInId],
      queryFn: ({ signal }) => readSignIn(signInId, signal),
    }),

  trace: (signInId: string) =>
    queryOptions({
      queryKey: [...signInQueries.detail(signInId).queryKey, 'trace'],
      queryFn: ({ signal }) =>
        send(api.GET('/v1/sign-ins/{sign_in_id}/trace', { params: { path: { sign_in_id: signInId } }, signal })),
    }),
};

/** Reads a sign-in. With `wait`, the server responds when it has ended, at the latest after that many seconds. */
export function readSignIn(signInId: string, signal: AbortSignal, wait?: number): Promise<SignIn> {
  const params = { path: { sign_in_id: signInId }, query: { wait } };
  return send(api.GET('/v1/sign-ins/{sign_in_id}', { params, signal }));
}
