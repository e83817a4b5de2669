import { In } from 'typeorm';
import { InvalidRequestError, type FieldError } from '../common/index.js';
import type { TenantItem, TenantStore } from '../database/index.js';

/** An action id, `/` and an operation id, which may contain `/` itself. */
const OPERATION = /^(act-[^/]+)\/(.+)$/s;

interface ActionRow extends TenantItem {
  gptId: string;
}

interface OperationRow {
  tenantId: string;
  actionId: string;
  operationId: string;
}

/**
 * Returns the GPTs of the operations that a key is restricted to. Queries the tables directly, because the modules of GPTs and actions depend on
 * this one.
 *
 * @param gptIds the GPTs that the key is restricted to as well
 * @throws {InvalidRequestError} an operation does not exist, or belongs to another GPT
 */
export async function gptsOfOperations(
  store: TenantStore,
  operationIds: readonly string[],
  gptIds?: readonly string[],
): Promise<string[]> {
  const named = operationIds.map((id) => OPERATION.exec(id)?.slice(1) ?? ['', '']);
  const actionIds = [...new Set(named.map(([actionId = '']) => actionId))];
  const actions = await store.find<ActionRow>('actions', { id: In(actionIds) }, { select: { id: true, gptId: true } });
  const gptOf = new Map(actions.map(({ id, gptId }) => [id, gptId]));
  const select = { actionId: true, operationId: true };
  const wanted = { actionId: In([...gptOf.keys()]), operationId: In(named.map(([, id = '']) => id)) };
  const rows = await store.find<OperationRow>('operations', wanted, { select });
  const existing = new Set(rows.map(({ actionId, operationId }) => `${actionId}/${operationId}`));
  const errors = named.flatMap(([actionId = ''], index): FieldError[] => {
    const pointer = `/operation_ids/${index}`;
    if (!existing.has(operationIds[index] ?? '')) return [{ pointer, message: 'operation not found' }];
    const isCovered = gptIds === undefined || gptIds.includes(gptOf.get(actionId) ?? '');
    return isCovered ? [] : [{ pointer, message: 'the operation belongs to none of gpt_ids' }];
  });
  if (errors.length > 0) throw new InvalidRequestError(errors);
  return [...new Set(named.map(([actionId = '']) => gptOf.get(actionId) ?? ''))];
}
