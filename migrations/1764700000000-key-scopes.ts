import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As `ALTER TABLE` takes them on every database. */
const COLUMNS: [column: string, definition: string][] = [
  ['gpt_ids', 'text'],
  ['replaced_by', 'varchar(40)'],
];

/** The GPTs that a key is for, and the key that has replaced it. */
export class KeyScopes1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [column, definition] of COLUMNS) {
      // MySQL keeps what a migration had done when it was cut off.
      if (await runner.hasColumn('api_keys', column)) continue;
      await runner.query(`ALTER TABLE api_keys ADD COLUMN ${column} ${definition}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [column] of COLUMNS.toReversed()) await runner.query(`ALTER TABLE api_keys DROP COLUMN ${column}`);
  }
}
