import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DigestColumn, IdColumn, JsonColumn, TimeColumn } from '../database/index.js';
import type { ChainedEvent } from './chain.js';

/** An audit event. It outlives the resources that it names, so it has no foreign keys. */
@Entity('audit_events')
@Index('audit_events_in_chain', ['tenantId', 'sequence'], { unique: true })
export class AuditEvent {
  @PrimaryColumn({ name: 'id', type: 'varchar', length: 40 })
  id!: string;

  /** The chain: the id of the tenant, or `deployment`. */
  @IdColumn('chain', { default: '' })
  tenantId!: string;

  @Column({ name: 'sequence', type: 'int', default: 0 })
  sequence!: number;

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

/** Returns the members of an event that its hash covers and exports contain. */
export function chainedEvent(row: AuditEvent): ChainedEvent {
  return {
    chain: row.tenantId,
    sequence: row.sequence,
    id: row.id,
    type: row.type,
    actor: row.actor,
    target_id: row.targetId,
    details: row.details,
    created_at: row.createdAt.toISOString(),
    previous_hash: row.previousHash,
    hash: row.hash,
  };
}
