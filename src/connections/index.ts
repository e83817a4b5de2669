export { ConnectedAccountsLink } from './connected-accounts/link.entity.js';
export { ConnectionTokens, type SignInReason, type TokenResult, type UsableToken } from './connection-tokens.js';
export { ConnectionWriter } from './store/connection-writer.js';
export { Connection } from './store/connection.entity.js';
export { ConnectionsModule } from './connections.module.js';
export { ConnectionsService } from './connections.service.js';
export { needsConsent } from './needs-consent.js';
export { RevocationItem } from './revocation/store/revocation-item.entity.js';
export { Revocation } from './revocation/store/revocation.entity.js';
