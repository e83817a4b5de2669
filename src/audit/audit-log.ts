import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, newId, pageOf, type Caller, type Page, type PageQuery } from '../common/index.js';
import { Database, paged } from '../database/index.js';
import { AuditEvent } from './audit-event.entity.js';

/** Who did it: a key, an end user in their browser, or Countersign by itself. */
export type Actor = Caller | { user: string; address: string; requestId: string } | 'system';

/** What happened. `details` never holds a secret: names of fields, not their values. */
export interface AuditEntry {
  tenantId: string | null;
  type: AuditType;
  actor: Actor;
  targetId: string;
  details?: Record<string, unknown>;
}

export type AuditType =
  | `tenant.${'created' | 'updated' | 'deleted'}`
  | `key.${'created' | 'rotated' | 'revoked'}`
  | `gpt.${'created' | 'updated' | 'deleted'}`
  | `action.${'created' | 'updated' | 'deleted'}`
  | 'action.auth_changed'
  | `sign_in.${'created' | 'started' | 'verified' | 'connected' | 'denied' | 'failed'}`
  | 'connections.revoked'
  | `vault.${'rotation_started' | 'rotation_completed' | 'data_key_retired'}`
  | `connection.${'revocation_failed' | 'created' | 'renewed' | 'revoked' | 'reconnect_required'}`;

/** What a client sees of an event. */
export interface AuditEventView {
  id: string;
  type: string;
  actor: Record<string, string>;
  target_id: string;
  details: Record<string, unknown>;
  created_at: string;
}

@Injectable()
export class AuditLog {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Writes the event in the transaction of the change it tells of, so that there is never one without the other. */
  async record(manager: EntityManager, { tenantId, type, actor, targetId, details = {} }: AuditEntry): Promise<void> {
    const row = { id: newId('evt'), tenantId, type, actor: describe(actor), targetId, details };
    await manager.insert(AuditEvent, { ...row, createdAt: this.clock.now() } as object);
  }

  list(
    tenantId: string,
    filter: { type?: string; target_id?: string },
    page: PageQuery,
  ): Promise<Page<AuditEventView>> {
    return this.database.read(async (manager) => {
      const query = manager.createQueryBuilder(AuditEvent, 'row').where('row.tenantId = :tenantId', { tenantId });
      if (filter.type) query.andWhere('row.type = :type', { type: filter.type });
      if (filter.target_id) query.andWhere('row.targetId = :target', { target: filter.target_id });
      return pageOf(await paged(query, page).getMany(), page.limit, view);
    });
  }
}

function describe(actor: Actor): Record<string, string> {
  if (actor === 'system') return { kind: 'system' };
  const { address, requestId } = actor;
  const from = { address, request_id: requestId };
  if ('user' in actor) return { kind: 'user', user: actor.user, ...from };
  return { kind: 'key', key_id: actor.keyId, role: actor.role, ...from };
}

function view({ id, type, actor, targetId, details, createdAt }: AuditEvent): AuditEventView {
  return { id, type, actor, target_id: targetId, details, created_at: createdAt.toISOString() };
}
