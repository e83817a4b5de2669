export { ConfigModule } from './config.module.js';
export type { DatabaseServer, DatabaseSettings } from './database-url.js';
export type { EgressProxySettings } from './egress-proxy.js';
export { environment, environmentVariable } from './environment.js';
export { misspelledVariables } from './misspelled-variables.js';
export { OperatorKey, operatorKey } from './operator-key.js';
export { OWN_SEGMENTS } from './public-url.js';
export { createSecretFile, readSecretFile } from './secret-file.js';
export { InvalidSettingsError, isLoopback, readSettings, Settings } from './settings.js';
