import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addColumns, createTables, dropColumns, dropTables } from './support/changes.js';
import { id, index, int, key, optional, text, time, toItem, toTenant, varchar } from './support/columns.js';

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

const COLUMNS = [
  { table: 'tenants', name: 'user_verification', definition: "varchar(16) NOT NULL DEFAULT 'page'" },
  { table: 'tenants', name: 'user_verification_url', definition: 'varchar(2000)' },
  { table: 'tenants', name: 'oauth_domain_rule', definition: "varchar(16) NOT NULL DEFAULT 'warn'" },
  { table: 'actions', name: 'suggested_auth', definition: 'text' },
  { table: 'sign_ins', name: 'browser_token_digest', definition: 'varchar(64)' },
];

/** Adds traces of sign-ins and refreshes, revocation in the background, verification of users, and suggested authentication. */
export class SignInDiagnosis1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addColumns(runner, COLUMNS);
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
    await dropColumns(runner, COLUMNS);
  }
}
