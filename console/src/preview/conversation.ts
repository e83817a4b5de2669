import type { Confirmation, ToolCallsRequest, ToolCallsResult } from '../queries/calls';
import type { SignIn } from '../queries/sign-ins';
import type { Decision } from '../ui/operation-confirmation';
import { callsAfter, isOpen, type Call, type Message, type Turn } from './turn';

export interface ConversationDependencies {
  run(request: ToolCallsRequest, signal: AbortSignal): Promise<ToolCallsResult>;
  waitForSignIn(signInId: string, signal: AbortSignal): Promise<SignIn>;
  /** Waits between two requests about calls that another request makes. */
  pause(signal: AbortSignal): Promise<void>;
  isAlwaysAllowed(operation: string): boolean;
  alwaysAllow(operation: string): void;
}

/** The user's answers to the pending calls of a turn. */
interface Answers {
  /** The tokens of confirmations by the ids of their calls. */
  confirmations: Record<string, string>;
  /** The ids of calls. */
  declined: string[];
}

/** A question to the user whether a call may be made. */
interface Question {
  turnId: number;
  operation: string;
  confirmation: Confirmation;
  resolve: (decision: Decision) => void;
}

const NO_CALLS =
  'No tool call found. Paste tool_calls (OpenAI Chat Completions), function_call items (OpenAI Responses) or tool_use blocks (Anthropic).';

const NOT_RESUMABLE = 'The server could not store the results of this turn, so it cannot be resumed. Call again.';

/**
 * Runs turns to their end, through confirmations and sign-ins. A turn is resumed once all of its pending calls are answered; the next turn starts
 * when the previous one has ended. Closing the conversation aborts everything.
 */
export class Conversation {
  private turns: readonly Turn[] = [];
  private readonly listeners = new Set<() => void>();
  /** The confirmations that the user has to give in the current turn, by the ids of their calls. */
  private readonly asked = new Map<string, Question>();
  private readonly closing = new AbortController();
  private lastTurn: Promise<void> = Promise.resolve();

  constructor(private readonly dependencies: ConversationDependencies) {}

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly Turn[] => this.turns;

  /** Adds a turn. @returns whether the server accepted its calls, once it has responded */
  send(message: Message): Promise<boolean> {
    const id = this.turns.length + 1;
    this.turns = [...this.turns, { id, message, phase: { is: 'queued' }, calls: [] }];
    this.notify();
    return new Promise((resolve) => {
      this.lastTurn = this.lastTurn.then(() => this.run(id, () => resolve(true))).finally(() => resolve(false));
    });
  }

  /** Answers the confirmation of a call of the current turn. */
  decide(callId: string, decision: Decision): void {
    const question = this.asked.get(callId);
    if (!question) return;
    this.asked.delete(callId);
    question.resolve(decision);
    if (decision === 'always') this.allowSameOperation(question);
  }

  get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  close(): void {
    this.closing.abort();
  }

  private async run(id: number, onAccepted: () => void): Promise<void> {
    try {
      this.update(id, { phase: { is: 'running' } });
      let result = await this.request(id, {});
      if (result.format === null) throw new Error(NO_CALLS);
      this.update(id, { phase: { is: 'known' } });
      onAccepted();
      while (!result.complete) {
        const { resume } = result;
        if (resume === undefined) throw new Error(NOT_RESUMABLE);
        const answers = await this.settlePending(id);
        result = await this.request(id, { resume, ...answers });
      }
    } catch (error) {
      if (!this.isClosed) this.fail(id, error);
    }
  }

  private async request(id: number, more: Partial<Answers> & { resume?: string }): Promise<ToolCallsResult> {
    const { message, calls } = this.turn(id);
    const { toolCalls, user } = message;
    this.update(id, { request: { user, ...more } });
    for (const call of calls.filter(isOpen)) this.updateCall(id, call.id, { phase: { is: 'calling' } });
    const result = await this.dependencies.run({ toolCalls, user, ...more }, this.closing.signal);
    this.update(id, { calls: callsAfter(this.turn(id).calls, result) });
    return result;
  }

