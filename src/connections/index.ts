export { ConnectedAccountsLink } from './connected-accounts/link.entity.js';
export { ConnectionTokens, type SignInReason, type TokenResult, type UsableToken } from './connection-tokens.js';
export { ConnectionWriter } from './connection-writer.js';
export { Connection } from './connection.entity.js';
export { ConnectionsModule } from './connections.module.js';
export { ConnectionsService } from './connections.service.js';
export { RevocationItem } from './revocation/revocation-item.entity.js';
export { Revocation } from './revocation/revocation.entity.js';
