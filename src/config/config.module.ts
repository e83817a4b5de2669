import { Module, type DynamicModule } from '@nestjs/common';
import { Settings } from './settings.js';

/** Gives every feature the settings, typed and frozen. */
@Module({})
export class ConfigModule {
  static with(settings: Settings): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: Settings, useValue: settings }],
      exports: [Settings],
    };
  }
}
