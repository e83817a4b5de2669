import { Injectable } from '@nestjs/common';
import { Action } from '../../actions/index.js';
import type { Actor } from '../../audit/index.js';
import { Cluster } from '../../cluster/index.js';
import { Clock, Logger, NotFoundError } from '../../common/index.js';
import { ConnectionWriter, UnstoredTokenRevoker } from '../../connections/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { TokenError, type GrantedTokens } from '../../oauth/index.js';
import { Activity } from '../../statistics/index.js';
import { TraceLog } from '../../traces/index.js';
import { SignInMethods, type Flow } from './sign-in-method.js';
import { isOpen } from './sign-in-status.js';
import { SignInStore } from './sign-in-store.js';
import type { SignInResult, SignInWithAction } from './sign-in-with-action.js';
import { SignInWrites } from './sign-in-writes.js';
import { SignIn } from './sign-in.entity.js';

/** Completes sign-ins whose state or verification was claimed: exchanges the grant, connects the user, and stores the result. */
@Injectable()
export class SignInCompletion {
  constructor(
    private readonly database: Database,
    private readonly signIns: SignInStore,
    private readonly methods: SignInMethods,
    private readonly connections: ConnectionWriter,
    private readonly unstored: UnstoredTokenRevoker,
    private readonly writes: SignInWrites,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly activity: Activity,
    private readonly logger: Logger,
  ) {}

  /**
   * Exchanges the grant for tokens and connects the user, whose identity has been verified. If the tokens cannot be stored, the sign-in has
   * failed, and the tokens are revoked.
   */
  async exchangeAndConnect(found: SignInWithAction, flow: Flow, actor: Actor): Promise<SignInResult> {
    const { signIn, action } = found;
    const log = new TraceLog();
    const method = this.methods.resume(action, flow);
    if (!method) return this.end(found, ACTION_CHANGED, actor, log);
    let granted: GrantedTokens;
    try {
      granted = await method.exchange(flow, log);
    } catch (thrown) {
      if (!(thrown instanceof TokenError)) throw thrown;
      this.logger.warn({ err: thrown, sign_in_id: signIn.id }, 'the token request of a sign-in failed');
      return this.end(found, { status: 'failed', code: thrown.code, message: thrown.message }, actor, log);
    }
    try {
      return this.published(found, await this.writes.retry(() => this.connect(found, granted, actor, log)));
    } catch (error) {
      this.logger.error({ err: error, sign_in_id: signIn.id }, 'the tokens of a sign-in could not be stored');
      this.writes.hold(signIn.id, this.discarding(found, granted, actor, log), error);
      if (error instanceof NotFoundError) throw error;
      return { ...NOT_STORED, isUnstored: true };
    }
  }

  /** Ends a sign-in without a connection. If that cannot be stored while the browser waits, it is stored later. */
  async end(found: SignInWithAction, result: SignInResult, actor: Actor, log = new TraceLog()): Promise<SignInResult> {
    const write = () => this.write(found, (store) => this.signIns.end(store, found.signIn, result, actor, log));
    try {
      return this.published(found, await this.writes.retry(write));
    } catch (error) {
      if (error instanceof NotFoundError) throw error;
      this.writes.hold(found.signIn.id, async () => this.published(found, await write()), error);
      return { ...result, isUnstored: true };
    }
  }

  /**
   * @throws {NotFoundError} the action was deleted
   * @throws {QueryFailedError} `isDuplicate`: a concurrent sign-in of the same user created the connection; the next attempt updates it
   */
  private async connect(
    found: SignInWithAction,
    granted: GrantedTokens,
    actor: Actor,
    log: TraceLog,
  ): Promise<SignInResult> {
    const { signIn, action: started } = found;
    const { id: actionId } = started;
    const { user, tenantId } = signIn;
    const { requestedScope = null } = granted;
    const connectionId = await this.database
      .tenant(tenantId)
      .read((store) => this.connections.idFor(store, actionId, user));
    const owner = { tenantId, id: connectionId, lastUsedAt: this.clock.now() };
    const columns = await this.connections.tokenColumns(owner, granted, { scope: requestedScope || null });
    return this.write(found, async (store) => {
      const action = await store.get(Action, { id: actionId }, 'action');
      if (action.bindingVersion !== signIn.bindingVersion)
        return this.signIns.end(store, signIn, ACTION_CHANGED, actor, log);
      const connected = { connectionId, action, user, actor };
      await this.connections.connect(store, connected, { ...columns, requestedScope });
      return this.signIns.end(store, signIn, { status: 'connected', connectionId }, actor, log);
    });
  }

  /** Returns a write that ends a sign-in whose tokens could not be stored, and revokes them. */
  private discarding(
    found: SignInWithAction,
    granted: GrantedTokens,
    actor: Actor,
    log: TraceLog,
  ): () => Promise<void> {
    const { signIn, action } = found;
    return async () => {
      const unstored = await this.unstored.prepare(action, signIn.user, granted);
      const result = await this.database.tenant(signIn.tenantId).write(async (store) => {
        const row = await store.findOne(SignIn, { id: signIn.id });
        // The tokens are in use if an attempt to store them was committed although it failed.
        if (row && !isOpen(row.status)) return storedResult(row);
        if (unstored) await this.unstored.add(store, unstored);
        return row ? this.signIns.end(store, signIn, NOT_STORED, actor, log) : NOT_STORED;
      });
      this.published(found, result);
      this.unstored.wake();
    };
  }

  /**
   * Writes the result of a sign-in once: an earlier attempt may have been committed although it failed.
   *
   * @returns the result that is stored
   */
  private write(
    { signIn: { tenantId, id } }: SignInWithAction,
    work: (store: TenantStore) => Promise<SignInResult>,
  ): Promise<SignInResult> {
    return this.database.tenant(tenantId).write(async (store) => {
      const row = await store.get(SignIn, { id }, 'sign-in');
      return isOpen(row.status) ? work(store) : storedResult(row);
    });
  }

  private published({ signIn }: SignInWithAction, result: SignInResult): SignInResult {
    this.activity.countSignIn(signIn, result.status);
    this.cluster.publish('sign-in', signIn.id);
    return result;
  }
}

function storedResult({ status, connectionId }: SignIn): SignInResult {
  return { status: status as SignInResult['status'], connectionId: connectionId ?? undefined };
}

const NOT_STORED: SignInResult = {
  status: 'failed',
  code: 'not_stored',
  message: 'the tokens could not be stored and are revoked; sign in again with a new link',
};

/** The grant belongs to a server or endpoint that the action no longer uses, so it is discarded. */
export const ACTION_CHANGED: SignInResult = {
  status: 'failed',
  code: 'action_changed',
  message: 'the action was modified during the sign-in; sign in again with a new link',
};
