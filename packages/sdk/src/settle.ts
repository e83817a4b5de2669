import type { Confirmation, SignIn, SignInOffer } from './api/index.js';
import { CountersignError } from './errors.js';
import type { PendingConfirmation, PendingSignIn, RunOptions, ToolCallsOutcome } from './outcome.js';
import type { ToolCallResult } from './turn.js';
import { abortable, wait } from './wait.js';

/** How often the user is sent to the same API to sign in, or asked about the same call, in one turn. */
const MAX_ROUNDS = 4;
const FIRST_POLL_MS = 250;
const LAST_POLL_MS = 5_000;
/** More than a call takes, or than the server takes to find out that a process of its own has ended. */
const MAX_PROGRESS_MS = 300_000;

/** Options of `settle`. */
export interface SettleOptions extends Omit<RunOptions, 'resume' | 'confirmations' | 'declined'> {
  /**
   * Shows the user a link to sign in, once for each API. Return without waiting for the user; `false` declines the calls.
   *
   * A sign-in that failed is offered again, with another link; one that the user cancels or lets expire declines the calls.
   */
  onSignIn(signIn: SignInOffer, call: PendingSignIn): boolean | void | Promise<boolean | void>;
  /** Asks the user whether a call may be made. Resolve with the answer; anything but `true` declines the call. */
  onConfirmation(confirmation: Confirmation, call: PendingConfirmation): boolean | Promise<boolean>;
}

/** The outcome of calls that all have a result. */
export type SettledOutcome<Result = ToolCallResult> = ToolCallsOutcome<Result> & { complete: true };

/** What settling needs of the client. */
export interface Steps<Result> {
  run(answers: Pick<RunOptions, 'resume' | 'confirmations' | 'declined'>): Promise<ToolCallsOutcome<Result>>;
  signedIn(signInId: string, options: { signal?: AbortSignal | undefined }): Promise<SignIn>;
}

/** Runs a turn's calls until all of them have a result. Sign-ins come first, because tokens of confirmations last ten minutes. */
export async function settle<Result extends ToolCallResult>(
  steps: Steps<Result>,
  options: SettleOptions,
): Promise<SettledOutcome<Result>> {
  const answers = new Answers(steps, options);
  let resume: string | undefined;
  let poll = FIRST_POLL_MS;
  let waited = 0;
  for (;;) {
    const outcome = await steps.run({ resume, ...answers.given() });
    if (outcome.complete) return { ...outcome, complete: true };
    resume = outcome.resume ?? resume;
    const signIns = outcome.pending.filter((call) => call.outcome === 'sign_in_required');
    const confirmations = outcome.pending.filter((call) => call.outcome === 'confirmation_required');
    if (signIns.length > 0) await answers.signIn(signIns);
    else if (confirmations.length > 0) await answers.confirm(confirmations);
    else {
      if (waited >= MAX_PROGRESS_MS) throw stillInProgress(outcome);
      await wait(poll, options.signal);
      waited += poll;
      poll = Math.min(poll * 2, LAST_POLL_MS);
    }
  }
}

/** The user's answers during a turn. */
class Answers {
  private readonly confirmations: Record<string, string> = {};
  private readonly declined = new Set<string>();
  private readonly rounds = new Map<string, number>();

  constructor(
    private readonly steps: Pick<Steps<unknown>, 'signedIn'>,
    private readonly options: SettleOptions,
  ) {}

  given(): Pick<RunOptions, 'confirmations' | 'declined'> {
    return { confirmations: this.confirmations, declined: [...this.declined] };
  }

  /** Offers one sign-in for each API, and waits until they have ended. */
  async signIn(calls: readonly PendingSignIn[]): Promise<void> {
    const offered: PendingSignIn[][] = [];
    for (const group of groupByDomain(calls)) {
      const [call] = group;
      const accepted = this.mayAsk(call.sign_in.domain) && (await this.ask(this.options.onSignIn(call.sign_in, call)));
      if (accepted === false) this.decline(group);
      else offered.push(group);
    }
    for (const group of offered) {
      const id = group[0]?.sign_in.id ?? '';
      const { status } = await this.steps.signedIn(id, { signal: this.options.signal });
      // After a failure the user may try again; a link that was denied or ignored is an answer.
      if (status === 'denied' || status === 'expired') this.decline(group);
    }
  }

  async confirm(calls: readonly PendingConfirmation[]): Promise<void> {
    for (const call of calls) {
      const { tool_call_id: id, confirmation } = call;
      const agreed = this.mayAsk(id) && (await this.ask(this.options.onConfirmation(confirmation, call)));
      if (agreed === true) this.confirmations[id] = confirmation.token;
      else this.decline([call]);
    }
  }

  private ask<T>(answer: T | Promise<T>): Promise<T> {
    return abortable(answer, this.options.signal);
  }

  private mayAsk(about: string): boolean {
    const rounds = (this.rounds.get(about) ?? 0) + 1;
    this.rounds.set(about, rounds);
    return rounds <= MAX_ROUNDS;
  }

  private decline(calls: readonly { tool_call_id: string }[]): void {
    for (const { tool_call_id: id } of calls) {
      delete this.confirmations[id];
      this.declined.add(id);
    }
  }
}

/** A GPT has one action for each domain, and a user signs in to an action once. */
function groupByDomain(calls: readonly PendingSignIn[]): [PendingSignIn, ...PendingSignIn[]][] {
  const groups = new Map<string, [PendingSignIn, ...PendingSignIn[]]>();
  for (const call of calls) {
    const group = groups.get(call.sign_in.domain);
    if (group) group.push(call);
    else groups.set(call.sign_in.domain, [call]);
  }
  return [...groups.values()];
}

function stillInProgress({ pending }: ToolCallsOutcome<unknown>): CountersignError {
  const names = pending.map(({ name }) => name).join(', ');
  return new CountersignError('call_in_progress', `still in progress after ${MAX_PROGRESS_MS / 1000} s: ${names}`);
}
