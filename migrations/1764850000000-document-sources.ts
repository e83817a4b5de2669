import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { addColumns, createTables, dropColumns, dropTables } from './support/changes.js';
import { int, key, text, toItem } from './support/columns.js';

const TABLES = [
  new Table({
    name: 'source_parts',
    columns: [key('tenant_id'), key('action_id'), { ...int('position'), isPrimary: true }, text('data')],
    foreignKeys: [toItem('action_id', 'actions')],
  }),
];

const COLUMNS = [{ table: 'actions', name: 'openapi_format', definition: 'varchar(4)' }];

/** Adds the source text of documents, with its comments. Existing documents have none. */
export class DocumentSources1764850000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTables(runner, TABLES);
    await addColumns(runner, COLUMNS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropColumns(runner, COLUMNS);
    await dropTables(runner, TABLES);
  }
}
