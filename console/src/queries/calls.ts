import { api, send } from '../api/client';
import type { Schema } from '../api/types';

export type Completed = Schema<'CompletedDto'>;
export type Confirmation = Schema<'ConfirmationDto'>;
export type SignInOffer = Schema<'SignInOfferDto'>;
export type SentRequest = Schema<'SentRequestDto'>;
export type CallOutcome = Completed | Schema<'ConfirmationRequiredDto'> | Schema<'SignInRequiredDto'>;

export type ToolCallsResult = Schema<'ToolCallsResultDto'>;

/** A request to run a model's tool calls. */
export interface ToolCallsRequest extends Omit<Schema<'ToolCallsDto'>, 'tool_calls' | 'show_outcomes'> {
  /** A JSON value as text. It is sent as it is, so that its numbers keep all their digits. */
  toolCalls: string;
}

/** Runs the tool calls of a model. */
export function runToolCalls(
  gptId: string,
  { toolCalls, ...others }: ToolCallsRequest,
  signal?: AbortSignal,
): Promise<ToolCallsResult> {
  const rest = { ...others, show_outcomes: true };
  return send(
    api.POST('/v1/gpts/{gpt_id}/tool_calls', {
      params: { path: { gpt_id: gptId } },
      body: { ...rest, tool_calls: [] },
      bodySerializer: () => `{"tool_calls":${toolCalls},${JSON.stringify(rest).slice(1)}`,
      signal,
    }),
  );
}

/** Calls an operation of a GPT. */
export function callOperation(gptId: string, body: Schema<'CallDto'>, signal?: AbortSignal): Promise<CallOutcome> {
  return send(api.POST('/v1/gpts/{gpt_id}/call', { params: { path: { gpt_id: gptId } }, body, signal }));
}
