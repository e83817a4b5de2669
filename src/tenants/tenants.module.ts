import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { AllowedOrigins } from './allowed-origins.js';
import { BearerKeyStrategy, HeaderKeyStrategy } from './key.strategies.js';
import { Keyring } from './keyring.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';
import { OperatorIdentity } from './operator-identity.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';

@Module({})
export class TenantsModule {
  /** @param operatorKey the deployment's own key */
  static with(operatorKey: string): DynamicModule {
    return {
      module: TenantsModule,
      global: true,
      controllers: [TenantsController, KeysController],
      providers: [
        { provide: OperatorIdentity, useValue: new OperatorIdentity(operatorKey) },
        { provide: APP_GUARD, useClass: AccessGuard },
        AllowedOrigins,
        BearerKeyStrategy,
        HeaderKeyStrategy,
        Keyring,
        KeysService,
        TenantsService,
      ],
      exports: [AllowedOrigins, TenantsService],
    };
  }
}
