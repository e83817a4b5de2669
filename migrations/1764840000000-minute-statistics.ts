import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { index, int, key, toTenant } from './support/columns.js';

const count = (name: string): TableColumnOptions => ({ ...int(name), default: '0' });

const COUNTS = [
  'completed',
  'upstream_errors',
  'failed',
  'sign_in_required',
  'confirmation_required',
  'renewed',
  'refresh_failed',
  'connected',
  'sign_in_failed',
  ...[5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000].map((end) => `within_${end}`),
  'beyond',
];

const TABLES = [
  new Table({
    name: 'minute_statistics',
    columns: [
      key('tenant_id'),
      { ...int('minute'), isPrimary: true },
      key('action_id'),
      key('process_id'),
      ...COUNTS.map(count),
    ],
    indices: [index('minute_statistics_by_minute', 'minute')],
    foreignKeys: [toTenant],
  }),
];

/** Adds counts per minute for the console's charts. */
export class MinuteStatistics1764840000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
