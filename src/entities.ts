import { Action, DocumentPart, Operation, SourcePart } from './actions/index.js';
import { AuditChain, AuditEvent } from './audit/index.js';
import type { EntityClass } from './database/index.js';
import { ConfirmationRow } from './dispatch/index.js';
import { Gpt } from './gpts/index.js';
import {
  ConnectedAccountsLink,
  Connection,
  ConnectionImport,
  ConnectionImportLine,
  Revocation,
  RevocationItem,
} from './connections/index.js';
import { SignIn } from './sign-ins/index.js';
import { Trace } from './traces/index.js';
import { MinuteStatistics } from './statistics/index.js';
import { ApiKey, ConsoleSession, Tenant } from './tenants/index.js';
import { DataKey, VaultRotation } from './vault/index.js';

/** The entity classes of all tables. */
export const ENTITIES: EntityClass[] = [
  Tenant,
  ApiKey,
  ConsoleSession,
  AuditEvent,
  AuditChain,
  DataKey,
  VaultRotation,
  Gpt,
  Action,
  Operation,
  DocumentPart,
  SourcePart,
  Connection,
  SignIn,
  ConnectedAccountsLink,
  ConnectionImport,
  ConnectionImportLine,
  Trace,
  Revocation,
  RevocationItem,
  ConfirmationRow,
  MinuteStatistics,
];
