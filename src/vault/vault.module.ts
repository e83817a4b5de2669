import { Global, Module } from '@nestjs/common';
import { Cluster } from '../cluster/index.js';
import { Clock } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database } from '../database/index.js';
import { DataKey } from './data-key.entity.js';
import { openKeys } from './open-keys.js';
import { Vault } from './vault.js';

@Global()
@Module({
  providers: [
    {
      provide: Vault,
      inject: [Settings, Database, Clock, Cluster],
      useFactory: async (settings: Settings, database: Database, clock: Clock, cluster: Cluster) => {
        const inUse = await database.read((manager) =>
          manager
            .createQueryBuilder(DataKey, 'row')
            .select('row.kekId', 'kekId')
            .distinct()
            .getRawMany<{ kekId: string }>(),
        );
        const keys = openKeys(
          settings,
          inUse.map(({ kekId }) => kekId),
        );
        return new Vault(database, clock, keys, cluster);
      },
    },
  ],
  exports: [Vault],
})
export class VaultModule {}
