import type { MigrationInterface, QueryRunner } from 'typeorm';
import { DEPLOYMENT } from './support/audit-chain.js';
import {
  addColumns,
  addIndices,
  dropColumns,
  dropIndices,
  renameColumns,
  type RenamedColumn,
} from './support/changes.js';
import { index } from './support/columns.js';

const RENAMED: RenamedColumn[] = [
  { table: 'actions', from: 'binding', to: 'binding_version' },
  { table: 'connections', from: 'binding', to: 'binding_version' },
  { table: 'connections', from: 'due_at', to: 'call_refresh_at' },
  { table: 'connections', from: 'refresh_at', to: 'background_refresh_at' },
  { table: 'connections', from: 'failures', to: 'refresh_failures' },
  { table: 'sign_ins', from: 'binding', to: 'binding_version' },
  { table: 'revocation_items', from: 'settings', to: 'auth_settings' },
  { table: 'revocation_items', from: 'secrets', to: 'auth_secrets' },
  { table: 'revocation_items', from: 'next_at', to: 'next_attempt_at' },
  { table: 'vault_rotations', from: 'running_for', to: 'running_scope' },
  { table: 'vault_rotations', from: 'position', to: 'last_tenant_id' },
  { table: 'vault_rotations', from: 'fence', to: 'fencing_token' },
];

/** `chain` has replaced the column: it is the id of the tenant, or `deployment`. */
const REDUNDANT_COLUMNS = [{ table: 'audit_events', name: 'tenant_id', definition: 'varchar(40)' }];
const REDUNDANT_INDICES = [index('audit_events_by_tenant', 'tenant_id', 'created_at', 'id')];

/** Renames columns that were easy to misread, and drops the redundant tenant of audit events. */
export class ClearerNames1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await renameColumns(runner, RENAMED);
    await dropIndices(runner, 'audit_events', REDUNDANT_INDICES);
    await dropColumns(runner, REDUNDANT_COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await addColumns(runner, REDUNDANT_COLUMNS);
    await runner.query('UPDATE audit_events SET tenant_id = chain WHERE chain <> ?', [DEPLOYMENT]);
    await addIndices(runner, 'audit_events', REDUNDANT_INDICES);
    await renameColumns(
      runner,
      RENAMED.map(({ table, from, to }) => ({ table, from: to, to: from })),
    );
  }
}
