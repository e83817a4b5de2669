import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { digest, id, index, optional, time, toItem } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'console_sessions',
    columns: [
      { ...digest('digest'), isPrimary: true },
      optional(id('tenant_id')),
      id('key_id'),
      time('created_at'),
      time('expires_at'),
    ],
    indices: [index('console_sessions_by_expiry', 'expires_at')],
    foreignKeys: [toItem('key_id', 'api_keys')],
  }),
];

/** Adds sessions of browsers in the console. */
export class ConsoleSessions1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
