import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { key, optional, text, toTenant } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'token_keys',
    columns: [key('tenant_id'), optional(text('sealed_key'))],
    foreignKeys: [toTenant],
  }),
];

/** Adds the keys of tokens that clients keep for us. */
export class TokenKeys1765200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
