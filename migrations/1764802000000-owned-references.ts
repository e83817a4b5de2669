import type { MigrationInterface, QueryRunner, TableForeignKey } from 'typeorm';
import { addIndices, dropIndices } from './support/changes.js';
import { index, toItem } from './support/columns.js';

/**
 * The order matters: to add a foreign key, SQLite copies the table and drops the old one, which deletes the rows that refer to it. Nothing
 * refers to connections until sign-ins do.
 */
const TABLES = [
  {
    name: 'connections',
    indices: [index('connections_by_gpt', 'tenant_id', 'gpt_id')],
    foreignKeys: [toItem('gpt_id', 'gpts')],
  },
  {
    name: 'sign_ins',
    indices: [
      index('sign_ins_by_gpt', 'tenant_id', 'gpt_id'),
      index('sign_ins_by_connection', 'tenant_id', 'connection_id'),
    ],
    foreignKeys: [toItem('gpt_id', 'gpts'), toItem('connection_id', 'connections')],
  },
];

/** Ensures that a connection belongs to the tenant of its GPT, and a sign-in to the tenant of its GPT and connection. */
export class OwnedReferences1764802000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const { name, indices, foreignKeys } of TABLES) {
      // Before the foreign keys, whose checks use them when rows are deleted.
      await addIndices(runner, name, indices);
      const existing = (await runner.getTable(name))?.foreignKeys ?? [];
      const missing = foreignKeys.filter((one) => !existing.some((other) => isSame(one, other)));
      if (missing.length > 0) {
        await runner.createForeignKeys(
          name,
          missing.map((one) => one.clone()),
        );
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name, indices, foreignKeys } of TABLES.toReversed()) {
      const existing = (await runner.getTable(name))?.foreignKeys ?? [];
      await runner.dropForeignKeys(
        name,
        existing.filter((one) => foreignKeys.some((other) => isSame(one, other))),
      );
      await dropIndices(runner, name, indices);
    }
  }
}

function isSame(one: TableForeignKey, other: TableForeignKey): boolean {
  return one.columnNames.join() === other.columnNames.join();
}
