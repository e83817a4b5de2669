import { problemOf } from '../api/problem';
import type { CallOutcome, Completed, Confirmation, SignInOffer, ToolCallsResult } from '../queries/calls';
import type { SignIn } from '../queries/sign-ins';

/** What the user sends: the tool calls of one turn of a model. */
export interface Message {
  user: string;
  /** A JSON value as text. */
  toolCalls: string;
  /** The chosen operation, unless the calls were pasted. */
  operation?: string;
}

/** Returns a message that calls an operation, as a chat completion does. @param args JSON, or text that is sent as it is */
export function messageOf(user: string, operation: string, args: unknown): Message {
  const text = typeof args === 'string' ? args : JSON.stringify(args);
  const call = { id: 'call_1', type: 'function', function: { name: operation, arguments: text } };
  return { user, operation, toolCalls: JSON.stringify([call], null, 2) };
}

/** The tool calls of a message, and what became of them. */
export interface Turn {
  id: number;
  message: Message;
  /** `running`: the calls are not known before the first response. `known`: see `calls`. */
  phase: { is: 'queued' | 'running' | 'known' } | { is: 'failed'; error: unknown };
  /** The last request, without the tool calls. */
  request?: object;
  calls: readonly Call[];
}

/** The state of a call. */
export type Phase =
  | { is: 'calling' }
  | { is: 'confirmation'; confirmation: Confirmation }
  | { is: 'allowed'; confirmation: Confirmation }
  | { is: 'declined'; confirmation: Confirmation }
  /** `isShared`: another call of the turn offers the same sign-in. */
  | { is: 'sign_in'; offer: SignInOffer; isShared: boolean }
  | { is: 'signed_in'; offer: SignInOffer }
  | { is: 'not_signed_in'; offer: SignInOffer; signIn: SignIn }
  | { is: 'in_progress' }
  | { is: 'completed'; completed: Completed }
  /** There is a result, but an earlier request made the call. */
  | { is: 'answered' }
  | { is: 'failed'; error: unknown };

/** A call in a turn. */
export interface Call {
  /** The vendor's id of the call. */
  id: string;
  name: string;
  arguments: unknown;
  phase: Phase;
  /** The outcome or the problem in the last response that had one. */
  outcome?: object;
  /** The result for the model. */
  result?: object;
  /** The confirmation was answered by an earlier "Always allow". */
  wasAlwaysAllowed?: boolean;
}

const FINAL: ReadonlySet<Phase['is']> = new Set(['completed', 'answered', 'failed', 'declined', 'not_signed_in']);

/** Whether the call has not ended yet. */
export function isOpen({ phase }: Pick<Call, 'phase'>): boolean {
  return !FINAL.has(phase.is);
}

/**
 * Returns the calls after a response. The outcomes of the first response contain all of them in their order; later ones contain only those that
 * were made since.
 */
export function callsAfter(before: readonly Call[], { outcomes = [], pending, results }: ToolCallsResult): Call[] {
  const calls = new Map(before.map((call) => [call.id, call]));
  const update = (id: string, changes: Partial<Call> & Pick<Call, 'phase'>) =>
    calls.set(id, { name: id, arguments: {}, ...calls.get(id), id, ...changes });
  const offered = new Set<string>();
  for (const { tool_call_id: id, name, arguments: args, outcome, problem } of outcomes) {
    const call = { name, arguments: args, outcome: outcome ?? problem };
    if (problem) update(id, { ...call, phase: { is: 'failed', error: problemOf(problem.status, problem) } });
    if (outcome) update(id, { ...call, phase: phaseOf(outcome, offered) });
  }
  for (const { tool_call_id: id, name, outcome } of pending) {
    if (outcome === 'in_progress') update(id, { name, phase: { is: 'in_progress' } });
  }
  for (const result of results) {
    const id = idOf(result);
    const call = calls.get(id);
    update(id, { result, phase: call && !isOpen(call) ? call.phase : { is: 'answered' } });
  }
  return [...calls.values()];
}

function phaseOf(outcome: CallOutcome, offered: Set<string>): Phase {
  switch (outcome.outcome) {
    case 'completed':
      return { is: 'completed', completed: outcome };
    case 'confirmation_required':
      return { is: 'confirmation', confirmation: outcome.confirmation };
    case 'sign_in_required': {
      const offer = outcome.sign_in;
      const isShared = offered.has(offer.id);
      offered.add(offer.id);
      return { is: 'sign_in', offer, isShared };
    }
  }
}

/** Returns the id of the call that a result answers, in the form of any vendor. */
function idOf(result: Record<string, unknown>): string {
  return String(result['tool_call_id'] ?? result['call_id'] ?? result['tool_use_id']);
}
