import type { MigrationInterface, QueryRunner } from 'typeorm';
import { addColumns, dropColumns } from './support/changes.js';

const COLUMNS = [{ table: 'actions', name: 'mcp_url', definition: 'varchar(2000)' }];

/** Adds the MCP servers that run the operations of actions. */
export class McpServers1765250000000 implements MigrationInterface {
  up(runner: QueryRunner): Promise<void> {
    return addColumns(runner, COLUMNS);
  }

  down(runner: QueryRunner): Promise<void> {
    return dropColumns(runner, COLUMNS);
  }
}
