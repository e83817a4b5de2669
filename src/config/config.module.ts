import { Module, type DynamicModule } from '@nestjs/common';
import { OperatorKey } from './operator-key.js';
import { Settings } from './settings.js';

/** Provides the settings, typed and frozen, and the operator's key. */
@Module({})
export class ConfigModule {
  static with(settings: Settings, operatorKey: string): DynamicModule {
    const operator = new OperatorKey(operatorKey);
    return {
      module: ConfigModule,
      global: true,
      providers: [
        { provide: Settings, useValue: settings },
        { provide: OperatorKey, useValue: operator },
      ],
      exports: [Settings, OperatorKey],
    };
  }
}
