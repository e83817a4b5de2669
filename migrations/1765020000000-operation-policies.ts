import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addColumns, createTables, dropColumns, dropTables } from './support/changes.js';
import { int, key, text, toItem } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'operation_policies',
    columns: [
      key('tenant_id'),
      key('action_id'),
      { ...int('position'), isPrimary: true },
      text('operation_id'),
      text('fields'),
    ],
    foreignKeys: [toItem('action_id', 'actions')],
  }),
];

const COLUMNS = [
  { table: 'tenants', name: 'allow_skipping_confirmation', definition: 'boolean NOT NULL DEFAULT 0' },
  { table: 'api_keys', name: 'operation_ids', definition: 'text' },
];

/** Adds the policies of operations, and the operations that a key is restricted to. */
export class OperationPolicies1765020000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
    await addColumns(runner, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, COLUMNS);
    await dropTables(runner, TABLES);
  }
}
