import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { InvalidSettingsError, Settings } from '../config/index.js';
import { EgressAllowList } from './allow-list.js';
import { Egress } from './egress.js';

/** Gives {@link Egress} to the modules that import this one, and closes it when all calls are done. */
@Module({
  providers: [
    {
      provide: Egress,
      inject: [Settings],
      useFactory: (settings: Settings) => new Egress({ allow: allowList(settings) }),
    },
  ],
  exports: [Egress],
})
export class EgressModule implements OnApplicationShutdown {
  constructor(private readonly egress: Egress) {}

  /** After the HTTP server has closed: nobody starts a call any more. */
  onApplicationShutdown(): Promise<void> {
    return this.egress.close();
  }
}

function allowList({ egressAllow }: Settings): EgressAllowList {
  try {
    return EgressAllowList.parse(egressAllow);
  } catch (error) {
    throw error instanceof RangeError ? new InvalidSettingsError([error.message]) : error;
  }
}
