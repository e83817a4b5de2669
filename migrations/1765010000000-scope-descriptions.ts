import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns } from './support/changes.js';

const COLUMNS = [{ table: 'actions', name: 'scope_descriptions', definition: 'text' }];

/** Adds the descriptions of OAuth scopes that documents contain. Actions have none until their document is imported again. */
export class ScopeDescriptions1765010000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return addColumns(runner, COLUMNS);
  }

  down(runner: QueryRunner): Promise<void> {
    return dropColumns(runner, COLUMNS);
  }
}
