import type { TenantStore } from '../../database/index.js';
import { loadAllPolicies, type ActionPolicies } from '../policies/policy-rows.js';
import { Action } from '../store/action.entity.js';
import { findOperations } from './find-operations.js';
import { OperationIndex } from './operation-index.js';

/**
 * Reads the operations of a GPT and their policies.
 *
 * @param changed policies of actions in place of the stored ones
 */
export async function loadIndex(
  store: TenantStore,
  gptId: string,
  changed: ReadonlyMap<string, ActionPolicies> = new Map(),
): Promise<OperationIndex> {
  const actions = await store.find(Action, { gptId });
  const actionIds = actions.map(({ id }) => id);
  const operations = await findOperations(store, actionIds, { operationId: true, method: true, path: true });
  const policies = await loadAllPolicies(store, actionIds);
  return new OperationIndex(actions.toSorted(oldestFirst), operations, new Map([...policies, ...changed]));
}

function oldestFirst(one: Action, other: Action): number {
  return Number(one.createdAt) - Number(other.createdAt) || (one.id < other.id ? -1 : 1);
}
