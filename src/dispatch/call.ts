import type { JsonObject } from '@countersign/openapi';
import type { OperationPlan } from '../actions/index.js';
import type { PlannedCall } from '../credentials/index.js';
import type { CallLimits } from './call-limits.js';

/** A call of an operation, from its plan to its outcome. */
export interface Call extends OperationPlan, Omit<PlannedCall, 'operation'>, CallLimits {
  id: string;
  /** The parameters by name, and the request body as `body`. */
  arguments: JsonObject;
  /** The token of a confirmation that the user has given. */
  confirmation?: string;
  /** The tenant's id of the conversation, sent to the upstream. */
  conversationId?: string;
  /** Includes the redacted request in the outcome. */
  showRequest?: boolean;
  /** Returns whether the user has agreed to this call elsewhere. It is asked if the call requires a confirmation and has no token of one. */
  isAgreed?: () => Promise<boolean>;
  /** Runs before the first request to the upstream, with the deadline of the call. If it fails, nothing is sent. */
  beforeSend?: () => Promise<void>;
}
