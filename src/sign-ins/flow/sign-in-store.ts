import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Action } from '../../actions/index.js';
import { AuditLog, type Actor } from '../../audit/index.js';
import { Clock, digest } from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { Vault, type Place } from '../../vault/index.js';
import { TraceLog, type StepName, Traces } from '../../traces/index.js';
import type { Flow } from './sign-in-method.js';
import type { Ending, SignInWithAction } from './sign-in-with-action.js';
import { SignIn } from '../sign-in.entity.js';

/** The sign-ins' rows: found by the digests of what a browser carries, changed by single atomic writes. */
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

  /** The same for a caller, whom another tenant's sign-in must not cost more than one that does not exist. */
  ofTenant(tenantId: string, id: string): Promise<SignInWithAction | undefined> {
    return this.find({ tenantId, id });
  }

  /** The open sign-in that a browser began last with an action, where it comes back with nothing that says so. */
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
   * Begins the flow in a browser, or begins it anew: an earlier state and the browser it was bound to no longer count.
   *
   * @returns whether the sign-in was still open
   */
  async start(
    { signIn, action }: SignInWithAction,
    begun: { state: string; browserDigest: string; flow: Flow; stateMs: number; actor: Actor },
  ): Promise<boolean> {
    const now = this.clock.now();
    const stateExpiresAt = new Date(now.getTime() + begun.stateMs);
    const changes = {
      stateDigest: digest(begun.state),
      stateExpiresAt,
      browserDigest: begun.browserDigest,
      flow: await this.vault.sealJson(placeOf(signIn), begun.flow),
      binding: action.binding,
      // Who has begun in time may finish.
      expiresAt: stateExpiresAt > signIn.expiresAt ? stateExpiresAt : signIn.expiresAt,
    };
    const isOpen = { id: signIn.id, status: 'pending' as const, stateUsedAt: IsNull() };
    return this.database.tenant(signIn.tenantId).write(async (store) => {
      if ((await store.update(SignIn, isOpen, changes)) === 0) return false;
      await this.record(store, signIn, 'sign_in.started', begun.actor);
      return true;
    });
  }

  /** Uses the state up. @returns whether this was the one call that did (SECURITY C10, C11) */
  async consume({ tenantId, id, stateDigest }: SignIn): Promise<boolean> {
    if (!stateDigest) return false;
    const unused = { id, stateDigest, status: 'pending' as const, stateUsedAt: IsNull() };
    const changes = { stateUsedAt: this.clock.now() };
    return (await this.database.tenant(tenantId).write((store) => store.update(SignIn, unused, changes))) === 1;
  }

  async flowOf(signIn: SignIn): Promise<Flow> {
    if (!signIn.flow) throw new Error('the flow of this sign-in has ended');
    return this.vault.openJson<Flow>(placeOf(signIn), signIn.flow);
  }

  /** Keeps what was given until the tenant's server says whose it is. */
  async awaitVerification(signIn: SignIn, flow: Flow, browserToken: string): Promise<void> {
    const changes = {
      status: 'awaiting_verification' as const,
      browserTokenDigest: digest(browserToken),
      flow: await this.vault.sealJson(placeOf(signIn), flow),
    };
    const log = this.logOf('verification', "the browser was sent to the tenant's user_verification_url");
    await this.database.tenant(signIn.tenantId).write(async (store) => {
      await store.update(SignIn, { id: signIn.id, status: 'pending' }, changes);
      await this.traces.write(store, signIn.id, log);
    });
  }

  /** Takes what was kept out of its waiting. @returns whether this was the one call that did */
  async claimVerification({ tenantId, id, browserTokenDigest }: SignIn): Promise<boolean> {
    if (!browserTokenDigest) return false;
    const waiting = { id, status: 'awaiting_verification' as const, browserTokenDigest };
    const changes = { browserTokenDigest: null };
    return (await this.database.tenant(tenantId).write((store) => store.update(SignIn, waiting, changes))) === 1;
  }

  /** Ends a sign-in; nothing of what its flow carried stays. @returns the ending it was given */
  async end(store: TenantStore, signIn: SignIn, ending: Ending, actor: Actor, log = new TraceLog()): Promise<Ending> {
    await store.update(
      SignIn,
      { id: signIn.id },
      {
        status: ending.status,
        errorCode: ending.code?.slice(0, 64) ?? null,
        errorMessage: ending.message?.slice(0, 500) ?? null,
        connectionId: ending.connectionId ?? null,
        flow: null,
        browserTokenDigest: null,
        endedAt: this.clock.now(),
      },
    );
    const said = ending.message ? `${ending.status}: ${ending.message}` : ending.status;
    const steps = new TraceLog();
    steps.add(...log.steps, ...this.logOf('outcome', said).steps);
    await this.traces.write(store, signIn.id, steps);
    const details = ending.code ? { code: ending.code } : {};
    await this.record(store, signIn, `sign_in.${ending.status}`, actor, details);
    return ending;
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
    { manager, tenantId }: TenantStore,
    { id, actionId, user }: SignIn,
    type: `sign_in.${'started' | 'verified' | 'connected' | 'denied' | 'failed'}`,
    actor: Actor,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    const entry = { tenantId, type, actor, targetId: id };
    return this.audit.record(manager, { ...entry, details: { action_id: actionId, user, ...details } });
  }
}

function placeOf({ tenantId, id }: SignIn): Place {
  return { tenantId, table: 'sign_ins', rowId: id, column: 'flow' };
}
