import { setTimeout } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { callbackUrl } from '../../oauth/index.js';
import type { Actor } from '../../audit/index.js';
import { Clock, randomSecret } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { TenantsService } from '../../tenants/index.js';
import type { FormError } from '../../pages/index.js';
import { TraceLog, Traces } from '../../traces/index.js';
import { callbackParameters, type CallbackParameters } from './callback-parameters.js';
import { callbackStep, rejectedCallbackStep, repeatedCallbackStep } from './callback-steps.js';
import { OpenerVerification, OTHER_USER, type Opener } from './opener-verification.js';
import { resultPageUrl, resultUrl, verificationUrl } from './result-url.js';
import { ACTION_CHANGED, SignInCompletion } from './sign-in-completion.js';
import { SignInMethods, type Flow, type SignInMethod } from './sign-in-method.js';
import { SignInRefusedError } from './sign-in-refused.error.js';
import { isOpen } from './sign-in-status.js';
import { SignInStore } from './sign-in-store.js';
import type { SignInResult, SignInWithAction } from './sign-in-with-action.js';
import { SignInWrites, STORE_WAIT_MS } from './sign-in-writes.js';

/** The browser that sent the request. */
export interface Visitor extends Opener {
  /** Digest of the browser's cookie; `undefined` if it sent none. */
  browserDigest?: string;
  address: string;
  requestId: string;
}

/** URL to redirect the browser to, or an error in the form that the user has to correct. */
export type NextStep = { location: string } | { retry: FormError };

/** Maximum number of page views, starts and rejected callbacks of one sign-in. */
const MAX_ATTEMPTS = 40;

/** Maximum number of times that a start is repeated because another tab started at the same moment. */
const MAX_TRIES = 5;

const POLL_INTERVAL_MS = 250;

/** Runs a sign-in from the button to the connection, independently of the method. */
@Injectable()
export class SignInFlow {
  constructor(
    private readonly signIns: SignInStore,
    private readonly methods: SignInMethods,
    private readonly completion: SignInCompletion,
    private readonly openers: OpenerVerification,
    private readonly writes: SignInWrites,
    private readonly tenants: TenantsService,
    private readonly traces: Traces,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the sign-in of a link.
   *
   * @throws {SignInRefusedError} the ticket is unknown
   */
  async find(ticket: string): Promise<SignInWithAction> {
    const found = await this.signIns.byTicket(ticket);
    if (!found) throw new SignInRefusedError('unknown');
    return found;
  }

  /**
   * Returns the sign-in of a link for a browser that opens it.
   *
   * @throws {SignInRefusedError} the ticket is unknown, or the link is for another user's browser
   */
  async open(ticket: string, opener: Opener): Promise<SignInWithAction> {
    const found = await this.find(ticket);
    await this.openers.requireUser(found, opener);
    return found;
  }

  /**
   * Starts the flow after the user pressed the button. In the browser that started it before, it goes on: another tab repeats the same request,
   * and after the end it leads to the result.
   *
   * @param form the values of the page's prompts
   * @throws {SignInRefusedError} the sign-in cannot be started, or not by this browser
   */
  async start(ticket: string, form: Record<string, string>, visitor: Visitor): Promise<NextStep> {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const found = await this.open(ticket, visitor);
      const next = (await this.resultFor(found, visitor)) ?? (await this.tryToStart(found, form, visitor));
      if (next) return next;
    }
    throw new SignInRefusedError('ended');
  }

  /** @returns `undefined` if another request started the sign-in at the same time */
  private async tryToStart(
    found: SignInWithAction,
    form: Record<string, string>,
    visitor: Visitor,
  ): Promise<NextStep | undefined> {
    const { tenantId, id } = found.signIn;
    const { method, browserDigest } = await this.requireStartable(found, visitor);
    const log = new TraceLog();
    const started = await method.start(found, form, log, await this.unfinishedFlow(found, visitor));
    await this.traces.note(tenantId, id, log);
    if ('retry' in started) return started;
    const state = 'state' in started ? started.state : randomSecret();
    const { stateMs } = this.settings.signIn;
    const actor = actorOf(found.signIn.user, visitor);
    const flow = { ...started.flow, type: found.action.authType };
    if (!(await this.signIns.start(found, { state, browserDigest, flow, stateMs, actor }))) return undefined;
    if ('redirect' in started) return { location: started.redirect };
    // The form contained the grant: no callback follows, so the state is consumed now.
    const current = await this.signIns.byState(state);
    const isClaimed = current !== undefined && (await this.signIns.consume(current.signIn));
    return { location: isClaimed ? await this.completeOrVerify(current, flow, visitor) : await this.result(found) };
  }

