import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, digest, newId, type Caller } from '../common/index.js';
import { TenantStore } from '../database/index.js';
import { AuditChainer } from './audit-chainer.js';
import { AuditEvent } from './audit-event.entity.js';
import { DEPLOYMENT } from './chain.js';
import { EventTimes } from './event-times.js';

/** The caller with an API key, an end user in a browser, or Countersign itself. */
export type Actor = Caller | { user: string; address: string; requestId: string } | 'system';

/** An event to record. `details` never contains a secret: it has the names of fields, not their values. */
export interface AuditEntry {
  type: AuditType;
  actor: Actor;
  targetId: string;
  details?: Record<string, unknown>;
}

/** The transaction that an event is recorded in, and the tenant it is recorded for. Without a tenant it concerns the deployment. */
export type AuditTransaction = TenantStore | { manager: EntityManager; tenantId: string | null };

export type AuditType =
  | `tenant.${'created' | 'updated' | 'deleted'}`
  | `key.${'created' | 'rotated' | 'revoked'}`
  | `console_session.${'started' | 'ended'}`
  | `gpt.${'created' | 'updated' | 'deleted' | 'mcp_changed'}`
  | `mcp_token.${'created' | 'revoked'}`
  | `action.${'created' | 'updated' | 'deleted'}`
  | `action.${'auth_changed' | 'policy_changed'}`
  | `sign_in.${'created' | 'started' | 'verified' | 'connected' | 'denied' | 'failed'}`
  | `connections.${'revoked' | 'import_started' | 'import_completed'}`
  | 'connected_accounts.link_created'
  | `mcp_authorization.${'verified' | 'approved' | 'denied' | 'refused' | 'granted' | 'revoked'}`
  | `vault.${'rotation_started' | 'rotation_completed' | 'data_key_retired'}`
  | 'audit.exported'
  | `connection.${'revocation_failed' | 'created' | 'renewed' | 'revoked' | 'reconnect_required'}`;

/** The audit log: one hash chain per tenant, and one for the deployment. */
@Injectable()
export class AuditLog {
  private readonly times = new EventTimes();

  constructor(
    private readonly chainer: AuditChainer,
    private readonly clock: Clock,
  ) {}

  /**
   * Records an event in the transaction of the change that it describes: neither is stored without the other. The event gets its position in
   * the chain soon after the commit, so that transactions of one tenant do not wait for each other.
   */
  async record(transaction: AuditTransaction, { type, actor, targetId, details = {} }: AuditEntry): Promise<void> {
    const row = {
      id: newId('evt'),
      type,
      actor: describe(actor),
      actorDigest: actorDigest(actor),
      targetId,
      details: JSON.parse(JSON.stringify(details)) as Record<string, unknown>,
      createdAt: new Date(this.times.next(this.clock.now().getTime())),
      sequence: null,
      previousHash: '',
      hash: '',
    };
    await storeOf(transaction).insert(AuditEvent, [row]);
    this.chainer.wake();
  }
}

function storeOf(transaction: AuditTransaction): TenantStore {
  if (transaction instanceof TenantStore) return transaction;
  return new TenantStore(transaction.manager, transaction.tenantId ?? DEPLOYMENT);
}

function describe(actor: Actor): Record<string, string> {
  if (actor === 'system') return { kind: 'system' };
  const { address, requestId } = actor;
  const from = { address, request_id: requestId };
  if ('user' in actor) return { kind: 'user', user: actor.user, ...from };
  return { kind: 'key', key_id: actor.keyId, role: actor.role, ...from };
}

function actorDigest(actor: Actor): string | null {
  if (actor === 'system') return null;
  return digest('user' in actor ? actor.user : actor.keyId);
}
