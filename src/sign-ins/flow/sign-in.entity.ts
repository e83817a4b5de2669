import { Column, Entity, Index } from 'typeorm';
import { Action } from '../../actions/index.js';
import { BelongsTo, DigestColumn, IdColumn, PrimaryId, TextColumn, TimeColumn } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { SealedColumn } from '../../vault/index.js';
import { Connection, type SignInReason } from '../../connections/index.js';

/** Stored status. Past its expiry, a `pending` or `awaiting_verification` sign-in is reported as `expired`. */
export type SignInStatus = 'pending' | 'awaiting_verification' | 'connected' | 'denied' | 'failed';

/** Why a sign-in was offered: a call needs it, or the tenant requested it without a call. */
export type OfferReason = SignInReason | 'requested';

/** One sign-in of a user, from the link to the connection. */
@Entity('sign_ins')
@Index('sign_ins_by_id', ['id'], { unique: true })
@Index('sign_ins_by_ticket', ['ticketDigest'], { unique: true })
@Index('sign_ins_by_state', ['stateDigest'], { unique: true })
@Index('sign_ins_by_expiry', ['expiresAt'])
@Index('sign_ins_by_gpt', ['tenantId', 'gptId'])
@Index('sign_ins_by_connection', ['tenantId', 'connectionId'])
@Index('sign_ins_by_creation', ['tenantId', 'createdAt', 'id'])
@Index('sign_ins_of_user', ['tenantId', 'user', 'createdAt', 'id'])
export class SignIn {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('id')
  id!: string;

  @IdColumn('gpt_id')
  gptId!: string;

  @BelongsTo(() => Gpt, 'gpt_id')
  gpt?: Gpt;

  @IdColumn('action_id')
  actionId!: string;

  @BelongsTo(() => Action, 'action_id')
  action?: Action;

  @Column({ name: 'user', type: 'varchar', length: 255 })
  user!: string;

  @Column({ name: 'reason', type: 'varchar', length: 32 })
  reason!: OfferReason;

  @Column({ name: 'status', type: 'varchar', length: 32 })
  status!: SignInStatus;

  /** Digest of the secret in the link. */
  @DigestColumn('ticket_digest')
  ticketDigest!: string;

  /** Digest of the cookie of the browser that pressed the button. */
  @DigestColumn('browser_digest', { nullable: true })
  browserDigest!: string | null;

  @DigestColumn('state_digest', { nullable: true })
  stateDigest!: string | null;

  @TimeColumn('state_expires_at', { nullable: true })
  stateExpiresAt!: Date | null;

  @TimeColumn('state_used_at', { nullable: true })
  stateUsedAt!: Date | null;

  /** Digest of the secret that the browser carries to the tenant's server after the callback. */
  @DigestColumn('browser_token_digest', { nullable: true })
  browserTokenDigest!: string | null;

  /** Sealed data of the flow, such as the client registration and the PKCE verifier; `null` after the sign-in has ended. */
  @SealedColumn('flow', { table: 'sign_ins', column: 'flow', rowId: 'id' })
  flow!: string | null;

  /** The action's binding version when the flow started. */
  @Column({ name: 'binding_version', type: 'int' })
  bindingVersion!: number;

  /** The scope to request instead of the schema's; `null` for the schema's. */
  @TextColumn('scope', { nullable: true })
  scope!: string | null;

  /** Whether an MCP client with an access token shows the link, so that it is verified who opens it (security rule C46). */
  @Column({ name: 'verifies_opener', type: 'boolean', default: false })
  verifiesOpener!: boolean;

  @Column({ name: 'return_url', type: 'varchar', length: 2000, nullable: true })
  returnUrl!: string | null;

  @Column({ name: 'error_code', type: 'varchar', length: 64, nullable: true })
  errorCode!: string | null;

  @Column({ name: 'error_message', type: 'varchar', length: 500, nullable: true })
  errorMessage!: string | null;

  @IdColumn('connection_id', { nullable: true })
  connectionId!: string | null;

  @BelongsTo(() => Connection, 'connection_id')
  connection?: Connection;

  @TimeColumn('created_at')
  createdAt!: Date;

  @TimeColumn('expires_at')
  expiresAt!: Date;

  @TimeColumn('ended_at', { nullable: true })
  endedAt!: Date | null;
}
