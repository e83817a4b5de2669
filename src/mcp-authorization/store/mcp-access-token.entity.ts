import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, DigestColumn, IdColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { McpAuthorization } from './mcp-authorization.entity.js';

/** An access token of a grant. It ends with the grant. */
@Entity('mcp_access_tokens')
@Index('mcp_access_tokens_by_expiry', ['expiresAt'])
@Index('mcp_access_tokens_by_authorization', ['tenantId', 'authorizationId'])
export class McpAccessToken {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @DigestColumn('digest', { primary: true })
  digest!: string;

  @IdColumn('authorization_id')
  authorizationId!: string;

  @BelongsTo(() => McpAuthorization, 'authorization_id')
  authorization?: McpAuthorization;

  /** Separated by spaces. */
  @Column({ name: 'scope', type: 'varchar', length: 512 })
  scope!: string;

  @TimeColumn('expires_at')
  expiresAt!: Date;
}
