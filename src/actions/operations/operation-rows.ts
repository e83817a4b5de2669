import type { TenantStore } from '../../database/index.js';
import type { OperationSummary } from '@countersign/openapi';
import type { OperationDto } from './operation.dto.js';
import { Operation } from '../store/operation.entity.js';

/** Rows per INSERT, well below SQLite's limit of 32,766 parameters. */
const BATCH = 500;

/** Replaces the operations of an action. */
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

/** Maps an operation that is not stored to a response. */
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
