import { useMutation } from '@tanstack/react-query';
import { api, type Schema } from '../api/api';
import type { Action } from '../gpts/gpt-queries';

export type Completed = Schema<'CompletedDto'>;
export type SignInRequired = Schema<'SignInRequiredDto'>;
export type ConfirmationRequired = Schema<'ConfirmationRequiredDto'>;
export type Sent = Schema<'SentRequestDto'>;
type Outcome = Completed | SignInRequired | ConfirmationRequired;

interface Call {
  arguments: Record<string, unknown>;
  user?: string;
  /** The user has agreed. */
  confirmation?: string;
}

/** Calls an operation, and has the request shown as it was sent, also where it fails (`request` of the problem). */
export function useCall({ id, gpt_id }: Action, operationId: string) {
  return useMutation({
    mutationFn: (call: Call) => {
      const which = { operation_id: operationId, action_id: id, show_request: true };
      return api.post<Outcome>(`/v1/gpts/${gpt_id}/call`, { ...which, ...call });
    },
  });
}