  /** Returns the result for the browser that started a sign-in whose state is used. */
  private async resultFor(found: SignInWithAction, visitor: Visitor): Promise<NextStep | undefined> {
    const { status, stateUsedAt } = found.signIn;
    const isUsed = status !== 'pending' || stateUsedAt !== null;
    return isUsed && isSameBrowser(found, visitor) ? { location: await this.result(found) } : undefined;
  }

  /** @throws {SignInRefusedError} the sign-in cannot be started, or not by this browser */
  private async requireStartable(
    { signIn, action }: SignInWithAction,
    { browserDigest }: Visitor,
  ): Promise<{ method: SignInMethod; browserDigest: string }> {
    const { tenantId, id, status, stateUsedAt } = signIn;
    if (status !== 'pending' || stateUsedAt) throw new SignInRefusedError('ended', signIn);
    if (signIn.expiresAt <= this.clock.now()) throw new SignInRefusedError('expired', signIn);
    // Only our page sets this cookie, so the form was not submitted by another site.
    if (!browserDigest) throw new SignInRefusedError('other_browser', signIn);
    if ((await this.traces.count(tenantId, id)) >= MAX_ATTEMPTS)
      throw new SignInRefusedError('too_many_attempts', signIn);
    const method = this.methods.forAction(action);
    if (!method) throw new SignInRefusedError('ended', signIn);
    return { method, browserDigest };
  }

  /** Returns the flow that the same browser has started, while its state is valid. */
  private async unfinishedFlow(found: SignInWithAction, visitor: Visitor): Promise<Flow | undefined> {
    const { signIn, action } = found;
    const isValid = signIn.stateExpiresAt !== null && signIn.stateExpiresAt > this.clock.now();
    const isSameBinding = signIn.bindingVersion === action.bindingVersion;
    if (!isValid || !isSameBinding || !isSameBrowser(found, visitor)) return undefined;
    const flow = await this.signIns.flowOf(signIn);
    return this.methods.resume(action, flow) && flow;
  }

  /**
   * Returns the sign-in that a callback belongs to, in whichever browser.
   *
   * @throws {SignInRefusedError} the state is missing or unknown, or belongs to another action
   */
  async findStarted(callbackId: string, state: string | undefined): Promise<SignInWithAction> {
    const found = state ? await this.signIns.byState(state) : undefined;
    if (found?.action.callbackId === callbackId) return found;
    throw new SignInRefusedError(state ? 'unknown' : 'no_state', await this.signIns.tenantOf(callbackId));
  }

  /**
   * Handles the callback. The state is checked first, and consumed before the code is read. Further visits of the browser lead to the result.
   *
   * @param query the query of the callback request
   * @returns the URL to redirect the browser to
   * @throws {SignInRefusedError} the state is missing, unknown or expired, or belongs to another action or browser
   */
  async handleCallback(callbackId: string, query: Record<string, unknown>, visitor: Visitor): Promise<string> {
    const parameters = callbackParameters(query);
    const found = await this.intendedSignIn(callbackId, parameters, query, visitor);
    const { signIn, action } = found;
    const redirectUri = callbackUrl(this.settings, action);
    const log = new TraceLog();
    this.writes.requireCapacity();
    if (signIn.stateUsedAt || !(await this.signIns.consume(signIn))) {
      log.add(repeatedCallbackStep(redirectUri, query, this.clock));
      await this.traces.note(signIn.tenantId, signIn.id, log);
      return this.result(found);
    }
    log.add(callbackStep(redirectUri, query, this.clock));
    const flow = await this.writes.retry(() => this.signIns.flowOf(signIn));
    const outcome = this.methods.resume(action, flow)?.readCallback(flow, parameters, log) ?? ACTION_CHANGED;
    await this.traces.note(signIn.tenantId, signIn.id, log);
    if ('grant' in outcome) return this.completeOrVerify(found, { ...flow, ...outcome }, visitor);
    return this.urlAfter(found, await this.completion.end(found, outcome, actorOf(signIn.user, visitor)));
  }

