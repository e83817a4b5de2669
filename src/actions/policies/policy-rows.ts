import { In } from 'typeorm';
import { isObject, type JsonValue } from '@countersign/openapi';
import type { TenantStore } from '../../database/index.js';
import { OperationPolicyRow, type PolicyFields } from '../store/operation-policy.entity.js';
import type { FixedValue, FixedValueSource, OperationPolicy } from './operation-policy.js';

/** Rows per INSERT, well below SQLite's limit of 32,766 parameters. */
const BATCH = 500;

/** The policies of an action by operation id, in the order in which they were written. */
export type ActionPolicies = ReadonlyMap<string, PolicyFields>;

export async function loadPolicies(store: TenantStore, actionId: string): Promise<ActionPolicies> {
  return (await loadAllPolicies(store, [actionId])).get(actionId) ?? new Map();
}

/** Returns the policies by action. */
export async function loadAllPolicies(store: TenantStore, actionIds: string[]): Promise<Map<string, ActionPolicies>> {
  const rows = await store.find(OperationPolicyRow, { actionId: In(actionIds) }, { order: { position: 'ASC' } });
  const all = new Map<string, Map<string, PolicyFields>>();
  for (const { actionId, operationId, fields } of rows) {
    const policies = all.get(actionId) ?? new Map<string, PolicyFields>();
    all.set(actionId, policies.set(operationId, fields));
  }
  return all;
}

/** Replaces the policies of an action. */
export async function storePolicies(store: TenantStore, actionId: string, policies: ActionPolicies): Promise<void> {
  await store.delete(OperationPolicyRow, { actionId });
  const rows = [...policies].map(([operationId, fields], position) => ({ actionId, position, operationId, fields }));
  for (let start = 0; start < rows.length; start += BATCH) {
    await store.insert(OperationPolicyRow, rows.slice(start, start + BATCH));
  }
}

export function toOperationPolicy(fields: PolicyFields): OperationPolicy {
  const { enabled, name, description, confirmation, fixed_arguments, response, follow_redirects } = fields;
  const fixed = Object.entries(fixed_arguments ?? {}).map(([pointer, value]) => [pointer, toFixedValue(value)]);
  return {
    enabled,
    name,
    description,
    confirmation,
    ...(fixed.length > 0 && { fixedArguments: Object.fromEntries(fixed) as Record<string, FixedValue> }),
    ...(response && { response: { keep: response.keep, drop: response.drop, maxItems: response.max_items } }),
    followRedirects: follow_redirects,
  };
}

/** An object with the only member `from` stands for a value of the call. */
export function toFixedValue(value: JsonValue): FixedValue {
  const isSource = isObject(value) && Object.keys(value).length === 1 && typeof value['from'] === 'string';
  return isSource ? { from: value['from'] as FixedValueSource } : { constant: value };
}
