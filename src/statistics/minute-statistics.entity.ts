import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { BelongsTo, PrimaryId } from '../database/index.js';
import { Tenant } from '../tenants/index.js';

function Count(name: string): PropertyDecorator {
  return Column({ name, type: 'int', default: 0 });
}

/**
 * The counts of one action in one minute by one process. Each process has its own rows, so that a write replaces the whole count instead
 * of adding to it and can be repeated.
 */
@Entity('minute_statistics')
@Index('minute_statistics_by_minute', ['minute'])
export class MinuteStatistics {
  @PrimaryId('tenant_id')
  tenantId!: string;

  /** Minutes since the epoch. */
  @PrimaryColumn({ name: 'minute', type: 'int' })
  minute!: number;

  /** Not a foreign key: the counts outlive the action. */
  @PrimaryId('action_id')
  actionId!: string;

  @PrimaryId('process_id')
  processId!: string;

  @BelongsTo(() => Tenant)
  tenant?: Tenant;

  /** Calls whose upstream responded with a status below 400. */
  @Count('completed')
  completed!: number;

  /** Calls whose upstream responded with status 400 or above. */
  @Count('upstream_errors')
  upstreamErrors!: number;

  /** Calls that ended with a problem. */
  @Count('failed')
  failed!: number;

  @Count('sign_in_required')
  signInRequired!: number;

  @Count('confirmation_required')
  confirmationRequired!: number;

  @Count('renewed')
  renewed!: number;

  @Count('refresh_failed')
  refreshFailed!: number;

  @Count('connected')
  connected!: number;

  @Count('sign_in_failed')
  signInFailed!: number;

  @Count('within_5')
  within5!: number;

  @Count('within_10')
  within10!: number;

  @Count('within_25')
  within25!: number;

  @Count('within_50')
  within50!: number;

  @Count('within_100')
  within100!: number;

  @Count('within_250')
  within250!: number;

  @Count('within_500')
  within500!: number;

  @Count('within_1000')
  within1000!: number;

  @Count('within_2500')
  within2500!: number;

  @Count('within_5000')
  within5000!: number;

  @Count('within_10000')
  within10000!: number;

  @Count('beyond')
  beyond!: number;
}
