import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addIndices, dropIndices } from './support/changes.js';
import { index } from './support/columns.js';

const CONNECTIONS = [index('connections_by_user_name', 'tenant_id', 'user')];
const SIGN_INS = [index('sign_ins_of_user', 'tenant_id', 'user', 'created_at', 'id')];

/** `connections_of_gpt` starts with the same columns, and serves the foreign key too. */
const REDUNDANT = [index('connections_by_gpt', 'tenant_id', 'gpt_id')];

/** Adds indexes to find connections by the start of the user's id, and sign-ins by user. Drops a redundant index. */
export class UserLists1764851000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await addIndices(runner, 'connections', CONNECTIONS);
    await addIndices(runner, 'sign_ins', SIGN_INS);
    await dropIndices(runner, 'connections', REDUNDANT);
  }

  async down(runner: QueryRunner): Promise<void> {
    await addIndices(runner, 'connections', REDUNDANT);
    await dropIndices(runner, 'sign_ins', SIGN_INS);
    await dropIndices(runner, 'connections', CONNECTIONS);
  }
}
