import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addColumns, createTables, dropColumns, dropTables } from './support/changes.js';
import { id, index, int, key, optional, text, time, unique, varchar } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'vault_rotations',
    columns: [
      key('id'),
      varchar('scope', 16),
      optional(id('tenant_id')),
      varchar('status', 16),
      optional(varchar('running_for', 64)),
      optional(int('total')),
      int('done'),
      int('failed'),
      text('failures'),
      optional(id('position')),
      optional(varchar('error', 500)),
      int('fence'),
      optional(time('lease_until')),
      time('created_at'),
      optional(time('completed_at')),
    ],
    indices: [
      unique('vault_rotations_running', 'running_for'),
      index('vault_rotations_by_creation', 'created_at', 'id'),
    ],
  }),
];

const COLUMNS = [{ table: 'data_keys', name: 'rotation_id', definition: 'varchar(40)' }];

/** Adds rotations of the vault's keys. */
export class VaultRotations1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, COLUMNS);
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
    await dropColumns(runner, COLUMNS);
  }
}
