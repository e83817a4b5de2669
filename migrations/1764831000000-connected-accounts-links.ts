import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import { digest, id, index, key, optional, text, time, toItem, unique, varchar } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'connected_accounts_links',
    columns: [
      key('tenant_id'),
      key('id'),
      id('key_id'),
      optional(text('gpt_ids')),
      varchar('user', 255),
      digest('ticket_digest'),
      optional(digest('browser_digest')),
      optional(varchar('return_url', 2000)),
      time('created_at'),
      time('expires_at'),
      optional(time('ended_at')),
    ],
    indices: [
      unique('connected_accounts_links_by_ticket', 'ticket_digest'),
      index('connected_accounts_links_by_expiry', 'expires_at'),
    ],
    foreignKeys: [toItem('key_id', 'api_keys')],
  }),
];

/** Adds the links with which end users see and end their connections. */
export class ConnectedAccountsLinks1764831000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
