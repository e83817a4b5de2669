import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns } from './support/changes.js';

const COLUMNS = [
  { table: 'actions', name: 'server_choice', definition: 'text' },
  { table: 'actions', name: 'servers', definition: 'text' },
];

/** Adds the servers of documents and the choice among them. Actions list no servers until their document is imported again. */
export class ServerChoices1765040000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return addColumns(runner, COLUMNS);
  }

  down(runner: QueryRunner): Promise<void> {
    return dropColumns(runner, COLUMNS);
  }
}
