import { In, Raw, type FindOperator } from 'typeorm';
import type { TenantStore } from '../../database/index.js';
import { ConnectionEpoch } from './connection-epoch.entity.js';

/*
 * Epochs end any number of connections with one small write. A connection stores the epoch at which its user signed in: the sum of the epochs
 * of its tenant, GPT and action. Each of them only grows, so a connection whose epoch is less than the sum has been ended, whatever the rest
 * of its row says.
 */

/** The part of an action that decides the epoch of its connections. */
interface EpochScopes {
  tenantId: string;
  gptId: string;
  id: string;
}

/** Returns the SQL expression of the current epoch of a connection. @param row the alias of the connection, or the table's name */
export function currentEpochSql(row: string): string {
  return (
    `(SELECT COALESCE(SUM(epochs.value), 0) FROM connection_epochs epochs WHERE epochs.tenant_id = ${row}.tenant_id` +
    ` AND epochs.scope_id IN (${row}.tenant_id, ${row}.gpt_id, ${row}.action_id))`
  );
}

/** Returns the condition on `epoch` for connections that no epoch has ended. */
export function isCurrent(): FindOperator<number> {
  return Raw((epoch) => `${epoch} >= ${currentEpochSql(rowOf(epoch))}`);
}

/** Returns the condition on `epoch` for connections that an epoch has ended. */
export function isSuperseded(): FindOperator<number> {
  return Raw((epoch) => `${epoch} < ${currentEpochSql(rowOf(epoch))}`);
}

/** Returns the condition on `epoch` for connections that are read as revoked. */
export function isRevoked(): FindOperator<number> {
  return Raw((epoch) => {
    const row = rowOf(epoch);
    return `(${row}.status = 'revoked' OR ${epoch} < ${currentEpochSql(row)})`;
  });
}

/** Returns the epoch of a connection that is made now. */
export async function epochOf(store: TenantStore, { tenantId, gptId, id }: EpochScopes): Promise<number> {
  const epochs = await store.find(ConnectionEpoch, { scopeId: In([tenantId, gptId, id]) });
  return epochs.reduce((sum, { value }) => sum + value, 0);
}

/** Ends every connection of a tenant, a GPT or an action when the transaction commits. */
export async function advanceEpoch(store: TenantStore, scopeId: string): Promise<void> {
  const changed = await store.update(ConnectionEpoch, { scopeId }, { value: () => 'value + 1' });
  if (changed === 0) await store.insert(ConnectionEpoch, [{ scopeId, value: 1 }]);
}

/** An update names its columns without the table. */
function rowOf(column: string): string {
  const dot = column.lastIndexOf('.');
  return dot < 0 ? 'connections' : column.slice(0, dot);
}
