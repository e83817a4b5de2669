import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addColumns, addIndices, createTables, dropColumns, dropIndices, dropTables } from './support/changes.js';
import { index, int, key, toTenant } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'connection_epochs',
    columns: [key('tenant_id'), key('scope_id'), int('value')],
    foreignKeys: [toTenant],
  }),
];

const COLUMNS = [
  { table: 'connections', name: 'epoch', definition: 'integer NOT NULL DEFAULT 0' },
  { table: 'revocations', name: 'pending_scope_id', definition: 'varchar(40)' },
  { table: 'revocations', name: 'lease_until', definition: 'datetime(3)' },
  { table: 'revocations', name: 'action_id', definition: 'varchar(40)' },
  { table: 'revocations', name: 'binding_version', definition: 'integer' },
  { table: 'revocations', name: 'auth_settings', definition: 'text' },
  { table: 'revocations', name: 'auth_secrets', definition: 'text' },
];

const INDICES = [index('revocations_pending', 'pending_scope_id')];

/** Adds the epochs that end connections at once, and the revocations that follow them. Servers of the previous release see neither. */
export class ConnectionEpochs1765110000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
    await addColumns(runner, COLUMNS);
    await addIndices(runner, 'revocations', INDICES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndices(runner, 'revocations', INDICES);
    await dropColumns(runner, COLUMNS);
    await dropTables(runner, TABLES);
  }
}
