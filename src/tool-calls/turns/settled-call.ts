import type { CallOutcome, EndedCall } from '../../dispatch/index.js';
import type { CountersignError } from '../../common/index.js';
import type { ModelResult } from '../results/model-result.js';
import type { ToolCall } from '../requests/read-tool-calls.js';

type SignInRequired = Extract<CallOutcome, { outcome: 'sign_in_required' }>;
type ConfirmationRequired = Extract<CallOutcome, { outcome: 'confirmation_required' }>;

/** What a tool call waits for. */
export type Wait = SignInRequired | ConfirmationRequired | { outcome: 'in_progress'; call_id: string };

/** What became of a tool call in one request. */
export type SettledCall = { call: ToolCall } & (
  | {
      is: 'result';
      result: ModelResult;
      /** The call, if this request has made it. */
      made?: MadeCall;
      error?: CountersignError;
      /** The id of the call, if the result is not stored and must be the same when the turn is repeated. */
      unstoredAs?: string;
    }
  | { is: 'pending'; wait: Wait }
  | { is: 'skipped' }
);

/** A call that was sent. */
export type MadeCall = EndedCall & { outcome: Extract<CallOutcome, { outcome: 'completed' }> };
