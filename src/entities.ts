import { Action, DocumentPart, Operation, OperationPolicyRow, SourcePart } from './actions/index.js';
import { AuditChain, AuditEvent } from './audit/index.js';
import type { EntityClass } from './database/index.js';
import { ConfirmationRow } from './dispatch/index.js';
import { Gpt } from './gpts/index.js';
import {
  ConnectedAccountsLink,
  Connection,
  ConnectionEpoch,
  ConnectionImport,
  ConnectionImportLine,
  Revocation,
  RevocationItem,
} from './connections/index.js';
import { SignIn } from './sign-ins/index.js';
import { Trace } from './traces/index.js';
import { MinuteStatistics } from './statistics/index.js';
import { ApiKey, ConsoleSession, Tenant } from './tenants/index.js';
import { ToolCallResult, ToolCallResultPart } from './tool-calls/index.js';
import { McpAgreement, McpSettings, McpSignal, McpToken } from './mcp/index.js';
import { McpAccessToken, McpAuthorization } from './mcp-authorization/index.js';
import { DataKey, TokenKey, VaultRotation } from './vault/index.js';

/** The entity classes of all tables. */
export const ENTITIES: EntityClass[] = [
  Tenant,
  ApiKey,
  ConsoleSession,
  AuditEvent,
  AuditChain,
  DataKey,
  VaultRotation,
  TokenKey,
  Gpt,
  McpSettings,
  McpToken,
  McpAgreement,
  McpSignal,
  McpAuthorization,
  McpAccessToken,
  Action,
  Operation,
  OperationPolicyRow,
  DocumentPart,
  SourcePart,
  Connection,
  ConnectionEpoch,
  SignIn,
  ConnectedAccountsLink,
  ConnectionImport,
  ConnectionImportLine,
  Trace,
  Revocation,
  RevocationItem,
  ConfirmationRow,
  ToolCallResult,
  ToolCallResultPart,
  MinuteStatistics,
];
