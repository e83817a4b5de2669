export { Connection } from './connections/connection.entity.js';
export { ConnectionsService } from './connections/connections.service.js';
export { ConnectionTokens, type TokenResult } from './connections/connection-tokens.js';
export { OAuthModule } from './oauth.module.js';
export type { OAuthSettings } from './protocol/client.js';
export { callbackUrl } from './sign-in/callback-url.js';
export { SignIn } from './sign-in/sign-in.entity.js';
export { SignInsService, type SignInOffer } from './sign-in/sign-ins.service.js';
