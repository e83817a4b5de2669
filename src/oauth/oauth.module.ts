import { Module } from '@nestjs/common';
import { EgressModule } from '../egress/index.js';
import { VaultModule } from '../vault/index.js';
import { DiscoveryController } from './discovery/discovery.controller.js';
import { Discovery } from './discovery/discovery.service.js';
import { OAuthClients } from './oauth-clients.js';
import { Presets } from './presets/presets.js';
import { ProvidersController } from './presets/providers.controller.js';
import { TokenEndpoint } from './token-endpoint.js';

@Module({
  imports: [EgressModule, VaultModule],
  controllers: [DiscoveryController, ProvidersController],
  providers: [Discovery, OAuthClients, Presets, TokenEndpoint],
  exports: [Discovery, OAuthClients, Presets, TokenEndpoint],
})
export class OAuthModule {}
