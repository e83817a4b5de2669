import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MigrationExecutor, type DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/index.js';
import { readSettings } from '../../src/config/index.js';
import { openDataSources } from '../../src/database/index.js';
import { ENTITIES } from '../../src/entities.js';
import { breakingStatements } from '../support/breaking-statements.js';
import { createTestDatabase, database as kind, type TestDatabase } from '../support/test-database.js';

/** The build that runs beside this one during a rolling upgrade. */
const PREVIOUS = JSON.parse(readFileSync(new URL('../../.ci/previous.json', import.meta.url), 'utf8')) as {
  commit: string;
  lastMigration: string;
};

let database: TestDatabase;
let source: DataSource;

beforeEach(async () => {
  database = await createTestDatabase();
  const settings = readSettings({ DATABASE_URL: database.url });
  source = (await openDataSources(settings.database, ENTITIES, MIGRATIONS)).writer;
});

afterEach(async () => {
  await source.destroy();
  await database.remove();
});

/** Applies all migrations. @returns the statements of each by its name */
async function statementsOfMigrations(): Promise<Map<string, string[]>> {
  const runner = source.createQueryRunner();
  const statements = new Map<string, string[]>();
  const { query } = runner;
  let current: string[] = [];
  runner.query = async (...parameters: Parameters<typeof query>) => {
    current.push(parameters[0]);
    return query.apply(runner, parameters);
  };
  const executor = new MigrationExecutor(source, runner);
  for (const migration of await executor.getPendingMigrations()) {
    current = [];
    await executor.executeMigration(migration);
    statements.set(migration.name, current);
  }
  await runner.release();
  return statements;
}

/** Statements that are not additive, and why both versions can run beside each other all the same. */
const HARMLESS: Record<string, string> = {
  'changes the type of a column: ALTER TABLE audit_events MODIFY COLUMN sequence integer NULL':
    'it only allows null, which the previous build shows in lists; its own events have positions',
};

// One process runs on SQLite, so no other version runs beside it; and SQLite copies tables to change them.
if (kind === 'mariadb')
  describe('migrations since the previous build', () => {
    it('are additive, because the previous build runs beside this one during a rolling upgrade', async () => {
      const names = MIGRATIONS.map(({ name }) => name);
      expect(names).toContain(PREVIOUS.lastMigration);
      const statements = await statementsOfMigrations();
      const added = names.slice(names.indexOf(PREVIOUS.lastMigration) + 1);
      const breaking = added.flatMap((name) => breakingStatements(statements.get(name) ?? []));
      expect(breaking.filter((statement) => !(statement in HARMLESS))).toEqual([]);
      // The check finds what earlier releases did in one step.
      expect(breakingStatements(statements.get('ClearerNames1764900000000') ?? [])).toContainEqual(
        expect.stringMatching(/^renames a column: .*binding_version/),
      );
    });
  });
else
  describe('migrations since the previous build', () => {
    it('begin after a migration that exists', () => {
      expect(MIGRATIONS.map(({ name }) => name)).toContain(PREVIOUS.lastMigration);
    });
  });
