import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As `ALTER TABLE` takes them on every database. */
const COLUMNS: [column: string, definition: string][] = [
  ['logo', 'text'],
  ['accent_color', 'varchar(7)'],
];

/** What a tenant's users see of it: a logo and a colour. */
export class TenantBrand1764830000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [column, definition] of COLUMNS) {
      // MySQL keeps what a migration had done when it was cut off.
      if (await runner.hasColumn('tenants', column)) continue;
      await runner.query(`ALTER TABLE tenants ADD COLUMN ${column} ${definition}`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [column] of COLUMNS.toReversed()) await runner.query(`ALTER TABLE tenants DROP COLUMN ${column}`);
  }
}
