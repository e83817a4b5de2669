import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { digest, id, index, int, key, optional, text, time, toItem, unique, varchar } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'mcp_authorizations',
    columns: [
      key('tenant_id'),
      key('id'),
      id('gpt_id'),
      varchar('status', 16),
      int('authorization_version'),
      text('client_id'),
      text('client'),
      text('redirect_uri'),
      optional(text('state')),
      varchar('code_challenge', 43),
      varchar('scope', 512),
      digest('browser_digest'),
      digest('browser_token_digest'),
      optional(varchar('user', 255)),
      optional(digest('consent_key_digest')),
      optional(digest('code_digest')),
      optional(time('code_expires_at')),
      { ...int('generation'), default: '0' },
      optional(time('rotated_at')),
      time('created_at'),
      time('expires_at'),
    ],
    indices: [
      unique('mcp_authorizations_by_code', 'code_digest'),
      index('mcp_authorizations_by_expiry', 'expires_at'),
      index('mcp_authorizations_by_gpt', 'tenant_id', 'gpt_id', 'status'),
    ],
    foreignKeys: [toItem('gpt_id', 'gpts')],
  }),
  new Table({
    name: 'mcp_access_tokens',
    columns: [
      key('tenant_id'),
      { ...digest('digest'), isPrimary: true },
      id('authorization_id'),
      varchar('scope', 512),
      time('expires_at'),
    ],
    indices: [
      index('mcp_access_tokens_by_expiry', 'expires_at'),
      index('mcp_access_tokens_by_authorization', 'tenant_id', 'authorization_id'),
    ],
    foreignKeys: [toItem('authorization_id', 'mcp_authorizations')],
  }),
];

/** Adds the authorizations and access tokens of the built-in authorization servers. */
export class McpAuthorizations1765230000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
