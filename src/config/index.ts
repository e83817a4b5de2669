export { ConfigModule } from './config.module.js';
export { environment, environmentVariable } from './environment.js';
export { OperatorKey, operatorKey } from './operator-key.js';
export { createSecretFile, readSecretFile } from './secret-file.js';
export { InvalidSettingsError, isLoopback, readSettings, Settings, type DatabaseSettings } from './settings.js';
