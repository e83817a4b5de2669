import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../../database/index.js';
import { Tenant } from '../../../tenants/index.js';
import { SealedColumn } from '../../../vault/index.js';

/** A command that ended connections. Its items are the token revocations at the providers. */
@Entity('revocations')
@Index('revocations_by_creation', ['tenantId', 'createdAt', 'id'])
@Index('revocations_pending', ['pendingScopeId'])
export class Revocation {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** The filter of the connections to end, as sent by the client. */
  @JsonColumn('scope')
  scope!: Record<string, string | boolean>;

  @Column({ name: 'reason', type: 'varchar', length: 32 })
  reason!: string;

  /** Number of ended connections. */
  @Column({ name: 'total', type: 'int' })
  total!: number;

  @TimeColumn('created_at')
  createdAt!: Date;

  /** The tenant, GPT or action whose connections an epoch has ended, while their rows are still being ended; otherwise `null`. */
  @IdColumn('pending_scope_id', { nullable: true })
  pendingScopeId!: string | null;

  /** The lease of the process that ends the rows. */
  @TimeColumn('lease_until', { nullable: true })
  leaseUntil!: Date | null;

  /** The action that was changed, with the client that its connections were made with, while rows are being ended. */
  @IdColumn('action_id', { nullable: true })
  actionId!: string | null;

  /** The binding version of that client. */
  @Column({ name: 'binding_version', type: 'int', nullable: true })
  bindingVersion!: number | null;

  @JsonColumn('auth_settings', { nullable: true })
  authSettings!: Record<string, unknown> | null;

  @SealedColumn('auth_secrets', { table: 'actions', column: 'auth_secrets', rowId: 'actionId' })
  authSecrets!: string | null;

  /** When the last item was confirmed or given up. */
  @TimeColumn('ended_at', { nullable: true })
  endedAt!: Date | null;
}
