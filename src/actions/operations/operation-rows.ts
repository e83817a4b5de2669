import type { TenantStore } from '../../database/index.js';
import type { OperationSummary } from '../../openapi/index.js';
import type { OperationDto } from './operation.dto.js';
import { Operation } from '../store/operation.entity.js';

/** Rows of one INSERT, far below SQLite's 32,766 parameters. */
const BATCH = 500;

/** Stores the operations of an action in place of those it had. */
export async function storeOperations(store: TenantStore, actionId: string, all: OperationSummary[]): Promise<void> {
  await store.delete(Operation, { actionId });
  const rows = all.map((operation, position) => ({ actionId, position, ...columnsOf(operation) }));
  for (let start = 0; start < rows.length; start += BATCH) {
    await store.insert(Operation, rows.slice(start, start + BATCH));
  }
}

function columnsOf({ operationId, method, path, isConsequential, requiresAuth, ...operation }: OperationSummary) {
  const summary = operation.summary?.slice(0, 1000) ?? null;
  return { operationId, method, path, summary, isConsequential, requiresAuth };
}

/** An operation that is not stored as it would be shown if it were. */
export function summaryView(operation: OperationSummary): OperationDto {
  return operationView(columnsOf(operation));
}

export function operationView(row: Omit<Operation, 'tenantId' | 'actionId' | 'position' | 'action'>): OperationDto {
  return {
    operation_id: row.operationId,
    method: row.method,
    path: row.path,
    summary: row.summary,
    is_consequential: row.isConsequential,
    requires_auth: row.requiresAuth,
  };
}
