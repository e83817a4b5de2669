import { Module } from '@nestjs/common';
import { EgressModule } from '../egress/index.js';
import { CheckController } from './check/check.controller.js';
import { LastSignIn } from './check/last-sign-in.js';
import { ProviderCheck } from './check/provider-check.service.js';
import { OAuthClients } from './clients.js';
import { ConnectedAccountsPagesController } from './connected-accounts/accounts-pages.controller.js';
import { ConnectedAccounts } from './connected-accounts/accounts.js';
import { ConnectedAccountsLinksController } from './connected-accounts/links.controller.js';
import { ConnectedAccountsLinks } from './connected-accounts/links.js';
import { ConnectionTokens } from './connections/connection-tokens.js';
import { ConnectionWriter } from './connections/connection-writer.js';
import { ConnectionsController } from './connections/connections.controller.js';
import { ConnectionsService } from './connections/connections.service.js';
import { TokenSeal } from './connections/token-seal.js';
import { DiscoveryController } from './discovery/discovery.controller.js';
import { Discovery } from './discovery/discovery.service.js';
import { Presets } from './providers/presets.js';
import { ProvidersController } from './providers/providers.controller.js';
import { BackgroundRefresh } from './refresh/background-refresh.js';
import { DueList } from './refresh/due-list.js';
import { RefreshLease } from './refresh/lease.js';
import { RefreshResults } from './refresh/refresh-results.js';
import { Refresher } from './refresh/refresher.js';
import { Registrations } from './refresh/registrations.js';
import { ProviderNotice } from './revocation/provider-notice.js';
import { RevocationQueue } from './revocation/revocation-queue.js';
import { RevocationWorker } from './revocation/revocation-worker.js';
import { RevocationsController } from './revocation/revocations.controller.js';
import { RevocationsService } from './revocation/revocations.service.js';
import { Revoker } from './revocation/revoker.js';
import { AuthorizationCodeMethod } from './sign-in/authorization-code.method.js';
import { SignInFlow } from './sign-in/sign-in-flow.js';
import { SignInList } from './sign-in/sign-in-list.js';
import { SignInMethods } from './sign-in/sign-in-method.js';
import { SignInPagesController } from './sign-in/sign-in-pages.controller.js';
import { SignInRows } from './sign-in/sign-in-rows.js';
import { SignInScreens } from './sign-in/sign-in-screens.js';
import { SignInsController } from './sign-in/sign-ins.controller.js';
import { SignInsService } from './sign-in/sign-ins.service.js';
import { UserVerification } from './sign-in/verification.js';
import { Traces } from './trace/traces.js';
import { TokenEndpoint } from './token-endpoint.js';

@Module({
  imports: [EgressModule],
  controllers: [
    SignInPagesController,
    ConnectedAccountsPagesController,
    ConnectedAccountsLinksController,
    SignInsController,
    ConnectionsController,
    RevocationsController,
    CheckController,
    DiscoveryController,
    ProvidersController,
  ],
  providers: [
    AuthorizationCodeMethod,
    SignInMethods,
    Traces,
    UserVerification,
    BackgroundRefresh,
    ConnectedAccounts,
    ConnectedAccountsLinks,
    ConnectionsService,
    ConnectionTokens,
    ConnectionWriter,
    Discovery,
    DueList,
    OAuthClients,
    Presets,
    LastSignIn,
    ProviderCheck,
    ProviderNotice,
    Refresher,
    RefreshLease,
    RefreshResults,
    Registrations,
    RevocationQueue,
    RevocationsService,
    RevocationWorker,
    Revoker,
    SignInFlow,
    SignInList,
    SignInRows,
    SignInScreens,
    SignInsService,
    TokenEndpoint,
    TokenSeal,
  ],
  exports: [Discovery, SignInMethods, Traces, ConnectionsService, ConnectionTokens, Presets, SignInsService],
})
export class OAuthModule {}
