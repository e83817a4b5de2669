import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { Cluster, ClusterModule } from '../cluster/index.js';
import { Clock, RecurringJobs } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database } from '../database/index.js';
import { DataKey } from './data-key.entity.js';
import { DataKeys } from './data-keys.js';
import { openKeyProvider } from './providers/open-key-provider.js';
import { DataRotation } from './rotation/data-rotation.js';
import { KekRotation } from './rotation/kek-rotation.js';
import { OldDataKeys } from './rotation/old-data-keys.js';
import { RotationWorker } from './rotation/rotation-worker.js';
import { RotationsController } from './rotation/rotations.controller.js';
import { OpenedSecrets } from './opened-secrets.js';
import { RotationsService } from './rotation/rotations.service.js';
import { SealedRows } from './rotation/sealed-rows.js';
import { SealedTokens } from './sealed-tokens.js';
import { Vault } from './vault.js';

@Module({
  imports: [AuditModule, ClusterModule],
  providers: [
    {
      provide: DataKeys,
      inject: [Settings, Database, Clock, Cluster],
      useFactory: async (settings: Settings, database: Database, clock: Clock, cluster: Cluster) => {
        const keyIdsInUse = await database.read((manager) =>
          manager
            .createQueryBuilder(DataKey, 'row')
            .select('row.kekId', 'kekId')
            .distinct()
            .getRawMany<{ kekId: string }>(),
        );
        const provider = await openKeyProvider(
          settings,
          keyIdsInUse.map(({ kekId }) => kekId),
        );
        return new DataKeys(database, clock, provider, cluster);
      },
    },
    {
      provide: OpenedSecrets,
      inject: [Cluster, RecurringJobs],
      useFactory: (cluster: Cluster, jobs: RecurringJobs) => new OpenedSecrets(cluster, jobs),
    },
    Vault,
    SealedTokens,
    SealedRows,
    DataRotation,
    KekRotation,
    OldDataKeys,
    RotationWorker,
    RotationsService,
  ],
  controllers: [RotationsController],
  exports: [Vault, SealedTokens],
})
export class VaultModule implements OnApplicationShutdown {
  constructor(private readonly keys: DataKeys) {}

  onApplicationShutdown(): Promise<void> {
    return this.keys.provider.close();
  }
}
