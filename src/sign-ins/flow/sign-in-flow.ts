import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import { callbackUrl, TokenError, type GrantedTokens } from '../../oauth/index.js';
import type { Actor } from '../../audit/index.js';
import { Cluster } from '../../cluster/index.js';
import { Clock, Logger, randomSecret } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database, isDuplicate } from '../../database/index.js';
import { Activity } from '../../statistics/index.js';
import { TenantsService } from '../../tenants/index.js';
import { ConnectionWriter } from '../../connections/index.js';
import type { FormError } from '../../pages/index.js';
import { TraceLog, Traces } from '../../traces/index.js';
import { callbackParameters, type CallbackParameters } from './callback-parameters.js';
import { callbackStep, rejectedCallbackStep } from './callback-steps.js';
import { resultUrl, verificationUrl } from './result-url.js';
import { SignInMethods, type Flow } from './sign-in-method.js';
import { SignInRefusedError } from './sign-in-refused.error.js';
import { SignInStore } from './sign-in-store.js';
import type { SignInResult, SignInWithAction } from './sign-in-with-action.js';

/** The browser that sent the request. */
export interface Visitor {
  /** Digest of the browser's cookie; `undefined` if it sent none. */
  browserDigest?: string;
  address: string;
  requestId: string;
}

/** URL to redirect the browser to, or an error in the form that the user has to correct. */
export type NextStep = { location: string } | { retry: FormError };

/** Maximum number of page views, starts and rejected callbacks of one sign-in. */
const MAX_ATTEMPTS = 40;

