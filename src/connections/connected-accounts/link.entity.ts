import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, DigestColumn, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { ApiKey } from '../../tenants/index.js';

/** A link to the connected-accounts page of one end user, for one browser. It is deleted with the API key that created it. */
@Entity('connected_accounts_links')
@Index('connected_accounts_links_by_ticket', ['ticketDigest'], { unique: true })
@Index('connected_accounts_links_by_expiry', ['expiresAt'])
export class ConnectedAccountsLink {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @IdColumn('key_id')
  keyId!: string;

  @BelongsTo(() => ApiKey, 'key_id')
  key?: ApiKey;

  /** The GPTs that the API key is limited to; `null` for all. Only their connections are shown. */
  @JsonColumn('gpt_ids', { nullable: true })
  gptIds!: string[] | null;

  @Column({ name: 'user', type: 'varchar', length: 255 })
  user!: string;

  /** Digest of the secret in the link. */
  @DigestColumn('ticket_digest')
  ticketDigest!: string;

  /** Digest of the cookie of the browser that opened the link. */
  @DigestColumn('browser_digest', { nullable: true })
  browserDigest!: string | null;

  @Column({ name: 'return_url', type: 'varchar', length: 2000, nullable: true })
  returnUrl!: string | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('expires_at')
  expiresAt!: Date;

  /** When the user closed the link. */
  @TimeColumn('ended_at', { nullable: true })
  endedAt!: Date | null;
}
