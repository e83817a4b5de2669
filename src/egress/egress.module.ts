import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { InvalidSettingsError, Settings } from '../config/index.js';
import { MetricsModule } from '../metrics/index.js';
import { Egress } from './egress.js';
import { BufferMemory } from './memory/buffer-memory.js';
import { EgressAllowList } from './policy/allow-list.js';

/** Provides {@link Egress} and {@link BufferMemory} to the modules that import this one, and closes the egress after the last call. */
@Module({
  imports: [MetricsModule],
  providers: [
    BufferMemory,
    {
      provide: Egress,
      inject: [Settings],
      useFactory: (settings: Settings) =>
        new Egress({
          allow: parseAllowList(settings),
          proxy: settings.egressProxy,
          proxyResolves: settings.egressProxyResolves,
        }),
    },
  ],
  exports: [BufferMemory, Egress],
})
export class EgressModule implements OnApplicationShutdown {
  constructor(private readonly egress: Egress) {}

  /** Runs after the HTTP server has closed: no new calls arrive. */
  onApplicationShutdown(): Promise<void> {
    return this.egress.close();
  }
}

function parseAllowList({ egressAllow }: Settings): EgressAllowList {
  try {
    return EgressAllowList.parse(egressAllow);
  } catch (error) {
    throw error instanceof RangeError ? new InvalidSettingsError([error.message]) : error;
  }
}
