import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns } from './support/changes.js';

const COLUMNS = [
  { table: 'tenants', name: 'logo', definition: 'text' },
  { table: 'tenants', name: 'accent_color', definition: 'varchar(7)' },
];

/** Adds the logo and the accent color that a tenant's end users see. */
export class TenantBrand1764830000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, COLUMNS);
  }
}
