import type { MigrationInterface, QueryRunner, TableForeignKey } from 'typeorm';
import { index, toItem } from './columns.js';

/**
 * In this order: SQLite copies a table to give it a foreign key and drops the old one, and with it would go what refers to its rows.
 * Nothing refers to connections until sign-ins do.
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

/** The GPT of a connection, and the GPT and the connection of a sign-in, can only be of the same tenant. */
export class OwnedReferences1764802000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const { name, indices, foreignKeys } of TABLES) {
      // MySQL keeps what a migration had done when it was cut off.
      const there = await runner.getTable(name);
      const missing = indices.filter((one) => !there?.indices.some((other) => other.name === one.name));
      // Before the keys: rows that are deleted look for what refers to them.
      for (const one of missing) await runner.createIndex(name, one.clone());
      const absent = foreignKeys.filter((one) => !there?.foreignKeys.some((other) => isSame(one, other)));
      if (absent.length > 0) {
        await runner.createForeignKeys(
          name,
          absent.map((one) => one.clone()),
        );
      }
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name, indices, foreignKeys } of TABLES.toReversed()) {
      const there = await runner.getTable(name);
      const ours = there?.foreignKeys.filter((one) => foreignKeys.some((other) => isSame(one, other))) ?? [];
      await runner.dropForeignKeys(name, ours);
      for (const one of indices) await runner.dropIndex(name, one.clone());
    }
  }
}

function isSame(one: TableForeignKey, other: TableForeignKey): boolean {
  return one.columnNames.join() === other.columnNames.join();
}
