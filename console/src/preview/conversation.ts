import type { Schema } from '../api/api';
import type { SignIn } from '../sign-ins/sign-in';
import type { ToolCall } from './tool-call';

export type Completed = Schema<'CompletedDto'>;
export type Confirmation = Schema<'ConfirmationDto'>;
export type SignInOffer = Schema<'SignInOfferDto'>;
type Outcome = Completed | Schema<'ConfirmationRequiredDto'> | Schema<'SignInRequiredDto'>;

/** What the user says to the question whether a call may go on. */
export type Decision = 'allow' | 'decline' | 'always';

/** Where a call has come to. */
export type Phase =
  | { is: 'queued' }
  | { is: 'calling' }
  | { is: 'confirmation'; confirmation: Confirmation }
  | { is: 'sign_in'; offer: SignInOffer }
  | { is: 'not_signed_in'; offer: SignInOffer; signIn: SignIn }
  | { is: 'declined'; confirmation: Confirmation }
  | { is: 'completed'; completed: Completed }
  | { is: 'failed'; error: unknown };

/** A call in the conversation, and all that is shown of it. */
export interface Entry {
  id: number;
  user: string;
  call: ToolCall;
  phase: Phase;
  /** What was sent last, and what came back. */
  request?: object;
  answer?: Outcome;
  /** How long the last answer took. */
  milliseconds?: number;
  /** The question was answered by an earlier "always allow". */
  wasAllowedBefore?: boolean;
}

/** What a conversation needs of the world. */
export interface Links {
  call(body: object, signal: AbortSignal): Promise<Outcome>;
  endOf(signInId: string, signal: AbortSignal): Promise<SignIn>;
  isAllowed(operation: string): boolean;
  alwaysAllow(operation: string): void;
}

/** A call that waits to be allowed. */
interface Question {
  operation: string;
  confirmation: Confirmation;
  resolve: (decision: Decision) => void;
}

/**
 * Calls, each until it is done: through the question whether it may go on, and through a sign-in. Those of one message go at the same time,
 * as they do for a model; what was sent later begins once they are done. Nothing of it goes on once the conversation was left.
 */
export class Conversation {
  private entries: readonly Entry[] = [];
  private readonly listeners = new Set<() => void>();
  private readonly questions = new Map<number, Question>();
  /** Those who wait for a sign-in, by whom and what it is for: one that succeeds is enough for all of them. */
  private readonly signingIn = new Map<string, Set<() => void>>();
  private readonly leaving = new AbortController();
  private last: Promise<void> = Promise.resolve();

  constructor(private readonly links: Links) {}

  /** For `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly snapshot = (): readonly Entry[] => this.entries;

  send(user: string, calls: ToolCall[]): void {
    const added = calls.map((call, index): Entry => ({
      id: this.entries.length + index + 1,
      user,
      call,
      phase: { is: 'queued' },
    }));
    this.entries = [...this.entries, ...added];
    this.last = this.last.then(async () => void (await Promise.all(added.map(({ id }) => this.run(id)))));
    this.tell();
  }

  answer(id: number, decision: Decision): void {
    const question = this.questions.get(id);
    if (!question) return;
    this.questions.delete(id);
    question.resolve(decision);
    if (decision === 'always') this.allowOthers(question.operation);
  }

  get wasLeft(): boolean {
    return this.leaving.signal.aborted;
  }

  leave(): void {
    this.leaving.abort();
  }

  private async run(id: number): Promise<void> {
    try {
      await this.talk(id);
    } catch (error) {
      if (!this.leaving.signal.aborted) this.show(id, { phase: { is: 'failed', error } });
    }
  }

  private async talk(id: number): Promise<void> {
    let confirmation: string | undefined;
    let wasAllowedBefore = false;
    for (;;) {
      const outcome = await this.ask(id, confirmation);
      confirmation = undefined;
      if (outcome.outcome === 'completed') {
        return this.show(id, { phase: { is: 'completed', completed: outcome } });
      }
      if (outcome.outcome === 'sign_in_required') {
        if (!(await this.signsIn(id, outcome.sign_in))) return;
        continue;
      }
      // What was allowed for always is allowed once a call: were the answer a question again, somebody should look at it.
      const isAllowed = !wasAllowedBefore && this.mayPass(id, outcome.confirmation);
      if (isAllowed) this.show(id, { wasAllowedBefore: (wasAllowedBefore = true) });
      else if (!(await this.agrees(id, outcome.confirmation))) return;
      confirmation = outcome.confirmation.token;
    }
  }

  private async ask(id: number, confirmation: string | undefined): Promise<Outcome> {
    const { user, call } = this.entry(id);
    const request = { operation_id: call.name, arguments: call.arguments, user, confirmation };
    this.show(id, { phase: { is: 'calling' }, request, answer: undefined, milliseconds: undefined });
    const begun = performance.now();
    try {
      const answer = await this.links.call(request, this.leaving.signal);
      this.show(id, { answer });
      return answer;
    } finally {
      this.show(id, { milliseconds: Math.round(performance.now() - begun) });
    }
  }

  private async signsIn(id: number, offer: SignInOffer): Promise<boolean> {
    this.show(id, { phase: { is: 'sign_in', offer } });
    const key = JSON.stringify([this.entry(id).user, offer.domain]);
    const waiting = this.signingIn.get(key) ?? new Set();
    this.signingIn.set(key, waiting);
    const done = new AbortController();
    const another = new Promise<'another'>((resolve) => {
      const hear = () => resolve('another');
      waiting.add(hear);
      done.signal.addEventListener('abort', () => waiting.delete(hear));
    });
    try {
      const signal = AbortSignal.any([this.leaving.signal, done.signal]);
      const end = await Promise.race([this.links.endOf(offer.id, signal), another]);
      if (end === 'another') return true;
      if (end.status === 'connected') {
        for (const hear of waiting) hear();
        return true;
      }
      this.show(id, { phase: { is: 'not_signed_in', offer, signIn: end } });
      return false;
    } finally {
      done.abort();
    }
  }

  private mayPass(id: number, { can_always_allow }: Confirmation): boolean {
    return can_always_allow && this.links.isAllowed(this.entry(id).call.name);
  }

  private async agrees(id: number, confirmation: Confirmation): Promise<boolean> {
    this.show(id, { phase: { is: 'confirmation', confirmation } });
    const operation = this.entry(id).call.name;
    const decision = await new Promise<Decision>((resolve) =>
      this.questions.set(id, { operation, confirmation, resolve }),
    );
    if (decision === 'decline') this.show(id, { phase: { is: 'declined', confirmation } });
    return decision !== 'decline';
  }

  /** The same has been asked of other calls of the message: that is answered with it. */
  private allowOthers(operation: string): void {
    this.links.alwaysAllow(operation);
    for (const [id, question] of this.questions) {
      if (question.operation !== operation || !question.confirmation.can_always_allow) continue;
      this.questions.delete(id);
      this.show(id, { wasAllowedBefore: true });
      question.resolve('allow');
    }
  }

  private entry(id: number): Entry {
    return this.entries[id - 1] as Entry;
  }

  private show(id: number, changes: Partial<Entry>): void {
    this.entries = this.entries.map((entry) => (entry.id === id ? { ...entry, ...changes } : entry));
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}