  /** Waits until the user has answered all pending calls. */
  private async settlePending(id: number): Promise<Answers> {
    const answers: Answers = { confirmations: {}, declined: [] };
    const { calls } = this.turn(id);
    const signIns = new Set(calls.flatMap(({ phase }) => (phase.is === 'sign_in' ? [phase.offer.id] : [])));
    const confirmations = calls.filter(({ phase }) => phase.is === 'confirmation');
    await Promise.all([
      ...[...signIns].map((signInId) => this.settleSignIn(id, signInId, answers)),
      ...confirmations.map((call) => this.settleConfirmation(id, call, answers)),
    ]);
    if (signIns.size + confirmations.length === 0) await this.dependencies.pause(this.closing.signal);
    return answers;
  }

  /** Waits for a sign-in, for all calls that need it. If it ends without a connection, they are declined. */
  private async settleSignIn(id: number, signInId: string, { declined }: Answers): Promise<void> {
    const end = await this.dependencies.waitForSignIn(signInId, this.closing.signal).catch((error: unknown) => {
      if (this.isClosed) throw error;
      return { error };
    });
    for (const { id: callId, phase } of this.turn(id).calls) {
      if (phase.is !== 'sign_in' || phase.offer.id !== signInId) continue;
      const { offer } = phase;
      const isConnected = 'status' in end && end.status === 'connected';
      if (!isConnected) declined.push(callId);
      if (isConnected) this.updateCall(id, callId, { phase: { is: 'signed_in', offer } });
      else if ('status' in end) this.updateCall(id, callId, { phase: { is: 'not_signed_in', offer, signIn: end } });
      else this.updateCall(id, callId, { phase: { is: 'failed', error: end.error } });
    }
  }

  /** Waits for the user's decision. "Always allow" answers one confirmation of a call: if the server asks again, the user decides. */
  private async settleConfirmation(id: number, call: Call, { confirmations, declined }: Answers): Promise<void> {
    const { id: callId, name: operation, phase, wasAlwaysAllowed } = call;
    if (phase.is !== 'confirmation') return;
    const { confirmation } = phase;
    const { token, can_always_allow: canAlwaysAllow } = confirmation;
    if (canAlwaysAllow && !wasAlwaysAllowed && this.dependencies.isAlwaysAllowed(operation)) {
      confirmations[callId] = token;
      this.updateCall(id, callId, { phase: { is: 'allowed', confirmation }, wasAlwaysAllowed: true });
      return;
    }
    const decision = await new Promise<Decision>((resolve) =>
      this.asked.set(callId, { turnId: id, operation, confirmation, resolve }),
    );
    if (decision === 'decline') declined.push(callId);
    else confirmations[callId] = token;
    this.updateCall(id, callId, { phase: { is: decision === 'decline' ? 'declined' : 'allowed', confirmation } });
  }

  /** Answers the confirmations of other calls of the same operation. */
  private allowSameOperation({ turnId, operation }: Question): void {
    this.dependencies.alwaysAllow(operation);
    for (const [callId, other] of this.asked) {
      if (other.operation !== operation || !other.confirmation.can_always_allow) continue;
      this.asked.delete(callId);
      this.updateCall(turnId, callId, { wasAlwaysAllowed: true });
      other.resolve('allow');
    }
  }

  private fail(id: number, error: unknown): void {
    const { phase, calls } = this.turn(id);
    if (phase.is !== 'known') this.update(id, { phase: { is: 'failed', error } });
    for (const call of calls.filter(isOpen)) this.updateCall(id, call.id, { phase: { is: 'failed', error } });
  }

  private turn(id: number): Turn {
    return this.turns[id - 1] as Turn;
  }

  private update(id: number, changes: Partial<Turn>): void {
    this.turns = this.turns.map((turn) => (turn.id === id ? { ...turn, ...changes } : turn));
    this.notify();
  }

  private updateCall(id: number, callId: string, changes: Partial<Call>): void {
    const { calls } = this.turn(id);
    this.update(id, { calls: calls.map((call) => (call.id === callId ? { ...call, ...changes } : call)) });
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
