import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import { callbackUrl, TokenError, type GrantedTokens } from '../../oauth/index.js';
import type { Actor } from '../../audit/index.js';
import { Cluster } from '../../cluster/index.js';
import { Clock, Logger, randomSecret } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database, isDuplicate } from '../../database/index.js';
import { Metrics } from '../../metrics/index.js';
import { Statistics } from '../../statistics/index.js';
import { TenantsService } from '../../tenants/index.js';
import { ConnectionWriter } from '../../connections/index.js';
import type { Mistake } from '../../pages/index.js';
import { TraceLog, Traces } from '../../traces/index.js';
import { callbackParameters } from './callback-parameters.js';
import { resultUrl, verificationUrl } from './result-url.js';
import { SignInMethods, type Flow } from './sign-in-method.js';
import { SignInRefusedError } from './sign-in-refused.error.js';
import { SignInStore } from './sign-in-store.js';
import type { Ending, SignInWithAction } from './sign-in-with-action.js';
import { callbackStep, refusedStep } from './steps.js';

/** The user's browser, as far as it is known. */
export interface Visitor {
  /** `undefined` where it brought no cookie of ours. */
  browserDigest?: string;
  address: string;
  requestId: string;
}

/** Where the browser goes next, or what it is told to try again. */
export type Next = { location: string } | { again: Mistake };

/** How many looks at a link, tries and wrong returns a sign-in can have before it is closed. */
const MAX_TRIES = 40;

/** A sign-in from the button to the connection, whatever the method. */
@Injectable()
export class SignInFlow {
  constructor(
    private readonly database: Database,
    private readonly rows: SignInStore,
    private readonly methods: SignInMethods,
    private readonly connections: ConnectionWriter,
    private readonly tenants: TenantsService,
    private readonly traces: Traces,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly metrics: Metrics,
    private readonly statistics: Statistics,
    private readonly logger: Logger,
  ) {}

  /** @throws {SignInRefusedError} there is no such ticket */
  async find(ticket: string): Promise<SignInWithAction> {
    const found = await this.rows.byTicket(ticket);
    if (!found) throw new SignInRefusedError('unknown');
    return found;
  }

  /** The button. @param form what the page's prompts were answered with. @throws {SignInRefusedError} */
  async start(ticket: string, form: Record<string, string>, visitor: Visitor): Promise<Next> {
    const found = await this.find(ticket);
    const { signIn, action } = found;
    const { tenantId, id } = signIn;
    if (signIn.status !== 'pending') throw new SignInRefusedError('ended', tenantId);
    if (signIn.expiresAt <= this.clock.now()) throw new SignInRefusedError('expired', tenantId);
    // A cookie that only a page of ours can have set: the form was not sent by another site.
    if (!visitor.browserDigest) throw new SignInRefusedError('other_browser', tenantId);
    if ((await this.traces.count(tenantId, id)) >= MAX_TRIES)
      throw new SignInRefusedError('too_many_attempts', tenantId);
    const method = this.methods.of(action);
    if (!method) throw new SignInRefusedError('ended', tenantId);
    const log = new TraceLog();
    const begun = await method.begin(found, form, log);
    await this.traces.note(tenantId, id, log);
    if ('again' in begun) return begun;
    const state = 'state' in begun ? begun.state : randomSecret();
    const { stateMs } = this.settings.signIn;
    const actor = actorOf(signIn.user, visitor);
    const flow = { ...begun.flow, type: action.authType };
    const start = { state, browserDigest: visitor.browserDigest, flow, stateMs, actor };
    if (!(await this.rows.start(found, start))) throw new SignInRefusedError('ended', tenantId);
    if ('redirect' in begun) return { location: begun.redirect };
    // What was given is there already: the state is used up on the spot.
    const started = await this.rows.byState(state);
    if (!started || !(await this.rows.consume(started.signIn))) throw new SignInRefusedError('used', tenantId);
    return { location: await this.settle(started, flow, actor) };
  }

  /**
   * The browser comes back. The state is checked before anything else and used up before the code is looked at.
   *
   * @param query of the callback, as it came
   * @returns where the browser goes next
   * @throws {SignInRefusedError} the state is missing, unknown, of another action, of another browser, old or used
   */
  async finish(callbackId: string, query: Record<string, unknown>, visitor: Visitor): Promise<string> {
    const parameters = callbackParameters(query);
    const found = await this.claim(callbackId, parameters.state, query, visitor);
    const { signIn, action } = found;
    const log = new TraceLog();
    log.add(callbackStep(callbackUrl(this.settings, action), query, this.clock));
    const flow = await this.rows.flowOf(signIn);
    const answer = this.methods.goingOn(action, flow)?.receive(flow, parameters, log) ?? ACTION_CHANGED;
    await this.traces.note(signIn.tenantId, signIn.id, log);
    const actor = actorOf(signIn.user, visitor);
    if ('given' in answer) return this.settle(found, { ...flow, ...answer }, actor);
    return resultUrl(this.settings.publicUrl, signIn, (await this.end(found, answer, actor)).status);
  }

