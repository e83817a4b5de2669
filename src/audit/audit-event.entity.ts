import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DigestColumn, IdColumn, JsonColumn, TimeColumn } from '../database/index.js';
import type { AuditRecord, ChainedEvent, UnchainedEvent } from './chain.js';

/** An audit event. It outlives the resources that it names, so it has no foreign keys. */
@Entity('audit_events')
@Index('audit_events_in_chain', ['tenantId', 'sequence'], { unique: true })
@Index('audit_events_unchained', ['sequence', 'tenantId', 'createdAt', 'id'])
export class AuditEvent {
  @PrimaryColumn({ name: 'id', type: 'varchar', length: 40 })
  id!: string;

  /** The chain: the id of the tenant, or `deployment`. */
  @IdColumn('chain', { default: '' })
  tenantId!: string;

  /** The position in the chain; `null` until a job has chained the event. */
  @Column({ name: 'sequence', type: 'int', nullable: true })
  sequence!: number | null;

  @Column({ name: 'type', type: 'varchar', length: 64 })
  type!: string;

  @JsonColumn('actor')
  actor!: Record<string, string>;

  /** The digest of the key's id or the end user's id, for the `actor` filter. */
  @DigestColumn('actor_digest', { nullable: true })
  actorDigest!: string | null;

  @Column({ name: 'target_id', type: 'varchar', length: 40 })
  targetId!: string;

  @JsonColumn('details')
  details!: Record<string, unknown>;

  @TimeColumn('created_at')
  createdAt!: Date;

  @DigestColumn('previous_hash', { default: '' })
  previousHash!: string;

  @DigestColumn('hash', { default: '' })
  hash!: string;
}

/** The head of a chain. It reveals that the last events of the chain were removed. */
@Entity('audit_chains')
export class AuditChain {
  /** The chain: the id of the tenant, or `deployment`. */
  @PrimaryColumn({ name: 'chain', type: 'varchar', length: 40 })
  tenantId!: string;

  @Column({ name: 'sequence', type: 'int' })
  sequence!: number;

  @DigestColumn('hash')
  hash!: string;
}

/** An event that has its position in its chain. */
export type ChainedRow = AuditEvent & { sequence: number };

/** Returns the members of a chained event that its hash covers and exports contain. */
export function chainedEvent(row: ChainedRow): ChainedEvent {
  return { ...membersOf(row), sequence: row.sequence, previous_hash: row.previousHash, hash: row.hash };
}

/** Returns the members of an event as lists and exports contain them. */
export function auditRecord(row: AuditEvent): AuditRecord {
  return isChained(row) ? chainedEvent(row) : unchainedEvent(row);
}

export function isChained(row: AuditEvent): row is ChainedRow {
  return row.sequence !== null;
}

function unchainedEvent(row: AuditEvent): UnchainedEvent {
  return { ...membersOf(row), sequence: null, previous_hash: null, hash: null };
}

function membersOf(row: AuditEvent) {
  return {
    chain: row.tenantId,
    id: row.id,
    type: row.type,
    actor: row.actor,
    target_id: row.targetId,
    details: row.details,
    created_at: row.createdAt.toISOString(),
  };
}
