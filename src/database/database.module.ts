import { Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database } from './database.js';
import { openDataSources, type EntityClass } from './data-sources.js';
import { migrate } from './migrate.js';

export interface DatabaseParts {
  entities: EntityClass[];
  migrations: (new () => object)[];
  /** Called as soon as the database is open, so that a start that fails later can close it. */
  onOpen?: (database: Database) => void;
}

/** Opens the database, applies migrations, and closes it last. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  static with({ entities, migrations, onOpen }: DatabaseParts): DynamicModule {
    const open = async (settings: Settings, logger: Logger): Promise<Database> => {
      const database = new Database(await openDataSources(settings.database, entities, migrations));
      onOpen?.(database);
      const applied = await migrate(database.dataSource);
      if (applied.length > 0) logger.info({ migrations: applied }, 'applied database migrations');
      return database;
    };
    return {
      module: DatabaseModule,
      global: true,
      providers: [{ provide: Database, useFactory: open, inject: [Settings, Logger] }],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
