import type { Schema } from '../api/types';
import type { CallOutcome, Completed, Confirmation, SignInOffer } from '../queries/calls';
import type { SignIn } from '../queries/sign-ins';
import type { Decision } from '../ui/operation-confirmation';
import type { ToolCall } from './tool-call';

/** The state of a call. */
export type Phase =
  | { is: 'queued' }
  | { is: 'calling' }
  | { is: 'confirmation'; confirmation: Confirmation }
  | { is: 'sign_in'; offer: SignInOffer }
  | { is: 'not_signed_in'; offer: SignInOffer; signIn: SignIn }
  | { is: 'declined'; confirmation: Confirmation }
  | { is: 'completed'; completed: Completed }
  | { is: 'failed'; error: unknown };

/** A call in the conversation. */
export interface Entry {
  id: number;
  user: string;
  call: ToolCall;
  phase: Phase;
  /** The last request, its outcome, and how long it took. */
  request?: object;
  outcome?: CallOutcome;
  milliseconds?: number;
  /** The confirmation was answered by an earlier "Always allow". */
  wasAlwaysAllowed?: boolean;
}

export interface ConversationDependencies {
  call(body: Schema<'CallDto'>, signal: AbortSignal): Promise<CallOutcome>;
  waitForSignIn(signInId: string, signal: AbortSignal): Promise<SignIn>;
  isAlwaysAllowed(operation: string): boolean;
  alwaysAllow(operation: string): void;
}

interface PendingConfirmation {
  operation: string;
  confirmation: Confirmation;
  resolve: (decision: Decision) => void;
}

/**
 * Runs calls to their end, through confirmations and sign-ins.
 *
 * The calls of one message run in parallel, as a model's do. The next message starts when all of them have ended. Closing the conversation
 * aborts everything.
 */
export class Conversation {
  private entries: readonly Entry[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly pending = new Map<number, PendingConfirmation>();
  /** Calls that wait for a sign-in, by user and domain: one sign-in resumes all of them. */
  private readonly awaitingSignIn = new Map<string, Set<() => void>>();
  private readonly closing = new AbortController();
  private lastMessage: Promise<void> = Promise.resolve();

  constructor(private readonly dependencies: ConversationDependencies) {}

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly Entry[] => this.entries;

  /** Adds the calls of one message. */
  send(user: string, calls: ToolCall[]): void {
    const added = calls.map((call, index): Entry => ({
      id: this.entries.length + index + 1,
      user,
      call,
      phase: { is: 'queued' },
    }));
    this.entries = [...this.entries, ...added];
    this.lastMessage = this.lastMessage.then(async () => void (await Promise.all(added.map(({ id }) => this.run(id)))));
    this.notify();
  }

  /** Answers the confirmation of a call. */
  decide(id: number, decision: Decision): void {
    const pending = this.pending.get(id);
    if (!pending) return;
    this.pending.delete(id);
    pending.resolve(decision);
    if (decision === 'always') this.allowSameOperation(pending.operation);
  }

  get isClosed(): boolean {
    return this.closing.signal.aborted;
  }

  close(): void {
    this.closing.abort();
  }

  private async run(id: number): Promise<void> {
    try {
      await this.runToEnd(id);
    } catch (error) {
      if (!this.isClosed) this.update(id, { phase: { is: 'failed', error } });
    }
  }

  private async runToEnd(id: number): Promise<void> {
    let confirmation: string | undefined;
    let wasAlwaysAllowed = false;
    for (;;) {
      const outcome = await this.call(id, confirmation);
      confirmation = undefined;
      if (outcome.outcome === 'completed') {
        this.update(id, { phase: { is: 'completed', completed: outcome } });
        return;
      }
      if (outcome.outcome === 'sign_in_required') {
        if (!(await this.isSignedIn(id, outcome.sign_in))) return;
        continue;
      }
      // "Always allow" answers one confirmation per call. If the server asks again, the user decides.
      if (!wasAlwaysAllowed && this.isAlwaysAllowed(id, outcome.confirmation)) {
        wasAlwaysAllowed = true;
        this.update(id, { wasAlwaysAllowed });
      } else if (!(await this.isConfirmed(id, outcome.confirmation))) return;
      confirmation = outcome.confirmation.token;
    }
  }

  private async call(id: number, confirmation: string | undefined): Promise<CallOutcome> {
    const { user, call } = this.entry(id);
    const request = { operation_id: call.name, arguments: call.arguments, user, confirmation };
    this.update(id, { phase: { is: 'calling' }, request, outcome: undefined, milliseconds: undefined });
    const startedAt = performance.now();
    try {
      const outcome = await this.dependencies.call(request, this.closing.signal);
      this.update(id, { outcome });
      return outcome;
    } finally {
      this.update(id, { milliseconds: Math.round(performance.now() - startedAt) });
    }
  }

  /** Waits for the sign-in, or for that of another call by the same user at the same domain. */
  private async isSignedIn(id: number, offer: SignInOffer): Promise<boolean> {
    this.update(id, { phase: { is: 'sign_in', offer } });
    const key = JSON.stringify([this.entry(id).user, offer.domain]);
    const waiting = this.awaitingSignIn.get(key) ?? new Set();
    this.awaitingSignIn.set(key, waiting);
    const done = new AbortController();
    const another = new Promise<'another'>((resolve) => {
      const resume = () => resolve('another');
      waiting.add(resume);
      done.signal.addEventListener('abort', () => waiting.delete(resume));
    });
    try {
      const signal = AbortSignal.any([this.closing.signal, done.signal]);
      const ended = await Promise.race([this.dependencies.waitForSignIn(offer.id, signal), another]);
      if (ended === 'another') return true;
      if (ended.status === 'connected') {
        for (const resume of waiting) resume();
        return true;
      }
      this.update(id, { phase: { is: 'not_signed_in', offer, signIn: ended } });
      return false;
    } finally {
      done.abort();
    }
  }

  private isAlwaysAllowed(id: number, { can_always_allow }: Confirmation): boolean {
    return can_always_allow && this.dependencies.isAlwaysAllowed(this.entry(id).call.name);
  }

  /** Waits for the user's decision. */
  private async isConfirmed(id: number, confirmation: Confirmation): Promise<boolean> {
    this.update(id, { phase: { is: 'confirmation', confirmation } });
    const operation = this.entry(id).call.name;
    const decision = await new Promise<Decision>((resolve) =>
      this.pending.set(id, { operation, confirmation, resolve }),
    );
    if (decision === 'decline') this.update(id, { phase: { is: 'declined', confirmation } });
    return decision !== 'decline';
  }

  /** Answers the pending confirmations of other calls of the same operation. */
  private allowSameOperation(operation: string): void {
    this.dependencies.alwaysAllow(operation);
    for (const [id, pending] of this.pending) {
      if (pending.operation !== operation || !pending.confirmation.can_always_allow) continue;
      this.pending.delete(id);
      this.update(id, { wasAlwaysAllowed: true });
      pending.resolve('allow');
    }
  }

  private entry(id: number): Entry {
    return this.entries[id - 1] as Entry;
  }

  private update(id: number, changes: Partial<Entry>): void {
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...changes } : entry));
    this.notify();
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}
