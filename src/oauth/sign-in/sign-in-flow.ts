import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import type { Actor } from '../../audit/index.js';
import { Cluster } from '../../cluster/index.js';
import { Clock, Logger } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database, isDuplicate } from '../../database/index.js';
import { Metrics } from '../../metrics/index.js';
import { OAuthClients } from '../clients.js';
import { ConnectionWriter } from '../connections/connection-writer.js';
import { TokenError } from '../protocol/errors.js';
import type { GrantedTokens } from '../protocol/token-answer.js';
import { TokenEndpoint } from '../token-endpoint.js';
import { authorizationRequest, exchangeCode } from './authorize.js';
import { callbackUrl } from './callback-url.js';
import { SignInRows, type Ending, type Flow, type SignInWithAction } from './sign-in-rows.js';

/** The user's browser, as far as it is known. */
export interface Visitor {
  /** `undefined` where it brought no cookie of ours. */
  browserDigest?: string;
  address: string;
  requestId: string;
}

/** What a provider sends a browser back with (RFC 6749, 4.1.2). */
export interface CallbackParameters {
  state?: string;
  code?: string;
  error?: string;
  errorDescription?: string;
}

/** A browser that cannot go on; `reason` says which page it gets. Nothing was changed and no code was sent anywhere. */
export class SignInRefusedError extends Error {
  constructor(readonly reason: 'unknown' | 'no_state' | 'used' | 'expired' | 'other_browser' | 'ended') {
    super(`the sign-in cannot go on: ${reason}`);
    this.name = 'SignInRefusedError';
  }
}

