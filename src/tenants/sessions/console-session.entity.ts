import { Entity, Index, PrimaryColumn } from 'typeorm';
import { BelongsTo, IdColumn, TimeColumn } from '../../database/index.js';
import { ApiKey } from '../api-key.entity.js';

/** A browser that is signed in to the console with an API key. Neither the key nor the browser's secret is stored. */
@Entity('console_sessions')
@Index('console_sessions_by_expiry', ['expiresAt'])
export class ConsoleSession {
  /** Digest of the secret in the browser's cookie. */
  @PrimaryColumn({ name: 'digest', type: 'varchar', length: 64 })
  digest!: string;

  /** `null` for the operator, who belongs to no tenant. */
  @IdColumn('tenant_id', { nullable: true })
  tenantId!: string | null;

  @IdColumn('key_id')
  keyId!: string;

  @BelongsTo(() => ApiKey, 'key_id')
  key?: ApiKey;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('expires_at')
  expiresAt!: Date;
}
