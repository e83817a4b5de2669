import type { TenantStore } from '../../database/index.js';
import { findOperations } from './find-operations.js';
import type { NamedOperation } from './operation-index.js';

/** Which tools of a GPT to list: those that match everything given. */
export interface ToolFilter {
  actionId?: string;
  /** A tag of the operation in its document. */
  tag?: string;
  /** Words that all occur in the tool's name, the operation's id, path, summary or tags, or the policy's description, in any case. */
  search?: string;
}

/** Returns the operations that match a filter. Their tags and summaries are read only if the filter needs them. */
export async function matchingOperations(
  store: TenantStore,
  operations: readonly NamedOperation[],
  { actionId, tag, search }: ToolFilter,
): Promise<NamedOperation[]> {
  const ofAction = operations.filter(({ action }) => actionId === undefined || action.id === actionId);
  if (tag === undefined && search === undefined) return ofAction;
  const words = (search ?? '').toLowerCase().split(/\s+/);
  const actionIds = [...new Set(ofAction.map(({ action }) => action.id))];
  const columns = { operationId: true, path: true, summary: true, tags: true };
  const rows = await findOperations(store, actionIds, columns);
  const byId = new Map(rows.map((row) => [`${row.actionId}/${row.operationId}`, row]));
  return ofAction.filter(({ action, operationId, toolName, policy }) => {
    const { path, summary, tags } = byId.get(`${action.id}/${operationId}`) ?? {};
    if (tag !== undefined && !tags?.includes(tag)) return false;
    const texts = [toolName, operationId, path, summary, policy?.description, ...(tags ?? [])];
    const text = texts.join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
