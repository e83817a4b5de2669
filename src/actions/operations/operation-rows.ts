import { setImmediate } from 'node:timers/promises';
import type { TenantStore } from '../../database/index.js';
import type { OperationSummary } from '@countersign/openapi';
import type { OperationDto } from './operation.dto.js';
import { Operation } from '../store/operation.entity.js';
import type { PolicyFields } from '../store/operation-policy.entity.js';

/** Rows per INSERT, which take some milliseconds on SQLite. TypeORM needs most of the time. */
const BATCH = 100;

const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 200;

/** Replaces the operations of an action. Other requests are served between the batches. */
export async function storeOperations(store: TenantStore, actionId: string, all: OperationSummary[]): Promise<void> {
  await store.delete(Operation, { actionId });
  const rows = all.map((operation, position) => ({ actionId, position, ...columnsOf(operation) }));
  for (let start = 0; start < rows.length; start += BATCH) {
    if (start > 0) await setImmediate();
    await store.insert(Operation, rows.slice(start, start + BATCH));
  }
}

function columnsOf({ operationId, method, path, isConsequential, requiresAuth, ...operation }: OperationSummary) {
  const summary = operation.summary?.slice(0, 1000) ?? null;
  const tags = operation.tags.slice(0, MAX_TAGS).map((tag) => tag.slice(0, MAX_TAG_LENGTH));
  return { operationId, method, path, summary, tags, isConsequential, requiresAuth };
}

/** Maps an operation that is not stored to a response. */
export function summaryView(operation: OperationSummary): OperationDto {
  return operationView(columnsOf(operation), undefined);
}

export function operationView(
  row: Omit<Operation, 'tenantId' | 'actionId' | 'position' | 'action'>,
  policy: PolicyFields | undefined,
): OperationDto {
  return {
    operation_id: row.operationId,
    method: row.method,
    path: row.path,
    summary: row.summary,
    enabled: policy?.enabled ?? true,
    is_consequential: row.isConsequential,
    requires_auth: row.requiresAuth,
  };
}
