import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, send, sendForVersion } from '../api/client';
import { hasCode } from '../api/problem';
import type { Schema } from '../api/types';
import { actionQueries, invalidateGpt, type Action } from './actions';

export type ActionPolicy = Schema<'StoredPolicyDto'>;
export type OperationPolicy = Schema<'OperationPolicyDto'>;

/** The policies of an action's operations. */
export const policyQueries = {
  detail: ({ gpt_id: gptId, id: actionId }: Action) =>
    queryOptions({
      queryKey: [...actionQueries.detail(gptId, actionId).queryKey, 'policy'],
      queryFn: ({ signal }) => readPolicy(gptId, actionId, signal),
    }),
};

const ROUTE = '/v1/gpts/{gpt_id}/actions/{action_id}/policy';

function readPolicy(gptId: string, actionId: string, signal?: AbortSignal): Promise<ActionPolicy> {
  const path = { gpt_id: gptId, action_id: actionId };
  return send(api.GET(ROUTE, { params: { path }, signal }));
}

/**
 * Changes of the policies of some operations. Each gets the policy that the server has, and returns the one to store instead; `undefined`
 * means that there is none.
 */
export type PolicyChanges = Record<string, (stored: OperationPolicy | undefined) => OperationPolicy | undefined>;

/** Attempts to change policies while others do so too. */
const MAX_ATTEMPTS = 5;

/** Changes the policies of some operations, and keeps those of the others as they are on the server. */
export function useSavePolicies(action: Action) {
  const queries = useQueryClient();
  const { gpt_id: gptId, id: actionId } = action;
  const { queryKey } = policyQueries.detail(action);
  return useMutation({
    // Each change builds on the one before.
    scope: { id: `policies of ${actionId}` },
    mutationFn: (changes: PolicyChanges) => changePolicies(action, changes, MAX_ATTEMPTS),
    onSuccess: (policy) => {
      queries.setQueryData(queryKey, policy);
      return invalidateGpt(queries, gptId);
    },
    onError: () => queries.invalidateQueries({ queryKey }),
  });
}

async function changePolicies(action: Action, changes: PolicyChanges, attempts: number): Promise<ActionPolicy> {
  const path = { gpt_id: action.gpt_id, action_id: action.id };
  const { data, etag } = await sendForVersion(api.GET(ROUTE, { params: { path } }));
  const changed = Object.entries(changes).map(([id, change]) => [id, change(data.operations[id])] as const);
  const operations = Object.fromEntries(
    Object.entries({ ...data.operations, ...Object.fromEntries(changed) }).flatMap(([id, policy]) =>
      policy ? [[id, policy]] : [],
    ),
  );
  try {
    return await send(api.PUT(ROUTE, { params: { path, header: { 'If-Match': etag } }, body: { operations } }));
  } catch (error) {
    const isOutdated = hasCode(error, 'precondition_failed') || hasCode(error, 'conflict');
    if (!isOutdated || attempts === 1) throw error;
    return changePolicies(action, changes, attempts - 1);
  }
}
