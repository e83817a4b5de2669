import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { digest, id, index, key, optional, text, time, toItem, toTenant, unique, varchar } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'mcp_tokens',
    columns: [
      key('tenant_id'),
      key('id'),
      id('gpt_id'),
      id('key_id'),
      varchar('user', 255),
      digest('digest'),
      time('created_at'),
      time('expires_at'),
    ],
    indices: [unique('mcp_tokens_by_id', 'id'), index('mcp_tokens_by_expiry', 'expires_at')],
    foreignKeys: [toItem('gpt_id', 'gpts'), toItem('key_id', 'api_keys')],
  }),
  new Table({
    name: 'mcp_agreements',
    columns: [
      key('tenant_id'),
      { ...digest('call_digest'), isPrimary: true },
      id('gpt_id'),
      digest('ticket_digest'),
      optional(text('content')),
      optional(varchar('answer', 16)),
      time('expires_at'),
    ],
    indices: [unique('mcp_agreements_by_ticket', 'ticket_digest'), index('mcp_agreements_by_expiry', 'expires_at')],
    foreignKeys: [toItem('gpt_id', 'gpts')],
  }),
  new Table({
    name: 'mcp_signals',
    columns: [
      key('tenant_id'),
      { ...digest('id'), isPrimary: true },
      optional(varchar('value', 16)),
      time('expires_at'),
    ],
    indices: [index('mcp_signals_by_expiry', 'expires_at')],
    foreignKeys: [toTenant],
  }),
];

/** Adds user tokens of MCP clients, agreements to consequential calls, and signals between replicas. */
export class McpTokens1765220000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
