import { Global, Module, type DynamicModule } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { MIGRATIONS } from '../migrations/index.js';
import { AuthSchemasModule, type AuthSchema } from './auth-schemas/index.js';
import { Cluster, ClusterModule } from './cluster/index.js';
import { Clock, Logger, RecurringJobs } from './common/index.js';
import { ConfigModule, type Settings } from './config/index.js';
import { Database, DatabaseModule } from './database/index.js';
import { DispatchModule } from './dispatch/index.js';
import { ENTITIES } from './entities.js';
import { GptImportsModule } from './gpt-imports/index.js';
import { atMostEvery, Drain, HealthController, Readiness, SharedClock, type Probe } from './health/index.js';
import { ApiDocument, RouteList, ValidationPipe } from './http/index.js';
import { McpModule } from './mcp/index.js';
import { McpAuthorizationModule } from './mcp-authorization/index.js';
import { MetricsModule } from './metrics/index.js';
import { McpServersModule } from './mcp-servers/index.js';
import { ProviderChecksModule } from './provider-checks/index.js';
import { StatisticsModule } from './statistics/index.js';
import { ToolCallsModule } from './tool-calls/index.js';
import { TenantsModule } from './tenants/index.js';
import { Vault, VaultModule } from './vault/index.js';

/** Anyone may ask for the readiness. A key service costs money and has quotas. */
const VAULT_CHECK_INTERVAL_MS = 10_000;

/** Everything the application is created from. */
export interface AppParts {
  settings: Settings;
  operatorKey: string;
  logger: Logger;
  clock?: Clock;
  /** Authentication schemas besides the built-in ones. */
  authSchemas?: AuthSchema[];
  /** See `DatabaseParts`. */
  onOpen?: (database: Database) => void;
}

/** Providers that every module may inject. */
@Global()
@Module({})
class CommonModule {
  static with({ logger, clock = new Clock() }: AppParts): DynamicModule {
    return {
      module: CommonModule,
      providers: [{ provide: Logger, useValue: logger }, { provide: Clock, useValue: clock }, RecurringJobs],
      exports: [Logger, Clock, RecurringJobs],
    };
  }
}

@Module({})
export class AppModule {
  static with(parts: AppParts): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(parts.settings, parts.operatorKey),
        CommonModule.with(parts),
        DatabaseModule.with({ entities: ENTITIES, migrations: MIGRATIONS, onOpen: parts.onOpen }),
        ClusterModule,
        MetricsModule,
        TenantsModule,
        StatisticsModule,
        VaultModule,
        McpServersModule,
        ProviderChecksModule,
        AuthSchemasModule.with(parts.authSchemas),
        DispatchModule,
        ToolCallsModule,
        McpModule,
        McpAuthorizationModule,
        GptImportsModule,
      ],
      controllers: [HealthController],
      providers: [
        { provide: APP_PIPE, useClass: ValidationPipe },
        ApiDocument,
        RouteList,
        SharedClock,
        Drain,
        { provide: Readiness, inject: [Database, Vault, Cluster, Clock, Logger], useFactory: readiness },
      ],
    };
  }
}

function readiness(database: Database, vault: Vault, cluster: Cluster, clock: Clock, logger: Logger): Readiness {
  const probes: Record<string, Probe> = {
    database: () => database.checkWritable(),
    vault: atMostEvery(VAULT_CHECK_INTERVAL_MS, clock, () => vault.check()),
  };
  const optional: Record<string, Probe> = {};
  if (cluster.redis) optional['redis'] = () => requireRedis(cluster);
  return new Readiness(probes, logger, optional);
}

async function requireRedis(cluster: Cluster): Promise<void> {
  if (!cluster.isRedisUp) throw new Error('Redis does not respond');
}
