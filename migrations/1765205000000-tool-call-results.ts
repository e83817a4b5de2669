import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { id, index, int, key, optional, text, time, toItem, varchar } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'tool_call_results',
    columns: [
      key('tenant_id'),
      { ...varchar('id', 64), isPrimary: true },
      id('gpt_id'),
      id('call_id'),
      optional(id('owner')),
      optional(time('lease_until')),
      optional(text('result')),
      int('parts'),
      time('expires_at'),
    ],
    indices: [index('tool_call_results_by_owner', 'owner'), index('tool_call_results_by_expiry', 'expires_at')],
    foreignKeys: [toItem('gpt_id', 'gpts')],
  }),
  new Table({
    name: 'tool_call_result_parts',
    columns: [
      key('tenant_id'),
      { ...varchar('id', 80), isPrimary: true },
      varchar('result_id', 64),
      int('position'),
      optional(text('data')),
    ],
    indices: [index('tool_call_result_parts_of_result', 'tenant_id', 'result_id')],
    foreignKeys: [toItem('result_id', 'tool_call_results')],
  }),
];

/** Adds the results of tool calls, which answer repeated requests. */
export class ToolCallResults1765205000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
