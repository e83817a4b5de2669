import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns } from './support/changes.js';

const COLUMNS = [
  { table: 'connections', name: 'requested_scope', definition: 'text' },
  { table: 'connections', name: 'refresh_concern', definition: 'varchar(32)' },
  { table: 'connections', name: 'unreadable_since', definition: 'datetime(3)' },
  { table: 'connections', name: 'unreadable_responses', definition: 'integer NOT NULL DEFAULT 0' },
  { table: 'connections', name: 'rejected_operations', definition: 'text' },
];

/** Adds what a connection remembers of rejections by the provider and the API, and the scope that its sign-in asked for. */
export class RefreshDecisions1764920000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return addColumns(runner, COLUMNS);
  }

  down(runner: QueryRunner): Promise<void> {
    return dropColumns(runner, COLUMNS);
  }
}
