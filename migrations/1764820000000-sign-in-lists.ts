import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, addIndices, dropColumns, dropIndices } from './support/changes.js';
import { index } from './support/columns.js';

const COLUMNS = [{ table: 'traces', name: 'diagnosis_code', definition: 'varchar(64)' }];
const INDICES = [index('sign_ins_by_creation', 'tenant_id', 'created_at', 'id')];

/** Adds what the list of sign-ins reads: an index in its order, and diagnoses without the steps that led to them. */
export class SignInLists1764820000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, COLUMNS);
    await addIndices(runner, 'sign_ins', INDICES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndices(runner, 'sign_ins', INDICES);
    await dropColumns(runner, COLUMNS);
  }
}
