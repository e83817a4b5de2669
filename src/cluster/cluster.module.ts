import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { Logger } from '../common/index.js';
import { Settings } from '../config/index.js';
import { Cluster } from './cluster.js';

@Module({
  providers: [
    {
      provide: Cluster,
      inject: [Settings, Logger],
      useFactory: (settings: Settings, logger: Logger) => {
        const cluster = new Cluster(logger);
        if (settings.redisUrl) cluster.connect(settings.redisUrl);
        return cluster;
      },
    },
  ],
  exports: [Cluster],
})
export class ClusterModule implements OnApplicationShutdown {
  constructor(private readonly cluster: Cluster) {}

  onApplicationShutdown(): void {
    this.cluster.close();
  }
}
