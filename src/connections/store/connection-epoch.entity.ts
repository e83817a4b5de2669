import { Column, Entity } from 'typeorm';
import { BelongsTo, PrimaryId } from '../../database/index.js';
import { Tenant } from '../../tenants/index.js';

/** How often all connections of a tenant, a GPT or an action were ended; 0 without a row. */
@Entity('connection_epochs')
export class ConnectionEpoch {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** The id of the tenant, the GPT or the action. */
  @PrimaryId('scope_id')
  scopeId!: string;

  @Column({ name: 'value', type: 'int' })
  value!: number;
}