/** The authorization code flow, from the button to the connection. */
@Injectable()
export class SignInFlow {
  constructor(
    private readonly database: Database,
    private readonly rows: SignInRows,
    private readonly clients: OAuthClients,
    private readonly endpoint: TokenEndpoint,
    private readonly connections: ConnectionWriter,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  /** @throws {SignInRefusedError} there is no such ticket */
  async find(ticket: string): Promise<SignInWithAction> {
    const found = await this.rows.byTicket(ticket);
    if (!found) throw new SignInRefusedError('unknown');
    return found;
  }

  /** @returns where to send the browser. @throws {SignInRefusedError} */
  async start(ticket: string, visitor: Visitor): Promise<string> {
    const found = await this.find(ticket);
    const { signIn, action } = found;
    if (signIn.status !== 'pending') throw new SignInRefusedError('ended');
    if (signIn.expiresAt <= this.clock.now()) throw new SignInRefusedError('expired');
    // A cookie that only a page of ours can have set: the form was not sent by another site.
    if (!visitor.browserDigest) throw new SignInRefusedError('other_browser');
    const client = await this.clients.of(action);
    const redirectUri = callbackUrl(this.settings, action);
    const { url, state, verifier } = await authorizationRequest(client, redirectUri);
    const begun = await this.rows.start(found, {
      state,
      browserDigest: visitor.browserDigest,
      flow: { client, redirectUri, verifier },
      stateMs: this.settings.signIn.stateMs,
      actor: actorOf(signIn.user, visitor),
    });
    if (!begun) throw new SignInRefusedError('ended');
    return url;
  }

  /**
   * The browser comes back. The state is checked before anything else and used up before the code is looked at.
   *
   * @returns the sign-in as it ended
   * @throws {SignInRefusedError} the state is missing, unknown, of another action, of another browser, old or used
   */
  async finish(
    callbackId: string,
    parameters: CallbackParameters,
    visitor: Visitor,
  ): Promise<SignInWithAction & Ended> {
    const found = await this.claim(callbackId, parameters.state, visitor);
    const { signIn } = found;
    const actor = actorOf(signIn.user, visitor);
    const ending = await this.conclude(found, parameters, actor);
    this.metrics.signIns.inc({ status: ending.status });
    this.cluster.announce('sign-in', signIn.id);
    return { ...found, ending };
  }

  private async claim(callbackId: string, state: string | undefined, visitor: Visitor): Promise<SignInWithAction> {
    if (!state) throw new SignInRefusedError('no_state');
    const found = await this.rows.byState(state);
    if (!found || found.action.callbackId !== callbackId) throw new SignInRefusedError('unknown');
    const { signIn } = found;
    if (signIn.browserDigest !== visitor.browserDigest) throw new SignInRefusedError('other_browser');
    if (signIn.stateUsedAt) throw new SignInRefusedError('used');
    if (!signIn.stateExpiresAt || signIn.stateExpiresAt <= this.clock.now()) throw new SignInRefusedError('expired');
    if (!(await this.rows.consume(signIn))) throw new SignInRefusedError('used');
    return found;
  }

  private async conclude(found: SignInWithAction, parameters: CallbackParameters, actor: Actor): Promise<Ending> {
    const { error, errorDescription, code } = parameters;
    if (error) return this.end(found, refusal(error, errorDescription), actor);
    if (!code) {
      const message = 'the provider sent the browser back without a code';
      return this.end(found, { status: 'failed', code: 'no_code', message }, actor);
    }
    const flow = await this.rows.flowOf(found.signIn);
    try {
      const granted = await exchangeCode(flow, code, (value, params) => this.exchange(flow, value, params));
      return await this.connect(found, flow, granted, actor);
    } catch (thrown) {
      if (!(thrown instanceof TokenError)) throw thrown;
      this.logger.warn({ err: thrown, sign_in_id: found.signIn.id }, 'a code could not be exchanged');
      return this.end(found, { status: 'failed', code: thrown.code, message: thrown.message }, actor);
    }
  }

  private exchange({ client }: Flow, code: string, params: Record<string, string>): Promise<GrantedTokens> {
    return this.endpoint.grant(client, { ...params, grant_type: 'authorization_code', code });
  }

  private async connect(
    { signIn, action: before }: SignInWithAction,
    flow: Flow,
    granted: GrantedTokens,
    actor: Actor,
  ): Promise<Ending> {
    const tenant = this.database.tenant(signIn.tenantId);
    const { id: actionId } = before;
    const { user, tenantId } = signIn;
    for (;;) {
      const connectionId = await tenant.read((store) => this.connections.idFor(store, actionId, user));
      const owner = { tenantId, id: connectionId, lastUsedAt: this.clock.now() };
      const columns = await this.connections.columns(owner, granted, { scope: flow.client.scope ?? null });
      try {
        return await tenant.write(async (store) => {
          const action = await store.get(Action, { id: actionId }, 'action');
          if (action.binding !== signIn.binding) return this.rows.end(store, signIn, ACTION_CHANGED, actor);
          await this.connections.connect(store, { connectionId, action, user, actor }, columns);
          return this.rows.end(store, signIn, { status: 'connected', connectionId }, actor);
        });
      } catch (error) {
        // Another sign-in of the same user made the connection first: this one renews it.
        if (!isDuplicate(error)) throw error;
      }
    }
  }

  private end({ signIn }: SignInWithAction, ending: Ending, actor: Actor): Promise<Ending> {
    return this.database.tenant(signIn.tenantId).write((store) => this.rows.end(store, signIn, ending, actor));
  }
}

/** The tokens were granted for a server or endpoint that the action no longer has: they are dropped. */
const ACTION_CHANGED: Ending = {
  status: 'failed',
  code: 'action_changed',
  message: 'the action has changed since the sign-in began; begin again',
};

interface Ended {
  ending: Ending;
}

/** A user who says no has not failed (PROVIDERS 22). */
function refusal(error: string, description?: string): Ending {
  const words = [error, description].map((text) => text?.replaceAll(/[^\x20-\x7e\u00a0-\uffff]+/g, ' ').slice(0, 200));
  const message = `the provider answered: ${words.filter(Boolean).join(', ')}`;
  return { status: error === 'access_denied' ? 'denied' : 'failed', code: words[0], message };
}

function actorOf(user: string, { address, requestId }: Visitor): Actor {
  return { user, address, requestId };
}
