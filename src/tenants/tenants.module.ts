import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '../audit/index.js';
import { ClusterModule } from '../cluster/index.js';
import { OperatorKey } from '../config/index.js';
import { LimitsModule } from '../limits/index.js';
import { AccessGuard } from './access.guard.js';
import { Access } from './access.js';
import { AllowedOrigins } from './allowed-origins.js';
import { FailedAuthentications } from './failed-authentications.js';
import { BearerKeyStrategy, HeaderKeyStrategy } from './key.strategies.js';
import { Keyring } from './keyring.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';
import { OperatorIdentity } from './operator-identity.js';
import { ConsoleSessionStrategy } from './sessions/console-session.strategy.js';
import { ConsoleSessionsController } from './sessions/console-sessions.controller.js';
import { ConsoleSessions } from './sessions/console-sessions.js';
import { SessionCookie } from './sessions/session-cookie.js';
import { TenantsController } from './tenants.controller.js';
import { TenantsService } from './tenants.service.js';

@Module({
  imports: [AuditModule, ClusterModule, LimitsModule],
  controllers: [TenantsController, KeysController, ConsoleSessionsController],
  providers: [
    {
      provide: OperatorIdentity,
      inject: [OperatorKey],
      useFactory: ({ key }: OperatorKey) => new OperatorIdentity(key),
    },
    { provide: APP_GUARD, useClass: AccessGuard },
    Access,
    AllowedOrigins,
    BearerKeyStrategy,
    ConsoleSessions,
    ConsoleSessionStrategy,
    FailedAuthentications,
    HeaderKeyStrategy,
    Keyring,
    KeysService,
    SessionCookie,
    TenantsService,
  ],
  exports: [Access, AllowedOrigins, FailedAuthentications, Keyring, TenantsService],
})
export class TenantsModule {}
