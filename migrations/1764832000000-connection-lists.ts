import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndices, dropIndices } from './support/changes.js';
import { index } from './support/columns.js';

/** Each index ends with the columns that the list is sorted by, so that a page is read without sorting. */
const INDICES = [
  index('connections_of_user', 'tenant_id', 'user_digest', 'created_at', 'id'),
  index('connections_of_gpt', 'tenant_id', 'gpt_id', 'created_at', 'id'),
  index('connections_of_action', 'tenant_id', 'action_id', 'created_at', 'id'),
  index('connections_by_status', 'tenant_id', 'status', 'created_at', 'id'),
];

/** Adds indexes for every filter of the list of connections. */
export class ConnectionLists1764832000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addIndices(runner, 'connections', INDICES);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropIndices(runner, 'connections', INDICES);
  }
}
