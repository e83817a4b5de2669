import { Injectable } from '@nestjs/common';
import { Metrics } from '../metrics/index.js';
import type { CountName } from './counts.js';
import { Statistics, type Counted } from './statistics.js';

/** The action of a call. */
interface CalledAction {
  tenantId: string;
  id: string;
  authType: string;
}

/** What an upstream responded to a call. */
interface UpstreamResult {
  status: number;
  milliseconds: number;
}

/** Counts what happens to actions: in the metrics for the operator, and in the statistics for the action's tenant. */
@Injectable()
export class Activity {
  constructor(
    private readonly metrics: Metrics,
    private readonly statistics: Statistics,
  ) {}

  /** @param outcome the outcome of the call, or the code of its problem */
  countCall({ tenantId, id: actionId, authType }: CalledAction, outcome: string, upstream?: UpstreamResult): void {
    this.metrics.calls.inc({ outcome, schema: authType });
    this.statistics.count({ tenantId, actionId }, callCount(outcome, upstream), upstream?.milliseconds);
  }

  /** @param result `renewed`, or why the tokens were not renewed */
  countRefresh(action: Counted, result: string): void {
    this.metrics.refreshes.inc({ result });
    this.statistics.count(action, result === 'renewed' ? 'renewed' : 'refreshFailed');
  }

  /** @param status the status with which the sign-in ended */
  countSignIn(action: Counted, status: string): void {
    this.metrics.signIns.inc({ status });
    this.statistics.count(action, status === 'connected' ? 'connected' : 'signInFailed');
  }
}

function callCount(outcome: string, upstream: UpstreamResult | undefined): CountName {
  if (upstream) return upstream.status < 400 ? 'completed' : 'upstreamErrors';
  if (outcome === 'sign_in_required') return 'signInRequired';
  return outcome === 'confirmation_required' ? 'confirmationRequired' : 'failed';
}
