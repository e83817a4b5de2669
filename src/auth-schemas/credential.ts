import type { OperationPlan } from '../actions/index.js';
import type { TenantCaller } from '../common/index.js';
import type { SignInOffer } from '../oauth/index.js';

/** A call whose operation is known, and who it is for. */
export interface PlannedCall extends OperationPlan {
  caller: TenantCaller;
  /** The tenant's own id of the end user. */
  user?: string;
  returnUrl?: string;
}

/** What one call needs to carry. Header names are lower case. */
export interface Credential {
  headers: Record<string, string>;
  query?: Record<string, string>;
  /** What must not be seen in an answer, should the upstream repeat what it was sent. */
  secrets: string[];
  /** The next credential after the upstream has said 401 to this one, where there can be one. */
  renew?: () => Promise<Obtained>;
  /** The sign-in after the upstream has said that the credential's scope is too narrow, where the user can grant more. */
  widen?: () => Promise<SignInNeeded>;
}

/** The user has to sign in before the call can be made. */
export interface SignInNeeded {
  signIn: SignInOffer;
}

export type Obtained = Credential | SignInNeeded;

/** A request whose call has been planned and, behind the schema's guard, has what it needs to carry. */
export interface WithPlannedCall {
  plannedCall?: PlannedCall;
  obtained?: Obtained;
}
