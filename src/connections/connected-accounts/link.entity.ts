import { Column, Entity, Index } from 'typeorm';
import { BelongsTo, DigestColumn, IdColumn, JsonColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { ApiKey } from '../../tenants/index.js';

/** A link with which one end user sees and ends their connections, in one browser. It goes with the key that made it. */
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

  /** The GPTs that the key was for, where it was not for all: no others are shown. */
  @JsonColumn('gpt_ids', { nullable: true })
  gptIds!: string[] | null;

  @Column({ name: 'user', type: 'varchar', length: 255 })
  user!: string;

  /** Of the secret in the link. */
  @DigestColumn('ticket_digest')
  ticketDigest!: string;

  /** Of the cookie of the browser that opened it first. */
  @DigestColumn('browser_digest', { nullable: true })
  browserDigest!: string | null;

  @Column({ name: 'return_url', type: 'varchar', length: 2000, nullable: true })
  returnUrl!: string | null;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('expires_at')
  expiresAt!: Date;

  /** When its user was done with it. */
  @TimeColumn('ended_at', { nullable: true })
  endedAt!: Date | null;
}
