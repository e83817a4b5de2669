import type { MigrationInterface, QueryRunner } from 'typeorm';
import { index } from './columns.js';

const ADDED = [
  { table: 'connections', index: index('connections_by_user_name', 'tenant_id', 'user') },
  { table: 'sign_ins', index: index('sign_ins_of_user', 'tenant_id', 'user', 'created_at', 'id') },
];

/** `connections_of_gpt` begins with the same columns, and serves the foreign key as well. */
const DROPPED = index('connections_by_gpt', 'tenant_id', 'gpt_id');

/** Finds users' connections by how the user's id begins, and a user's sign-ins; keeps one index less of connections. */
export class UserLists1764851000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // MySQL keeps what a migration had done when it was cut off.
    for (const each of ADDED) if (!(await has(runner, each))) await runner.createIndex(each.table, each.index.clone());
    if (await has(runner, { table: 'connections', index: DROPPED })) {
      await runner.dropIndex('connections', DROPPED.clone());
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.createIndex('connections', DROPPED.clone());
    for (const each of ADDED.toReversed()) await runner.dropIndex(each.table, each.index.clone());
  }
}

async function has(runner: QueryRunner, { table, index: { name } }: (typeof ADDED)[number]): Promise<boolean> {
  const there = await runner.getTable(table);
  return there?.indices.some((each) => each.name === name) ?? false;
}
