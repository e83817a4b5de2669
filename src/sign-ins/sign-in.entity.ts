import { Column, Entity, Index } from 'typeorm';
import { Action } from '../actions/index.js';
import { BelongsTo, DigestColumn, IdColumn, PrimaryId, TimeColumn } from '../database/index.js';
import { Gpt } from '../gpts/index.js';
import { SealedColumn } from '../vault/index.js';
import { Connection, type SignInReason } from '../connections/index.js';

/** `pending` and `awaiting_verification` read `expired` once their time is over. */
export type SignInStatus = 'pending' | 'awaiting_verification' | 'connected' | 'denied' | 'failed';

/** One run of the OAuth flow, from the link that a user gets to the connection that it makes. */
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
  reason!: SignInReason;

  @Column({ name: 'status', type: 'varchar', length: 32 })
  status!: SignInStatus;

  /** Of the secret in the link. */
  @DigestColumn('ticket_digest')
  ticketDigest!: string;

  /** Of the cookie of the browser that pressed the button. */
  @DigestColumn('browser_digest', { nullable: true })
  browserDigest!: string | null;

  @DigestColumn('state_digest', { nullable: true })
  stateDigest!: string | null;

  @TimeColumn('state_expires_at', { nullable: true })
  stateExpiresAt!: Date | null;

  @TimeColumn('state_used_at', { nullable: true })
  stateUsedAt!: Date | null;

  /** Of the secret that only the browser at the end of the flow carries to the tenant's server. */
  @DigestColumn('browser_token_digest', { nullable: true })
  browserTokenDigest!: string | null;

  /** The client registration and the PKCE verifier that the flow began with, sealed; nothing once it has ended. */
  @SealedColumn('flow', { table: 'sign_ins', column: 'flow', rowId: 'id' })
  flow!: string | null;

  /** Of the action, when the flow began. */
  @Column({ name: 'binding', type: 'int' })
  binding!: number;

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
