import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { DigestColumn, IdColumn, JsonColumn, TimeColumn } from '../database/index.js';
import type { ChainedEvent } from './chain.js';

/** One thing that somebody did. It outlives what it tells of, so it refers to nothing. */
@Entity('audit_events')
@Index('audit_events_by_tenant', ['tenantId', 'createdAt', 'id'])
@Index('audit_events_in_chain', ['chain', 'sequence'], { unique: true })
export class AuditEvent {
  @PrimaryColumn({ name: 'id', type: 'varchar', length: 40 })
  id!: string;

  /** Without one it concerns the deployment. */
  @IdColumn('tenant_id', { nullable: true })
  tenantId!: string | null;

  @Column({ name: 'type', type: 'varchar', length: 64 })
  type!: string;

  @JsonColumn('actor')
  actor!: Record<string, string>;

  /** Of the key's id or the end user: to find what somebody did. */
  @DigestColumn('actor_digest', { nullable: true })
  actorDigest!: string | null;

  @Column({ name: 'target_id', type: 'varchar', length: 40 })
  targetId!: string;

  @JsonColumn('details')
  details!: Record<string, unknown>;

  @TimeColumn('created_at')
  createdAt!: Date;

  @IdColumn('chain', { default: '' })
  chain!: string;

  @Column({ name: 'sequence', type: 'int', default: 0 })
  sequence!: number;

  @DigestColumn('previous_hash', { default: '' })
  previousHash!: string;

  @DigestColumn('hash', { default: '' })
  hash!: string;
}

/** Where each chain ends: what a chain whose last events were removed is told by. */
@Entity('audit_chains')
export class AuditChain {
  @PrimaryColumn({ name: 'chain', type: 'varchar', length: 40 })
  chain!: string;

  @Column({ name: 'sequence', type: 'int' })
  sequence!: number;

  @DigestColumn('hash')
  hash!: string;
}

/** What of a row its chain is made of, and what an export has. */
export function chained(row: AuditEvent): ChainedEvent {
  return {
    chain: row.chain,
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
