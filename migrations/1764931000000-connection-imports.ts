import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { id, index, int, key, optional, text, time, toItem, toTenant, varchar } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'connection_imports',
    columns: [
      key('tenant_id'),
      key('id'),
      varchar('status', 16),
      int('total'),
      int('created'),
      int('replaced'),
      int('skipped'),
      int('failed'),
      text('failures'),
      int('fencing_token'),
      optional(time('lease_until')),
      time('created_at'),
      optional(time('completed_at')),
    ],
    indices: [index('connection_imports_by_status', 'status', 'created_at')],
    foreignKeys: [toTenant],
  }),
  new Table({
    name: 'connection_import_lines',
    columns: [key('tenant_id'), key('id'), id('import_id'), id('action_id'), int('line'), optional(text('data'))],
    indices: [
      index('connection_import_lines_in_order', 'tenant_id', 'import_id', 'line'),
      index('connection_import_lines_by_action', 'tenant_id', 'action_id'),
    ],
    foreignKeys: [toItem('import_id', 'connection_imports'), toItem('action_id', 'actions')],
  }),
];

/** Adds imports of connections. */
export class ConnectionImports1764931000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
