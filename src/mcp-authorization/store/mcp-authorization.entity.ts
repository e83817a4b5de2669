import { Column, Entity, Index } from 'typeorm';
import {
  BelongsTo,
  DigestColumn,
  IdColumn,
  JsonColumn,
  PrimaryId,
  TextColumn,
  TimeColumn,
} from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import type { ClientFacts } from '../clients/client.js';

/**
 * `pending`: the tenant has to identify the user. `verified`: the user has to answer the consent page. `approved`: the client has to redeem the
 * code. `granted`: the client has tokens. `denied`: the user declined. `refused`: another browser opened the consent page.
 */
export type AuthorizationStatus = 'pending' | 'verified' | 'approved' | 'granted' | 'denied' | 'refused';

/**
 * The authorization of an MCP client to act for an end user, from the authorization request to the end of the grant. Deleting the row ends its
 * tokens.
 */
@Entity('mcp_authorizations')
@Index('mcp_authorizations_by_code', ['codeDigest'], { unique: true })
@Index('mcp_authorizations_by_expiry', ['expiresAt'])
@Index('mcp_authorizations_by_gpt', ['tenantId', 'gptId', 'status'])
export class McpAuthorization {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @IdColumn('gpt_id')
  gptId!: string;

  @BelongsTo(() => Gpt, 'gpt_id')
  gpt?: Gpt;

  @Column({ name: 'status', type: 'varchar', length: 16 })
  status!: AuthorizationStatus;

  /** The GPT's `authorizationVersion` at the authorization request. */
  @Column({ name: 'authorization_version', type: 'int' })
  authorizationVersion!: number;

  @TextColumn('client_id')
  clientId!: string;

  /** What the consent page shows about the client. */
  @JsonColumn('client')
  client!: ClientFacts;

  @TextColumn('redirect_uri')
  redirectUri!: string;

  /** The `state` of the authorization request. */
  @TextColumn('state', { nullable: true })
  state!: string | null;

  @Column({ name: 'code_challenge', type: 'varchar', length: 43 })
  codeChallenge!: string;

  /** The granted scope, separated by spaces. */
  @Column({ name: 'scope', type: 'varchar', length: 512 })
  scope!: string;

  /** Digest of the cookie of the browser that sent the authorization request. */
  @DigestColumn('browser_digest')
  browserDigest!: string;

  /** Digest of the secret that the browser carries to the tenant's login page. */
  @DigestColumn('browser_token_digest')
  browserTokenDigest!: string;

  /** The end user, as the tenant's server has identified them. */
  @Column({ name: 'user', type: 'varchar', length: 255, nullable: true })
  user!: string | null;

  /** Digest of the one-time key in the `redirect_url` that the tenant's server was given. */
  @DigestColumn('consent_key_digest', { nullable: true })
  consentKeyDigest!: string | null;

  /** Digest of the authorization code. It stays after the code was redeemed, so that a replay is recognized. */
  @DigestColumn('code_digest', { nullable: true })
  codeDigest!: string | null;

  @TimeColumn('code_expires_at', { nullable: true })
  codeExpiresAt!: Date | null;

  /** The generation of the current refresh token; 0 before there is one. */
  @Column({ name: 'generation', type: 'int', default: 0 })
  generation!: number;

  /** When the current refresh token replaced its predecessor. */
  @TimeColumn('rotated_at', { nullable: true })
  rotatedAt!: Date | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  /** When the row can be deleted: the request, the code or the refresh token has expired. */
  @TimeColumn('expires_at')
  expiresAt!: Date;
}
