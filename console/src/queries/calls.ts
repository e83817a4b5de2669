import { api, send } from '../api/client';
import type { Schema } from '../api/types';

export type Completed = Schema<'CompletedDto'>;
export type Confirmation = Schema<'ConfirmationDto'>;
export type SignInOffer = Schema<'SignInOfferDto'>;
export type SentRequest = Schema<'SentRequestDto'>;
export type CallOutcome = Completed | Schema<'ConfirmationRequiredDto'> | Schema<'SignInRequiredDto'>;

/** Calls an operation of a GPT. */
export function callOperation(gptId: string, body: Schema<'CallDto'>, signal?: AbortSignal): Promise<CallOutcome> {
  return send(api.POST('/v1/gpts/{gpt_id}/call', { params: { path: { gpt_id: gptId } }, body, signal }));
}
