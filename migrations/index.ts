import { Core1764000000000 } from './1764000000000-core.js';
import { SignInDiagnosis1764200000000 } from './1764200000000-sign-in-diagnosis.js';
import { VaultRotations1764400000000 } from './1764400000000-vault-rotations.js';
import { AuditChain1764500000000 } from './1764500000000-audit-chain.js';
import { AllowedOrigins1764600000000 } from './1764600000000-allowed-origins.js';
import { KeyScopes1764700000000 } from './1764700000000-key-scopes.js';
import { ConsoleSessions1764800000000 } from './1764800000000-console-sessions.js';
import { OwnedReferences1764802000000 } from './1764802000000-owned-references.js';
import { SignInLists1764820000000 } from './1764820000000-sign-in-lists.js';
import { TenantBrand1764830000000 } from './1764830000000-tenant-brand.js';
import { ConnectedAccountsLinks1764831000000 } from './1764831000000-connected-accounts-links.js';
import { ConnectionLists1764832000000 } from './1764832000000-connection-lists.js';
import { MinuteStatistics1764840000000 } from './1764840000000-minute-statistics.js';
import { DocumentSources1764850000000 } from './1764850000000-document-sources.js';
import { UserLists1764851000000 } from './1764851000000-user-lists.js';
import { ClearerNames1764900000000 } from './1764900000000-clearer-names.js';
import { SettledTokens1764910000000 } from './1764910000000-settled-tokens.js';
import { RefreshDecisions1764920000000 } from './1764920000000-refresh-decisions.js';
import { RequestedSignIns1764930000000 } from './1764930000000-requested-sign-ins.js';
import { ConnectionImports1764931000000 } from './1764931000000-connection-imports.js';
import { ScopeDescriptions1765010000000 } from './1765010000000-scope-descriptions.js';
import { OperationPolicies1765020000000 } from './1765020000000-operation-policies.js';
import { ServerChoices1765040000000 } from './1765040000000-server-choices.js';
import { OperationTags1765041000000 } from './1765041000000-operation-tags.js';
import { UnchainedEvents1765100000000 } from './1765100000000-unchained-events.js';
import { ConnectionEpochs1765110000000 } from './1765110000000-connection-epochs.js';
import { TokenKeys1765200000000 } from './1765200000000-token-keys.js';
import { ToolCallResults1765205000000 } from './1765205000000-tool-call-results.js';
import { McpSettings1765210000000 } from './1765210000000-mcp-settings.js';
import { McpTokens1765220000000 } from './1765220000000-mcp-tokens.js';
import { McpAuthorizations1765230000000 } from './1765230000000-mcp-authorizations.js';
import { VerifiedOpeners1765235000000 } from './1765235000000-verified-openers.js';
import { McpServers1765250000000 } from './1765250000000-mcp-servers.js';

/** Every migration, oldest first. The schema that a released migration creates never changes. */
export const MIGRATIONS = [
  Core1764000000000,
  SignInDiagnosis1764200000000,
  VaultRotations1764400000000,
  AuditChain1764500000000,
  AllowedOrigins1764600000000,
  KeyScopes1764700000000,
  ConsoleSessions1764800000000,
  OwnedReferences1764802000000,
  SignInLists1764820000000,
  TenantBrand1764830000000,
  ConnectedAccountsLinks1764831000000,
  ConnectionLists1764832000000,
  MinuteStatistics1764840000000,
  DocumentSources1764850000000,
  UserLists1764851000000,
  ClearerNames1764900000000,
  SettledTokens1764910000000,
  RefreshDecisions1764920000000,
  RequestedSignIns1764930000000,
  ConnectionImports1764931000000,
  ScopeDescriptions1765010000000,
  OperationPolicies1765020000000,
  ServerChoices1765040000000,
  OperationTags1765041000000,
  UnchainedEvents1765100000000,
  ConnectionEpochs1765110000000,
  TokenKeys1765200000000,
  ToolCallResults1765205000000,
  McpSettings1765210000000,
  McpTokens1765220000000,
  McpAuthorizations1765230000000,
  VerifiedOpeners1765235000000,
  McpServers1765250000000,
];