/** Runs a sign-in from the button to the connection, independently of the method. */
@Injectable()
export class SignInFlow {
  constructor(
    private readonly database: Database,
    private readonly signIns: SignInStore,
    private readonly methods: SignInMethods,
    private readonly connections: ConnectionWriter,
    private readonly tenants: TenantsService,
    private readonly traces: Traces,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly activity: Activity,
    private readonly logger: Logger,
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
   * Starts the flow after the user pressed the button.
   *
   * @param form the values of the page's prompts
   * @throws {SignInRefusedError} the sign-in cannot be started, or not by this browser
   */
  async start(ticket: string, form: Record<string, string>, visitor: Visitor): Promise<NextStep> {
    const found = await this.find(ticket);
    const { signIn, action } = found;
    const { tenantId, id } = signIn;
    if (signIn.status !== 'pending') throw new SignInRefusedError('ended', tenantId);
    if (signIn.expiresAt <= this.clock.now()) throw new SignInRefusedError('expired', tenantId);
    // Only our page sets this cookie, so the form was not submitted by another site.
    if (!visitor.browserDigest) throw new SignInRefusedError('other_browser', tenantId);
    if ((await this.traces.count(tenantId, id)) >= MAX_ATTEMPTS)
      throw new SignInRefusedError('too_many_attempts', tenantId);
    const method = this.methods.forAction(action);
    if (!method) throw new SignInRefusedError('ended', tenantId);
    const log = new TraceLog();
    const started = await method.start(found, form, log);
    await this.traces.note(tenantId, id, log);
    if ('retry' in started) return started;
    const state = 'state' in started ? started.state : randomSecret();
    const { stateMs } = this.settings.signIn;
    const actor = actorOf(signIn.user, visitor);
    const flow = { ...started.flow, type: action.authType };
    const changes = { state, browserDigest: visitor.browserDigest, flow, stateMs, actor };
    if (!(await this.signIns.start(found, changes))) throw new SignInRefusedError('ended', tenantId);
    if ('redirect' in started) return { location: started.redirect };
    // The form contained the grant: no callback follows, so the state is consumed now.
    const current = await this.signIns.byState(state);
    if (!current || !(await this.signIns.consume(current.signIn))) throw new SignInRefusedError('used', tenantId);
    return { location: await this.completeOrVerify(current, flow, actor) };
  }

  /**
   * Handles the callback. The state is checked first, and consumed before the code is read.
   *
   * @param query the query of the callback request
   * @returns the URL to redirect the browser to
   * @throws {SignInRefusedError} the state is missing, unknown, expired, already used, or belongs to another action or browser
   */
  async handleCallback(callbackId: string, query: Record<string, unknown>, visitor: Visitor): Promise<string> {
    const parameters = callbackParameters(query);
    const found = await this.claim(callbackId, parameters, query, visitor);
    const { signIn, action } = found;
    const log = new TraceLog();
    log.add(callbackStep(callbackUrl(this.settings, action), query, this.clock));
    const flow = await this.signIns.flowOf(signIn);
    const outcome = this.methods.resume(action, flow)?.readCallback(flow, parameters, log) ?? ACTION_CHANGED;
    await this.traces.note(signIn.tenantId, signIn.id, log);
    const actor = actorOf(signIn.user, visitor);
    if ('grant' in outcome) return this.completeOrVerify(found, { ...flow, ...outcome }, actor);
    return resultUrl(this.settings.publicUrl, signIn, (await this.end(found, outcome, actor)).status);
  }

  /** Exchanges the grant for tokens and connects the user, whose identity has been verified. Returns the result of the sign-in. */
  async exchangeAndConnect(found: SignInWithAction, flow: Flow, actor: Actor): Promise<SignInResult> {
    const { signIn, action } = found;
    const log = new TraceLog();
    try {
      const method = this.methods.resume(action, flow);
      if (!method) return await this.end(found, ACTION_CHANGED, actor, log);
      const granted = await method.exchange(flow, log);
      const result = await this.connect(found, granted, actor, log);
      this.publish(found, result);
      return result;
    } catch (thrown) {
      if (!(thrown instanceof TokenError)) throw thrown;
      this.logger.warn({ err: thrown, sign_in_id: signIn.id }, 'the token request of a sign-in failed');
      return this.end(found, { status: 'failed', code: thrown.code, message: thrown.message }, actor, log);
    }
  }

  /** Ends a sign-in without a connection. */
  async end(found: SignInWithAction, result: SignInResult, actor: Actor, log = new TraceLog()): Promise<SignInResult> {
    const { signIn } = found;
    await this.database.tenant(signIn.tenantId).write((store) => this.signIns.end(store, signIn, result, actor, log));
    this.publish(found, result);
    return result;
  }

  /** Exchanges the grant now, or after the tenant's server has verified the user (security rule C45). Returns the browser's next URL. */
  private async completeOrVerify(found: SignInWithAction, flow: Flow, actor: Actor): Promise<string> {
    const { signIn } = found;
    const userVerificationUrl = await this.tenants.verificationUrlOf(signIn.tenantId);
    if (userVerificationUrl === undefined) {
      return resultUrl(this.settings.publicUrl, signIn, (await this.exchangeAndConnect(found, flow, actor)).status);
    }
    const browserToken = randomSecret();
    await this.signIns.awaitVerification(signIn, flow, browserToken);
    return verificationUrl(userVerificationUrl, signIn.id, browserToken);
  }

  /** Returns the sign-in of a callback after consuming its state. */
  private async claim(
    callbackId: string,
    { state }: CallbackParameters,
    query: Record<string, unknown>,
    visitor: Visitor,
  ): Promise<SignInWithAction> {
    const found = state ? await this.signIns.byState(state) : undefined;
    const rejection = this.rejectionReason(callbackId, state, found, visitor);
    if (!rejection && found && (await this.signIns.consume(found.signIn))) return found;
    const reason = rejection ?? 'used';
    // Without a known state, the trace goes to the latest sign-in that this browser started.
    const intended = found ?? (await this.signIns.latestOf(callbackId, visitor.browserDigest));
    if (intended) {
      const log = new TraceLog();
      log.add(rejectedCallbackStep(callbackUrl(this.settings, intended.action), query, reason, this.clock));
      await this.traces.note(intended.signIn.tenantId, intended.signIn.id, log);
    }
    throw new SignInRefusedError(reason, intended?.signIn.tenantId);
  }

  private rejectionReason(
    callbackId: string,
    state: string | undefined,
    found: SignInWithAction | undefined,
    { browserDigest }: Visitor,
  ): SignInRefusedError['reason'] | undefined {
    if (!state) return 'no_state';
    if (!found || found.action.callbackId !== callbackId) return 'unknown';
    const { signIn } = found;
    if (signIn.browserDigest !== browserDigest) return 'other_browser';
    if (signIn.stateUsedAt) return 'used';
    return signIn.stateExpiresAt && signIn.stateExpiresAt > this.clock.now() ? undefined : 'expired';
  }

  private async connect(
    { signIn, action: started }: SignInWithAction,
    granted: GrantedTokens,
    actor: Actor,
    log: TraceLog,
  ): Promise<SignInResult> {
    const tenant = this.database.tenant(signIn.tenantId);
    const { id: actionId, authSettings } = started;
    const { user, tenantId } = signIn;
    const schemaScope = typeof authSettings['scope'] === 'string' ? authSettings['scope'] : null;
    const requestedScope = signIn.scope ?? schemaScope;
    for (;;) {
      const connectionId = await tenant.read((store) => this.connections.idFor(store, actionId, user));
      const owner = { tenantId, id: connectionId, lastUsedAt: this.clock.now() };
      const columns = await this.connections.tokenColumns(owner, granted, { scope: requestedScope });
      try {
        return await tenant.write(async (store) => {
          const action = await store.get(Action, { id: actionId }, 'action');
          if (action.bindingVersion !== signIn.bindingVersion)
            return this.signIns.end(store, signIn, ACTION_CHANGED, actor, log);
          await this.connections.connect(store, { connectionId, action, user, actor }, columns);
          return this.signIns.end(store, signIn, { status: 'connected', connectionId }, actor, log);
        });
      } catch (error) {
        // A concurrent sign-in of the same user created the connection: retry, and update it.
        if (!isDuplicate(error)) throw error;
      }
    }
  }

  private publish({ signIn }: SignInWithAction, { status }: SignInResult): void {
    this.activity.countSignIn(signIn, status);
    this.cluster.publish('sign-in', signIn.id);
  }
}

/** The grant belongs to a server or endpoint that the action no longer uses, so it is discarded. */
const ACTION_CHANGED: SignInResult = {
  status: 'failed',
  code: 'action_changed',
  message: 'the action was modified during the sign-in; sign in again with a new link',
};

function actorOf(user: string, { address, requestId }: Visitor): Actor {
  return { user, address, requestId };
}
