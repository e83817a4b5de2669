import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The origins whose pages may use the API with a tenant's keys. */
export class AllowedOrigins1764600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // MySQL keeps what a migration had done when it was cut off.
    if (await runner.hasColumn('tenants', 'allowed_origins')) return;
    await runner.query('ALTER TABLE tenants ADD COLUMN allowed_origins text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tenants DROP COLUMN allowed_origins');
  }
}
