import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, DigestColumn, IdColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { ApiKey } from '../../tenants/index.js';

/** A token with which an MCP client acts for one end user at one GPT. It is valid no longer than the API key that created it. */
@Entity('mcp_tokens')
@Index('mcp_tokens_by_id', ['id'], { unique: true })
@Index('mcp_tokens_by_expiry', ['expiresAt'])
export class McpToken {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @IdColumn('gpt_id')
  gptId!: string;

  @BelongsTo(() => Gpt, 'gpt_id')
  gpt?: Gpt;

  @IdColumn('key_id')
  keyId!: string;

  @BelongsTo(() => ApiKey, 'key_id')
  key?: ApiKey;

  @Column({ name: 'user', type: 'varchar', length: 255 })
  user!: string;

  @DigestColumn('digest')
  digest!: string;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('expires_at')
  expiresAt!: Date;
}