  /** Makes the connection of what was given, for a user who is verified. @returns how the sign-in ended */
  async conclude(found: SignInWithAction, flow: Flow, actor: Actor): Promise<Ending> {
    const { signIn, action } = found;
    const log = new TraceLog();
    try {
      const method = this.methods.goingOn(action, flow);
      if (!method) return await this.end(found, ACTION_CHANGED, actor, log);
      const granted = await method.grant(flow, log);
      const ending = await this.connect(found, granted, actor, log);
      this.report(found, ending);
      return ending;
    } catch (thrown) {
      if (!(thrown instanceof TokenError)) throw thrown;
      this.logger.warn({ err: thrown, sign_in_id: signIn.id }, 'a code could not be exchanged');
      return this.end(found, { status: 'failed', code: thrown.code, message: thrown.message }, actor, log);
    }
  }

  /** Ends a sign-in without a connection. */
  async end(found: SignInWithAction, ending: Ending, actor: Actor, log = new TraceLog()): Promise<Ending> {
    const { signIn } = found;
    await this.database.tenant(signIn.tenantId).write((store) => this.rows.end(store, signIn, ending, actor, log));
    this.report(found, ending);
    return ending;
  }

  /** Something was given: it is used at once, or once the tenant's server has said whose it is (SECURITY C45). */
  private async settle(found: SignInWithAction, flow: Flow, actor: Actor): Promise<string> {
    const { signIn } = found;
    const askAt = await this.tenants.verificationUrlOf(signIn.tenantId);
    if (askAt === undefined) {
      return resultUrl(this.settings.publicUrl, signIn, (await this.conclude(found, flow, actor)).status);
    }
    const browserToken = randomSecret();
    await this.rows.awaitVerification(signIn, flow, browserToken);
    return verificationUrl(askAt, signIn.id, browserToken);
  }

  private async claim(
    callbackId: string,
    state: string | undefined,
    query: Record<string, unknown>,
    visitor: Visitor,
  ): Promise<SignInWithAction> {
    const found = state ? await this.rows.byState(state) : undefined;
    const refusal = this.refusalOf(callbackId, state, found, visitor);
    if (!refusal && found && (await this.rows.consume(found.signIn))) return found;
    const reason = refusal ?? 'used';
    // Whose sign-in this was meant to be is told by the browser where the state does not tell it.
    const meant = found ?? (await this.rows.latestOf(callbackId, visitor.browserDigest));
    if (meant) {
      const log = new TraceLog();
      log.add(refusedStep(callbackUrl(this.settings, meant.action), query, reason, this.clock));
      await this.traces.note(meant.signIn.tenantId, meant.signIn.id, log);
    }
    throw new SignInRefusedError(reason, meant?.signIn.tenantId);
  }

  private refusalOf(
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
    { signIn, action: before }: SignInWithAction,
    granted: GrantedTokens,
    actor: Actor,
    log: TraceLog,
  ): Promise<Ending> {
    const tenant = this.database.tenant(signIn.tenantId);
    const { id: actionId, authSettings } = before;
    const { user, tenantId } = signIn;
    const asked = typeof authSettings['scope'] === 'string' ? authSettings['scope'] : null;
    for (;;) {
      const connectionId = await tenant.read((store) => this.connections.idFor(store, actionId, user));
      const owner = { tenantId, id: connectionId, lastUsedAt: this.clock.now() };
      const columns = await this.connections.columns(owner, granted, { scope: asked });
      try {
        return await tenant.write(async (store) => {
          const action = await store.get(Action, { id: actionId }, 'action');
          if (action.binding !== signIn.binding) return this.rows.end(store, signIn, ACTION_CHANGED, actor, log);
          await this.connections.connect(store, { connectionId, action, user, actor }, columns);
          return this.rows.end(store, signIn, { status: 'connected', connectionId }, actor, log);
        });
      } catch (error) {
        // Another sign-in of the same user made the connection first: this one renews it.
        if (!isDuplicate(error)) throw error;
      }
    }
  }

  private report({ signIn }: SignInWithAction, { status }: Ending): void {
    this.metrics.signIns.inc({ status });
    this.statistics.count(signIn, status === 'connected' ? 'connected' : 'signInFailed');
    this.cluster.announce('sign-in', signIn.id);
  }
}

/** The tokens were granted for a server or endpoint that the action no longer has: they are dropped. */
const ACTION_CHANGED: Ending = {
  status: 'failed',
  code: 'action_changed',
  message: 'the action has changed since the sign-in began; begin again',
};

function actorOf(user: string, { address, requestId }: Visitor): Actor {
  return { user, address, requestId };
}
