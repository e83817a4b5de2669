export { ProviderChecksModule } from './provider-checks.module.js';
