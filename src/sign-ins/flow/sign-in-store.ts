import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Action } from '../../actions/index.js';
import { AuditLog, type Actor } from '../../audit/index.js';
import { Clock, digest } from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { Vault, type SealContext } from '../../vault/index.js';
import { TraceLog, type StepName, Traces } from '../../traces/index.js';
import type { Flow } from './sign-in-method.js';
import type { SignInResult, SignInWithAction } from './sign-in-with-action.js';
import { SignIn } from './sign-in.entity.js';

/** Stores sign-ins. Browsers find them by digests of their secrets; each change is one atomic write. */
@Injectable()
export class SignInStore {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    private readonly traces: Traces,
  ) {}

  byTicket(ticket: string): Promise<SignInWithAction | undefined> {
    return this.find({ ticketDigest: digest(ticket) });
  }

  byState(state: string): Promise<SignInWithAction | undefined> {
    return this.find({ stateDigest: digest(state) });
  }

  byId(id: string): Promise<SignInWithAction | undefined> {
    return this.find({ id });
  }

  /** Finds a sign-in of one tenant. Looking up another tenant's sign-in takes as long as looking up an unknown one. */
  ofTenant(tenantId: string, id: string): Promise<SignInWithAction | undefined> {
    return this.find({ tenantId, id });
  }

  /** Returns the tenant whose action has a redirect URI, for callbacks that belong to no sign-in. */
  async tenantOf(callbackId: string): Promise<Pick<SignIn, 'tenantId'> | undefined> {
    return this.database.read(
      async (manager) =>
        (await manager.findOne(Action, { where: { callbackId }, select: { id: true, tenantId: true } })) ?? undefined,
    );
  }

  /** Finds the latest pending sign-in that a browser started for an action, for callbacks without a known state. */
  async latestOf(callbackId: string, browserDigest: string | undefined): Promise<SignInWithAction | undefined> {
    if (!browserDigest) return undefined;
    return this.database.read(async (manager) => {
      const action = await manager.findOneBy(Action, { callbackId });
      if (!action) return undefined;
      const { tenantId, id: actionId } = action;
      const where = { tenantId, actionId, browserDigest, status: 'pending' as const };
      const signIn = await manager.findOne(SignIn, { where, order: { createdAt: 'DESC', id: 'ASC' } });
      return signIn ? { signIn, action } : undefined;
    });
  }

  /**
   * Starts or restarts the flow in a browser. The state and the browser of an earlier start become invalid, unless the state is the same.
   *
   * @returns `false` if the sign-in was no longer pending, or was started by another request since it was read
   */
  async start(
    { signIn, action }: SignInWithAction,
    start: { state: string; browserDigest: string; flow: Flow; stateMs: number; actor: Actor },
  ): Promise<boolean> {
    const now = this.clock.now();
    const stateExpiresAt = new Date(now.getTime() + start.stateMs);
    const changes = {
      stateDigest: digest(start.state),
      stateExpiresAt,
      browserDigest: start.browserDigest,
      flow: await this.vault.sealJson(contextOf(signIn), start.flow),
      bindingVersion: action.bindingVersion,
      // A flow that started in time may finish after the link has expired.
      expiresAt: stateExpiresAt > signIn.expiresAt ? stateExpiresAt : signIn.expiresAt,
    };
    const stateDigest = signIn.stateDigest ?? IsNull();
    const pending = { id: signIn.id, status: 'pending' as const, stateUsedAt: IsNull(), stateDigest };
    return this.database.tenant(signIn.tenantId).write(async (store) => {
      if ((await store.update(SignIn, pending, changes)) === 0) return false;
      await this.record(store, signIn, 'sign_in.started', start.actor);
      return true;
    });
  }

  /** Consumes the state. Returns `true` for exactly one caller (security rules C10 and C11). */
  async consume({ tenantId, id, stateDigest }: SignIn): Promise<boolean> {
    if (!stateDigest) return false;
    const unused = { id, stateDigest, status: 'pending' as const, stateUsedAt: IsNull() };
    const changes = { stateUsedAt: this.clock.now() };
    return (await this.database.tenant(tenantId).write((store) => store.update(SignIn, unused, changes))) === 1;
  }

  /** Decrypts the flow of a sign-in that has not ended. */
  async flowOf(signIn: SignIn): Promise<Flow> {
    if (!signIn.flow) throw new Error('the sign-in has ended, so its flow was deleted');
    return this.vault.unsealJson<Flow>(contextOf(signIn), signIn.flow);
  }

  /** Stores the flow with its grant until the tenant's server verifies the user. */
  async awaitVerification(signIn: SignIn, flow: Flow, browserToken: string): Promise<void> {
    const changes = {
      status: 'awaiting_verification' as const,
      browserTokenDigest: digest(browserToken),
      flow: await this.vault.sealJson(contextOf(signIn), flow),
    };
    const log = this.logOf('verification', "the browser was redirected to the tenant's user_verification_url");
    await this.database.tenant(signIn.tenantId).write(async (store) => {
      await store.update(SignIn, { id: signIn.id, status: 'pending' }, changes);
      await this.traces.write(store, signIn.id, log);
    });
  }

  /** Claims the pending verification. Returns `true` for exactly one caller. */
  async claimVerification({ tenantId, id, browserTokenDigest }: SignIn): Promise<boolean> {
    if (!browserTokenDigest) return false;
    const awaiting = { id, status: 'awaiting_verification' as const, browserTokenDigest };
    const changes = { browserTokenDigest: null };
    return (await this.database.tenant(tenantId).write((store) => store.update(SignIn, awaiting, changes))) === 1;
  }

  /** Ends a sign-in and deletes its flow. Returns `result`. */
  async end(
    store: TenantStore,
    signIn: SignIn,
    result: SignInResult,
    actor: Actor,
    log = new TraceLog(),
  ): Promise<SignInResult> {
    await store.update(
      SignIn,
      { id: signIn.id },
      {
        status: result.status,
        errorCode: result.code?.slice(0, 64) ?? null,
        errorMessage: result.message?.slice(0, 500) ?? null,
        connectionId: result.connectionId ?? null,
        flow: null,
        browserTokenDigest: null,
        endedAt: this.clock.now(),
      },
    );
    const decision = result.message ? `${result.status}: ${result.message}` : result.status;
    const steps = new TraceLog();
    steps.add(...log.steps, ...this.logOf('outcome', decision).steps);
    await this.traces.write(store, signIn.id, steps);
    const details = result.code ? { code: result.code } : {};
    await this.record(store, signIn, `sign_in.${result.status}`, actor, details);
    return result;
  }

  private async find(where: { id: string; tenantId?: string } | { ticketDigest: string } | { stateDigest: string }) {
    return this.database.read(async (manager) => {
      const signIn = await manager.findOneBy(SignIn, where);
      const { tenantId, actionId } = signIn ?? {};
      const action = tenantId && actionId ? await manager.findOneBy(Action, { tenantId, id: actionId }) : null;
      return signIn && action ? { signIn, action } : undefined;
    });
  }

  private logOf(name: StepName, decision: string): TraceLog {
    const log = new TraceLog();
    log.add({ name, at: this.clock.now().toISOString(), decision });
    return log;
  }

  private record(
    store: TenantStore,
    { id, actionId, user }: SignIn,
    type: `sign_in.${'started' | 'verified' | 'connected' | 'denied' | 'failed'}`,
    actor: Actor,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    const entry = { type, actor, targetId: id };
    return this.audit.record(store, { ...entry, details: { action_id: actionId, user, ...details } });
  }
}

function contextOf({ tenantId, id }: SignIn): SealContext {
  return { tenantId, table: 'sign_ins', rowId: id, column: 'flow' };
}
