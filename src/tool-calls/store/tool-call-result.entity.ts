import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { BelongsTo, IdColumn, PrimaryId, TimeColumn } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { SealedColumn, type SealContext } from '../../vault/index.js';

/** A tool call that was sent to its upstream, and its result once there is one. */
@Entity('tool_call_results')
@Index('tool_call_results_by_owner', ['owner'])
@Index('tool_call_results_by_expiry', ['expiresAt'])
export class ToolCallResult {
  @PrimaryId('tenant_id')
  tenantId!: string;

  /** A digest of GPT, user, turn, the id of the call, tool and arguments. */
  @PrimaryColumn({ name: 'id', type: 'varchar', length: 64 })
  id!: string;

  @IdColumn('gpt_id')
  gptId!: string;

  @BelongsTo(() => Gpt, 'gpt_id')
  gpt?: Gpt;

  @IdColumn('call_id')
  callId!: string;

  /** The process that runs the call; `null` when there is a result. */
  @IdColumn('owner', { nullable: true })
  owner!: string | null;

  /** The process renews this while it runs the call. If it passes, the process has ended, and nobody knows what became of the call. */
  @TimeColumn('lease_until', { nullable: true })
  leaseUntil!: Date | null;

  /** The first part of the result as JSON, sealed. */
  @SealedColumn('result', { table: 'tool_call_results', column: 'result', rowId: 'id' })
  result!: string | null;

  /** The number of parts of the result. */
  @Column({ name: 'parts', type: 'int' })
  parts!: number;

  @TimeColumn('expires_at')
  expiresAt!: Date;
}

/** The rest of a result that is too large for one column. */
@Entity('tool_call_result_parts')
@Index('tool_call_result_parts_of_result', ['tenantId', 'resultId'])
export class ToolCallResultPart {
  @PrimaryId('tenant_id')
  tenantId!: string;

  /** The id of the result and the number of the part, from 1. */
  @PrimaryColumn({ name: 'id', type: 'varchar', length: 80 })
  id!: string;

  @Column({ name: 'result_id', type: 'varchar', length: 64 })
  resultId!: string;

  @BelongsTo(() => ToolCallResult, 'result_id')
  ofResult?: ToolCallResult;

  @Column({ name: 'position', type: 'int' })
  position!: number;

  @SealedColumn('data', { table: 'tool_call_result_parts', column: 'data', rowId: 'id' })
  data!: string | null;
}

/** Returns the seal context of the first part. */
export function resultContext(tenantId: string, id: string): SealContext {
  return { tenantId, table: 'tool_call_results', rowId: id, column: 'result' };
}

/** Returns the seal context of a later part. */
export function partContext(tenantId: string, id: string): SealContext {
  return { tenantId, table: 'tool_call_result_parts', rowId: id, column: 'data' };
}
