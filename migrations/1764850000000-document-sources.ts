import { Table, type MigrationInterface, type QueryRunner } from 'typeorm';
import { int, key, text, toItem } from './columns.js';

const SOURCE_PARTS = new Table({
  name: 'source_parts',
  columns: [key('tenant_id'), key('action_id'), { ...int('position'), isPrimary: true }, text('data')],
  foreignKeys: [toItem('action_id', 'actions')],
});

/** The texts that documents were given as, with their comments. Of those that are there already none is known. */
export class DocumentSources1764850000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(SOURCE_PARTS.clone(), true);
    // MySQL keeps what a migration had done when it was cut off.
    if (await runner.hasColumn('actions', 'openapi_format')) return;
    await runner.query('ALTER TABLE actions ADD COLUMN openapi_format varchar(4)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE actions DROP COLUMN openapi_format');
    await runner.dropTable(SOURCE_PARTS.name, true);
  }
}
