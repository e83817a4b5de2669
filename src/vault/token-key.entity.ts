import { Entity } from 'typeorm';
import { BelongsTo, PrimaryId } from '../database/index.js';
import { Tenant } from '../tenants/index.js';
import type { SealContext } from './envelope.js';
import { SealedColumn } from './sealed-column.js';

/** The key of a tenant's sealed tokens. Deleting the row makes all of them invalid. */
@Entity('token_keys')
export class TokenKey {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** 32 bytes in base64, sealed. Rotations of the vault's keys seal it again, so that tokens outlive them. */
  @SealedColumn('sealed_key', { table: 'token_keys', column: 'sealed_key', rowId: 'tenantId' })
  sealedKey!: string | null;
}

/** Returns the seal context of a tenant's key. */
export function tokenKeyContext(tenantId: string): SealContext {
  return { tenantId, table: 'token_keys', rowId: tenantId, column: 'sealed_key' };
}
