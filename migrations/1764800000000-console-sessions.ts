import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { digest, id, index, optional, time, toItem } from './columns.js';

const SESSIONS = new Table({
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
});

/** Browsers that act for a key in the console. */
export class ConsoleSessions1764800000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(SESSIONS.clone(), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(SESSIONS.name, true);
  }
}
