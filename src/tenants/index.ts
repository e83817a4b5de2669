export { Access } from './access.js';
export { AllowedOrigins } from './allowed-origins.js';
export { ApiKey } from './api-key.entity.js';
export { FailedAuthentications } from './failed-authentications.js';
export { Keyring, type KeyHolder } from './keyring.js';
export { ConsoleSession } from './sessions/console-session.entity.js';
export { Tenant } from './tenant.entity.js';
export { TenantsModule } from './tenants.module.js';
export { TenantsService } from './tenants.service.js';
