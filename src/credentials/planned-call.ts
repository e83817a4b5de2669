import type { OperationPlan } from '../actions/index.js';
import type { TenantCaller } from '../common/index.js';

/** A call whose operation is known. */
export interface PlannedCall extends OperationPlan {
  caller: TenantCaller;
  /** The tenant's own id of the end user. */
  user?: string;
  /** The URL that the browser returns to after a sign-in. */
  returnUrl?: string;
  /** Milliseconds since the epoch. */
  deadline: number;
}
