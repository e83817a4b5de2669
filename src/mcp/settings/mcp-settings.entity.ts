import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';

/** How a GPT is offered to MCP clients. A GPT without a row is not offered. */
@Entity('mcp_settings')
@Index('mcp_settings_by_gpt', ['gptId'], { unique: true })
export class McpSettings {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('gpt_id')
  gptId!: string;

  @BelongsTo(() => Gpt, 'gpt_id')
  gpt?: Gpt;

  @Column({ name: 'enabled', type: 'boolean' })
  enabled!: boolean;

  /** Whose access tokens are accepted, besides runtime keys and user tokens: none, those of the tenant's identity provider, or our own. */
  @Column({ name: 'authorization', type: 'varchar', length: 16 })
  authorization!: 'keys' | 'jwt' | 'builtin';

  /** The issuer of the tenant's identity provider, with `jwt`. */
  @Column({ name: 'issuer', type: 'varchar', length: 2000, nullable: true })
  issuer!: string | null;

  /** Where the issuer publishes its keys; discovered from its metadata if absent. */
  @Column({ name: 'jwks_uri', type: 'varchar', length: 2000, nullable: true })
  jwksUri!: string | null;

  /** The claim that names the end user. */
  @Column({ name: 'user_claim', type: 'varchar', length: 255, default: 'sub' })
  userClaim!: string;

  @Column({ name: 'required_scope', type: 'varchar', length: 255, nullable: true })
  requiredScope!: string | null;

  /** The page of the tenant that identifies the browser's user, with `builtin`. */
  @Column({ name: 'login_url', type: 'varchar', length: 2000, nullable: true })
  loginUrl!: string | null;

  /** Who asks the user to confirm consequential calls: Countersign, or the client by the annotations of the tools. */
  @Column({ name: 'confirmation', type: 'varchar', length: 16, default: 'ask' })
  confirmation!: 'ask' | 'client';

  /** Hosts that redirect URIs and client metadata documents may have, with `builtin`; any if absent. */
  @JsonColumn('client_hosts', { nullable: true })
  clientHosts!: string[] | null;

  /** Whether results have `structuredContent`. Tools have no `outputSchema`, which results could break. Some clients reject a result whose API breaks its own schema. */
  @Column({ name: 'structured_content', type: 'boolean', default: false })
  structuredContent!: boolean;

  /** Incremented when `authorization` changes: tokens of the built-in authorization server are valid for one value. */
  @Column({ name: 'authorization_version', type: 'int', default: 0 })
  authorizationVersion!: number;

  @TimeColumn('updated_at')
  updatedAt!: Date;
}
