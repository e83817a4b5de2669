import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { BelongsTo, DigestColumn, IdColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { SealedColumn } from '../../vault/index.js';

/** A consequential call that its user is asked to agree to on a page. An agreement is for one call, and is used once. */
@Entity('mcp_agreements')
@Index('mcp_agreements_by_ticket', ['ticketDigest'], { unique: true })
@Index('mcp_agreements_by_expiry', ['expiresAt'])
export class McpAgreement {
  @PrimaryId('tenant_id')
  tenantId!: string;

  /** A digest of everything that the user agrees to, and of the user. */
  @PrimaryColumn({ name: 'call_digest', type: 'varchar', length: 64 })
  callDigest!: string;

  @IdColumn('gpt_id')
  gptId!: string;

  @BelongsTo(() => Gpt, 'gpt_id')
  gpt?: Gpt;

  /** Digest of the secret in the link. */
  @DigestColumn('ticket_digest')
  ticketDigest!: string;

  /** The secret of the link, and what the page shows; sealed. */
  @SealedColumn('content', { table: 'mcp_agreements', column: 'content', rowId: 'callDigest' })
  content!: string | null;

  /** `null` until the user has decided. */
  @Column({ name: 'answer', type: 'varchar', length: 16, nullable: true })
  answer!: 'agreed' | 'declined' | null;

  @TimeColumn('expires_at')
  expiresAt!: Date;
}
