import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { id, index, int, key, optional, text, time, unique, varchar } from './columns.js';

const ROTATIONS = new Table({
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
  indices: [unique('vault_rotations_running', 'running_for'), index('vault_rotations_by_creation', 'created_at', 'id')],
});

/** Rotations of the vault's keys, and which of them made a data key. */
export class VaultRotations1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // MySQL keeps what a migration had done when it was cut off.
    if (!(await runner.hasColumn('data_keys', 'rotation_id'))) {
      await runner.query('ALTER TABLE data_keys ADD COLUMN rotation_id varchar(40)');
    }
    await runner.createTable(ROTATIONS.clone(), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(ROTATIONS.name, true);
    await runner.query('ALTER TABLE data_keys DROP COLUMN rotation_id');
  }
}
