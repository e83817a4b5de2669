import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { bool, int, key, optional, text, time, toItem, unique, varchar } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'mcp_settings',
    columns: [
      key('tenant_id'),
      key('gpt_id'),
      bool('enabled'),
      varchar('authorization', 16),
      optional(varchar('issuer', 2000)),
      optional(varchar('jwks_uri', 2000)),
      { ...varchar('user_claim', 255), default: "'sub'" },
      optional(varchar('required_scope', 255)),
      optional(varchar('login_url', 2000)),
      { ...varchar('confirmation', 16), default: "'ask'" },
      optional(text('client_hosts')),
      { ...bool('structured_content'), default: '0' },
      { ...int('authorization_version'), default: '0' },
      time('updated_at'),
    ],
    // Requests without a credential know only the GPT.
    indices: [unique('mcp_settings_by_gpt', 'gpt_id')],
    foreignKeys: [toItem('gpt_id', 'gpts')],
  }),
];

/** Adds how GPTs are offered to MCP clients. */
export class McpSettings1765210000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
