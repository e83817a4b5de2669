import type { MigrationInterface, QueryRunner } from 'typeorm';
import { index } from './columns.js';

const BY_CREATION = index('sign_ins_by_creation', 'tenant_id', 'created_at', 'id');

/** What the list of sign-ins reads: their order, and what was diagnosed, without the steps that led there. */
export class SignInLists1764820000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // MySQL keeps what a migration had done when it was cut off.
    if (!(await runner.hasColumn('traces', 'diagnosis_code'))) {
      await runner.query('ALTER TABLE traces ADD COLUMN diagnosis_code varchar(64)');
    }
    const table = await runner.getTable('sign_ins');
    if (table?.indices.some(({ name }) => name === BY_CREATION.name)) return;
    await runner.createIndex('sign_ins', BY_CREATION.clone());
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropIndex('sign_ins', BY_CREATION.clone());
    await runner.query('ALTER TABLE traces DROP COLUMN diagnosis_code');
  }
}
