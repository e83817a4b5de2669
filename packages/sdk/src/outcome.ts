import type { AnyPendingCall, Confirmation, SignInOffer, SkippedCall } from './api/index.js';
import type { ToolCallResult } from './turn.js';

/** Options of `run`. */
export interface RunOptions {
  /** Your own id of the end user. Required by operations whose users sign in. */
  user?: string | undefined;
  conversationId?: string | undefined;
  /**
   * The id of the model's response, for which each call is made once. By default that of `turn` if it is a whole response, otherwise a random
   * one: a repeated `run` then makes the calls again.
   */
  responseId?: string | undefined;
  /** `resume` of an earlier outcome: completed calls are answered from the store. */
  resume?: string | undefined;
  /** Tokens of confirmations that the user has given, by tool call id. */
  confirmations?: Readonly<Record<string, string>> | undefined;
  /** Ids of tool calls that the user declined. */
  declined?: readonly string[] | undefined;
  /** The URL to redirect the browser to after a sign-in. Its origin must be one of the tenant's `return_url_origins`. */
  returnUrl?: string | undefined;
  /** `skip` leaves calls of tools that are not Countersign's to you (`skipped`). By default they are answered with an error. */
  unknownTools?: 'answer' | 'skip' | undefined;
  signal?: AbortSignal | undefined;
}

/** What a turn's tool calls came to. */
export interface ToolCallsOutcome<Result = ToolCallResult> {
  format: 'openai' | 'openai_responses' | 'anthropic' | null;
  /** Whether all calls have a result. */
  complete: boolean;
  /** Append these to the conversation as they are. */
  results: Result[];
  /** Calls of tools that Countersign does not have (`unknownTools: 'skip'`). */
  skipped: SkippedCall[];
  pending: PendingCall<Result>[];
  /** Present if calls are pending; valid for 24 hours, for this GPT, user and key. */
  resume?: string;
}

interface PendingBase<Result> extends Pick<AnyPendingCall, 'tool_call_id' | 'name' | 'call_id'> {
  /** A result for the time being. Append it to continue the conversation without waiting. */
  placeholder: Result;
}

/** A call that waits for something. */
export type PendingCall<Result = ToolCallResult> =
  PendingSignIn<Result> | PendingConfirmation<Result> | (PendingBase<Result> & { outcome: 'in_progress' });

export type PendingSignIn<Result = ToolCallResult> = PendingBase<Result> & {
  outcome: 'sign_in_required';
  sign_in: SignInOffer;
};

export type PendingConfirmation<Result = ToolCallResult> = PendingBase<Result> & {
  outcome: 'confirmation_required';
  confirmation: Confirmation;
};