  /** Exchanges the grant now, or after the tenant's server has verified the user (security rule C45). Returns the browser's next URL. */
  private async completeOrVerify(found: SignInWithAction, flow: Flow, visitor: Visitor): Promise<string> {
    const { signIn } = found;
    const userVerificationUrl = await this.writes.retry(() => this.tenants.verificationUrlOf(signIn.tenantId));
    if (userVerificationUrl === undefined) {
      const actor = actorOf(signIn.user, visitor);
      // Checked again: when the button was pressed, the tenant's server may still have verified its users.
      const isVerified = await this.writes.retry(() => this.openers.isVerified(found, visitor));
      const result = await (isVerified
        ? this.completion.exchangeAndConnect(found, flow, actor)
        : this.completion.end(found, OTHER_USER, actor));
      return this.urlAfter(found, result);
    }
    const browserToken = randomSecret();
    await this.writes.retry(() => this.signIns.awaitVerification(signIn, flow, browserToken));
    return verificationUrl(userVerificationUrl, signIn.id, browserToken);
  }

  /** @throws {SignInRefusedError} the result is not stored, so the result page cannot show it */
  private urlAfter({ signIn }: SignInWithAction, { status, isUnstored }: SignInResult): string {
    if (isUnstored && signIn.returnUrl === null) throw new SignInRefusedError('not_stored', signIn);
    return resultUrl(this.settings.publicUrl, signIn, status);
  }

  /** Returns the URL of a sign-in's result, after waiting for its end while another request exchanges the grant. */
  private async result({ signIn: { tenantId, id } }: SignInWithAction): Promise<string> {
    const timeoutMs = this.settings.refresh.tokenTimeoutMs + STORE_WAIT_MS;
    for (let waitedMs = 0; ; waitedMs += POLL_INTERVAL_MS) {
      const signIn = (await this.signIns.ofTenant(tenantId, id))?.signIn;
      if (signIn && !isOpen(signIn.status)) return resultUrl(this.settings.publicUrl, signIn, signIn.status);
      if (signIn?.status !== 'pending' || waitedMs >= timeoutMs) return resultPageUrl(this.settings.publicUrl, id);
      await setTimeout(POLL_INTERVAL_MS, undefined, { ref: false });
    }
  }

  /** Returns the sign-in of a callback, which this browser started with this state. */
  private async intendedSignIn(
    callbackId: string,
    { state }: CallbackParameters,
    query: Record<string, unknown>,
    visitor: Visitor,
  ): Promise<SignInWithAction> {
    const found = state ? await this.signIns.byState(state) : undefined;
    const reason = this.rejectionReason(callbackId, state, found, visitor);
    if (!reason && found) return found;
    // Without a known state, the trace goes to the latest sign-in that this browser started.
    const intended = found ?? (await this.signIns.latestOf(callbackId, visitor.browserDigest));
    if (intended) {
      const log = new TraceLog();
      const { action } = intended;
      const redirectUri = callbackUrl(this.settings, action);
      log.add(rejectedCallbackStep(redirectUri, query, reason ?? 'unknown', this.clock, action));
      await this.traces.note(intended.signIn.tenantId, intended.signIn.id, log);
    }
    throw new SignInRefusedError(reason ?? 'unknown', intended?.signIn ?? (await this.signIns.tenantOf(callbackId)));
  }

  private rejectionReason(
    callbackId: string,
    state: string | undefined,
    found: SignInWithAction | undefined,
    visitor: Visitor,
  ): SignInRefusedError['reason'] | undefined {
    if (!state) return 'no_state';
    if (!found || found.action.callbackId !== callbackId) return 'unknown';
    if (!isSameBrowser(found, visitor)) return 'other_browser';
    const { stateUsedAt, stateExpiresAt } = found.signIn;
    return stateUsedAt || (stateExpiresAt && stateExpiresAt > this.clock.now()) ? undefined : 'expired';
  }
}

/** Returns whether a browser is the one that started the sign-in. */
function isSameBrowser({ signIn }: SignInWithAction, { browserDigest }: Visitor): boolean {
  return browserDigest !== undefined && signIn.browserDigest === browserDigest;
}

function actorOf(user: string, { address, requestId }: Visitor): Actor {
  return { user, address, requestId };
}
