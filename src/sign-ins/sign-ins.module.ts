import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { ClusterModule } from '../cluster/index.js';
import { ConnectionsModule } from '../connections/index.js';
import { LimitsModule } from '../limits/index.js';
import { MetricsModule } from '../metrics/index.js';
import { UserCookie } from '../pages/index.js';
import { StatisticsModule } from '../statistics/index.js';
import { TenantsModule } from '../tenants/index.js';
import { TracesModule } from '../traces/index.js';
import { VaultModule } from '../vault/index.js';
import { OpenerVerification } from './flow/opener-verification.js';
import { SignInCompletion } from './flow/sign-in-completion.js';
import { SignInFlow } from './flow/sign-in-flow.js';
import { SignInMethods } from './flow/sign-in-method.js';
import { SignInStore } from './flow/sign-in-store.js';
import { SignInWrites } from './flow/sign-in-writes.js';
import { SignInPagesController } from './pages/sign-in-pages.controller.js';
import { SignInPages } from './pages/sign-in-pages.js';
import { SignInList } from './sign-in-list.js';
import { SignInWatch } from './sign-in-watch.js';
import { SignInsController } from './sign-ins.controller.js';
import { SignInsService } from './sign-ins.service.js';
import { UserVerification } from './user-verification.js';

@Module({
  imports: [
    AuditModule,
    ClusterModule,
    ConnectionsModule,
    LimitsModule,
    MetricsModule,
    StatisticsModule,
    TenantsModule,
    TracesModule,
    VaultModule,
  ],
  controllers: [SignInPagesController, SignInsController],
  providers: [
    OpenerVerification,
    SignInCompletion,
    SignInFlow,
    SignInList,
    SignInMethods,
    SignInPages,
    SignInsService,
    SignInStore,
    SignInWatch,
    SignInWrites,
    UserCookie,
    UserVerification,
  ],
  exports: [SignInMethods, SignInsService],
})
export class SignInsModule {}
