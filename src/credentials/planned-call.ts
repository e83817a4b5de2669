import type { Action, OperationPlan } from '../actions/index.js';
import type { TenantCaller } from '../common/index.js';

/** What a credential is needed for. */
export interface PlannedCall {
  action: Action;
  operation: Pick<OperationPlan['operation'], 'operationId' | 'requiresAuth'>;
  caller: TenantCaller;
  /** The tenant's own id of the end user. */
  user?: string;
  /** The URL that the browser returns to after a sign-in. */
  returnUrl?: string;
  /** Milliseconds since the epoch. */
  deadline: number;
}
