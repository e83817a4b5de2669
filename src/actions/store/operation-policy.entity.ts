import { Entity, PrimaryColumn } from 'typeorm';
import type { JsonValue } from '@countersign/openapi';
import { BelongsTo, JsonColumn, PrimaryId, TextColumn } from '../../database/index.js';
import { Action } from './action.entity.js';

/** The fields of an operation's policy, as clients write and read them. */
export interface PolicyFields {
  enabled?: boolean;
  name?: string;
  description?: string;
  confirmation?: 'always' | 'document' | 'never';
  fixed_arguments?: Record<string, JsonValue>;
  response?: { keep?: string[]; drop?: string[]; max_items?: number };
  follow_redirects?: boolean;
}

/** The policy of an operation. It outlives the operation: a later document may have it again. */
@Entity('operation_policies')
export class OperationPolicyRow {
  @PrimaryId('tenant_id')
  tenantId!: string;

  @PrimaryId('action_id')
  actionId!: string;

  /** The position among the policies of the action. */
  @PrimaryColumn({ name: 'position', type: 'int' })
  position!: number;

  @BelongsTo(() => Action, 'action_id')
  action?: Action;

  @TextColumn('operation_id')
  operationId!: string;

  @JsonColumn('fields')
  fields!: PolicyFields;
}
