import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns } from './support/changes.js';

const COLUMNS = [
  { table: 'api_keys', name: 'gpt_ids', definition: 'text' },
  { table: 'api_keys', name: 'replaced_by', definition: 'varchar(40)' },
];

/** Adds the GPTs that a key is restricted to, and the key that replaced it. */
export class KeyScopes1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, COLUMNS);
  }
}
