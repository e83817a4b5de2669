import type { MigrationInterface, QueryRunner } from 'typeorm';
import { index } from './columns.js';

/** Each with what the list is sorted by, so that a page of it is read and nothing else. */
const INDICES = [
  index('connections_of_user', 'tenant_id', 'user_digest', 'created_at', 'id'),
  index('connections_of_gpt', 'tenant_id', 'gpt_id', 'created_at', 'id'),
  index('connections_of_action', 'tenant_id', 'action_id', 'created_at', 'id'),
  index('connections_by_status', 'tenant_id', 'status', 'created_at', 'id'),
];

/** Finds a page of a tenant's connections, by whatever they are filtered by. */
export class ConnectionLists1764832000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const table = await runner.getTable('connections');
    const there = new Set(table?.indices.map(({ name }) => name));
    // MySQL keeps what a migration had done when it was cut off.
    const missing = INDICES.filter(({ name }) => !there.has(name));
    for (const each of missing) await runner.createIndex('connections', each.clone());
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of INDICES.toReversed()) await runner.dropIndex('connections', name ?? '');
  }
}
