import { Module } from '@nestjs/common';
import { EgressModule } from '../egress/index.js';
import { OAuthModule } from '../oauth/index.js';
import { TenantsModule } from '../tenants/index.js';
import { TracesModule } from '../traces/index.js';
import { LastSignIn } from './last-sign-in.js';
import { ProviderCheck } from './provider-check.service.js';
import { CheckController } from './provider-checks.controller.js';

@Module({
  imports: [EgressModule, OAuthModule, TenantsModule, TracesModule],
  controllers: [CheckController],
  providers: [LastSignIn, ProviderCheck],
})
export class ProviderChecksModule {}
