import type { DataSource } from 'typeorm';
import { Database } from '../../src/database/index.js';
import type { TestApp } from './app.js';

/** A statement as sent to the database. */
export interface Statement {
  sql: string;
  parameters: unknown[];
}

/** Asked every few seconds in the background, whether the database works. */
const CHECK = 'SELECT 1';

/** Records every statement of an app, on its reading and its writing connection. */
export class Statements {
  private recorded: Statement[] = [];

  static async of(app: TestApp): Promise<Statements> {
    const statements = new Statements();
    const database = app.get(Database);
    const reader = await database.read(async ({ connection }) => connection);
    for (const source of new Set<DataSource>([reader, database.dataSource])) statements.record(source);
    return statements;
  }

  /** @returns the result of `work` and the statements that it executed */
  async during<T>(work: () => Promise<T>): Promise<{ result: T; statements: Statement[] }> {
    this.recorded = [];
    const result = await work();
    return { result, statements: this.recorded };
  }

  private record(source: DataSource): void {
    const ignore = () => undefined;
    source.setOptions({
      logger: {
        logQuery: (sql, parameters) => {
          if (sql !== CHECK) this.recorded.push({ sql, parameters: (parameters as unknown[] | undefined) ?? [] });
        },
        logQueryError: ignore,
        logQuerySlow: ignore,
        logSchemaBuild: ignore,
        logMigration: ignore,
        log: ignore,
      },
    });
  }
}
