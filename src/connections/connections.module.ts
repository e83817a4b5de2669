import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/index.js';
import { AuthRegistryModule } from '../auth-registry/index.js';
import { ClusterModule } from '../cluster/index.js';
import { LimitsModule } from '../limits/index.js';
import { MetricsModule } from '../metrics/index.js';
import { OAuthModule } from '../oauth/index.js';
import { StatisticsModule } from '../statistics/index.js';
import { TenantsModule } from '../tenants/index.js';
import { TracesModule } from '../traces/index.js';
import { VaultModule } from '../vault/index.js';
import { ConnectedAccountsPagesController } from './connected-accounts/accounts-pages.controller.js';
import { ConnectedAccounts } from './connected-accounts/accounts.js';
import { ConnectedAccountsLinksController } from './connected-accounts/links.controller.js';
import { ConnectedAccountsLinks } from './connected-accounts/links.js';
import { ConnectionTokens } from './connection-tokens.js';
import { ConnectionCache } from './store/connection-cache.js';
import { ConnectionWriter } from './store/connection-writer.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectionImporter } from './import/connection-importer.js';
import { ImportQueue } from './import/import-queue.js';
import { ImportReceiver } from './import/import-receiver.js';
import { ImportWorker } from './import/import-worker.js';
import { ConnectionImportsController } from './import/imports.controller.js';
import { BackgroundRefresh } from './refresh/background/background-refresh.js';
import { DueList } from './refresh/due-list.js';
import { HeldResults } from './refresh/held-results.js';
import { RefreshLease } from './refresh/lease.js';
import { RefreshResults } from './refresh/refresh-results.js';
import { Refresher } from './refresh/refresher.js';
import { ActionClients } from './refresh/action-clients.js';
import { ProviderRevocation } from './revocation/provider-revocation.js';
import { RevocationQueue } from './revocation/revocation-queue.js';
import { RevocationWorker } from './revocation/revocation-worker.js';
import { RevocationsController } from './revocation/revocations.controller.js';
import { RevocationsService } from './revocation/revocations.service.js';
import { RevocationChunks } from './revocation/revocation-chunks.js';
import { Revoker } from './revocation/revoker.js';
import { UnstoredTokenRevoker } from './revocation/unstored-tokens.js';
import { TokenSeal } from './store/token-seal.js';

@Module({
  imports: [
    AuditModule,
    AuthRegistryModule,
    ClusterModule,
    LimitsModule,
    MetricsModule,
    OAuthModule,
    StatisticsModule,
    TenantsModule,
    TracesModule,
    VaultModule,
  ],
  controllers: [
    ConnectedAccountsPagesController,
    ConnectedAccountsLinksController,
    ConnectionImportsController,
    ConnectionsController,
    RevocationsController,
  ],
  providers: [
    BackgroundRefresh,
    ConnectedAccounts,
    ConnectedAccountsLinks,
    ConnectionCache,
    ConnectionImporter,
    ConnectionsService,
    ConnectionTokens,
    ConnectionWriter,
    DueList,
    HeldResults,
    ImportQueue,
    ImportReceiver,
    ImportWorker,
    ProviderRevocation,
    Refresher,
    RefreshLease,
    RefreshResults,
    ActionClients,
    RevocationQueue,
    RevocationsService,
    RevocationWorker,
    RevocationChunks,
    Revoker,
    TokenSeal,
    UnstoredTokenRevoker,
  ],
  exports: [ConnectionsService, ConnectionTokens, ConnectionWriter, UnstoredTokenRevoker],
})
export class ConnectionsModule {}
