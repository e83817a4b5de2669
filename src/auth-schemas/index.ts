export { ActionAuthGuard } from './action-auth.guard.js';
export { AuthSchemasModule } from './auth-schemas.module.js';
export type { Credential, Obtained, PlannedCall, WithPlannedCall } from './credential.js';
export { withCredentialQuery } from './credential-query.js';
export { Credentials } from './credentials.service.js';
export { staticHeaders } from './static-headers.js';
