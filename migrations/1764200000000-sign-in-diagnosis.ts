import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { id, index, int, key, optional, text, time, toItem, toTenant, varchar } from './columns.js';

/** In the order of creation: a table stands behind those that it refers to. */
const TABLES = [
  new Table({
    name: 'traces',
    columns: [key('tenant_id'), key('id'), id('subject_id'), text('steps'), time('created_at')],
    indices: [
      index('traces_by_subject', 'tenant_id', 'subject_id', 'created_at', 'id'),
      index('traces_by_creation', 'created_at'),
    ],
    foreignKeys: [toTenant],
  }),
  new Table({
    name: 'revocations',
    columns: [
      key('tenant_id'),
      key('id'),
      text('scope'),
      varchar('reason', 32),
      int('total'),
      time('created_at'),
      optional(time('ended_at')),
    ],
    indices: [index('revocations_by_creation', 'tenant_id', 'created_at', 'id')],
    foreignKeys: [toTenant],
  }),
  new Table({
    name: 'revocation_items',
    columns: [
      key('tenant_id'),
      key('connection_id'),
      { ...int('version'), isPrimary: true },
      id('revocation_id'),
      id('action_id'),
      varchar('host', 270),
      text('settings'),
      optional(text('secrets')),
      optional(text('tokens')),
      varchar('status', 16),
      int('attempts'),
      optional(time('next_at')),
      optional(varchar('error_code', 64)),
    ],
    indices: [
      index('revocation_items_due', 'status', 'host', 'next_at'),
      index('revocation_items_by_status', 'tenant_id', 'revocation_id', 'status'),
    ],
    foreignKeys: [toItem('revocation_id', 'revocations')],
  }),
];

/** As `ALTER TABLE` takes them on every database, without copying the table. */
const COLUMNS: [table: string, column: string, definition: string][] = [
  ['tenants', 'user_verification', "varchar(16) NOT NULL DEFAULT 'page'"],
  ['tenants', 'user_verification_url', 'varchar(2000)'],
  ['tenants', 'oauth_domain_rule', "varchar(16) NOT NULL DEFAULT 'warn'"],
  ['actions', 'suggested_auth', 'text'],
  ['sign_ins', 'browser_token_digest', 'varchar(64)'],
];

/** Traces of sign-ins and refreshes, revocation in the background, verification of users, suggestions of documents. */
export class SignInDiagnosis1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, column, definition] of COLUMNS) {
      // MySQL keeps what a migration had done when it was cut off.
      if (await runner.hasColumn(table, column)) continue;
      await runner.query(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`);
    }
    for (const table of TABLES) await runner.createTable(table.clone(), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of TABLES.toReversed()) await runner.dropTable(name, true);
    for (const [table, column] of COLUMNS.toReversed())
      await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  }
}
