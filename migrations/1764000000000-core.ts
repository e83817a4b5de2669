import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { createTables, dropTables } from './support/changes.js';
import {
  bool,
  digest,
  id,
  index,
  int,
  key,
  optional,
  text,
  time,
  toItem,
  toTenant,
  unique,
  varchar,
} from './support/columns.js';

const TABLES = [
  new Table({
    name: 'tenants',
    columns: [
      key('id'),
      varchar('name', 200),
      varchar('slug', 64),
      text('return_url_origins'),
      time('created_at'),
      time('updated_at'),
    ],
    indices: [unique('tenants_by_slug', 'slug')],
  }),
  new Table({
    name: 'api_keys',
    columns: [
      key('tenant_id'),
      key('id'),
      varchar('role', 16),
      varchar('name', 200),
      digest('digest'),
      time('created_at'),
      optional(time('expires_at')),
      optional(time('revoked_at')),
      optional(time('last_used_at')),
    ],
    indices: [unique('api_keys_by_id', 'id')],
    foreignKeys: [toTenant],
  }),
  new Table({
    name: 'audit_events',
    columns: [
      key('id'),
      optional(id('tenant_id')),
      varchar('type', 64),
      text('actor'),
      varchar('target_id', 40),
      text('details'),
      time('created_at'),
    ],
    indices: [index('audit_events_by_tenant', 'tenant_id', 'created_at', 'id')],
  }),
  new Table({
    name: 'data_keys',
    columns: [key('tenant_id'), key('id'), int('version'), id('kek_id'), text('wrapped'), time('created_at')],
    indices: [unique('data_keys_by_version', 'tenant_id', 'version')],
    foreignKeys: [toTenant],
  }),
  new Table({
    name: 'gpts',
    columns: [
      key('tenant_id'),
      key('id'),
      varchar('name', 200),
      varchar('description', 1000),
      text('instructions'),
      int('revision'),
      time('created_at'),
      time('updated_at'),
    ],
    indices: [index('gpts_by_creation', 'tenant_id', 'created_at', 'id')],
    foreignKeys: [toTenant],
  }),
  new Table({
    name: 'actions',
    columns: [
      key('tenant_id'),
      key('id'),
      id('gpt_id'),
      varchar('title', 300),
      varchar('domain', 270),
      varchar('server_url', 2000),
      optional(varchar('openapi_url', 2000)),
      optional(varchar('privacy_policy_url', 2000)),
      text('warnings'),
      id('callback_id'),
      varchar('auth_type', 32),
      text('auth_settings'),
      optional(text('auth_secrets')),
      int('binding'),
      int('revision'),
      time('created_at'),
      time('updated_at'),
    ],
    indices: [
      unique('actions_by_domain', 'tenant_id', 'gpt_id', 'domain'),
      unique('actions_by_callback', 'callback_id'),
    ],
    foreignKeys: [toItem('gpt_id', 'gpts')],
  }),
  new Table({
    name: 'operations',
    columns: [
      key('tenant_id'),
      key('action_id'),
      { ...int('position'), isPrimary: true },
      text('operation_id'),
      varchar('method', 16),
      text('path'),
      optional(text('summary')),
      bool('is_consequential'),
      bool('requires_auth'),
    ],
    foreignKeys: [toItem('action_id', 'actions')],
  }),
  new Table({
    name: 'document_parts',
    columns: [key('tenant_id'), key('action_id'), { ...int('position'), isPrimary: true }, text('data')],
    foreignKeys: [toItem('action_id', 'actions')],
  }),
  new Table({
    name: 'connections',
    columns: [
      key('tenant_id'),
      key('id'),
      id('gpt_id'),
      id('action_id'),
      varchar('user', 255),
      digest('user_digest'),
      varchar('domain', 270),
      int('binding'),
      varchar('status', 32),
      optional(text('tokens')),
      bool('has_refresh_token'),
      varchar('token_type', 64),
      optional(text('scope')),
      optional(time('expires_at')),
      optional(time('due_at')),
      optional(time('refresh_at')),
      int('version'),
      optional(id('lease_owner')),
      optional(time('lease_until')),
      int('failures'),
      optional(time('retry_at')),
      time('created_at'),
      optional(time('last_refreshed_at')),
      optional(time('last_used_at')),
    ],
    indices: [
      unique('connections_by_user', 'tenant_id', 'action_id', 'user_digest'),
      index('connections_by_creation', 'tenant_id', 'created_at', 'id'),
      index('connections_due', 'status', 'refresh_at'),
    ],
    foreignKeys: [toItem('action_id', 'actions')],
  }),
  new Table({
    name: 'sign_ins',
    columns: [
      key('tenant_id'),
      key('id'),
      id('gpt_id'),
      id('action_id'),
      varchar('user', 255),
      varchar('reason', 32),
      varchar('status', 32),
      digest('ticket_digest'),
      optional(digest('browser_digest')),
      optional(digest('state_digest')),
      optional(time('state_expires_at')),
      optional(time('state_used_at')),
      optional(text('flow')),
      int('binding'),
      optional(varchar('return_url', 2000)),
      optional(varchar('error_code', 64)),
      optional(varchar('error_message', 500)),
      optional(id('connection_id')),
      time('created_at'),
      time('expires_at'),
      optional(time('ended_at')),
    ],
    indices: [
      unique('sign_ins_by_id', 'id'),
      unique('sign_ins_by_ticket', 'ticket_digest'),
      unique('sign_ins_by_state', 'state_digest'),
      index('sign_ins_by_expiry', 'expires_at'),
    ],
    foreignKeys: [toItem('action_id', 'actions')],
  }),
  new Table({
    name: 'confirmations',
    columns: [
      key('tenant_id'),
      { ...digest('token_digest'), isPrimary: true },
      digest('call_digest'),
      time('expires_at'),
    ],
    indices: [index('confirmations_by_expiry', 'expires_at')],
    foreignKeys: [toTenant],
  }),
];

/** Creates the tables for tenants, keys, GPTs, actions, connections and sign-ins. */
export class Core1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    if (runner.connection.options.type !== 'better-sqlite3') {
      // Names and user ids may contain any script, whatever the server's default character set is.
      await runner.query('ALTER DATABASE CHARACTER SET utf8mb4');
    }
    await createTables(runner, TABLES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, TABLES);
  }
}
