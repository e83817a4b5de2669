import { Injectable } from '@nestjs/common';
import { IsNull } from 'typeorm';
import { Action } from '../../actions/index.js';
import { AuditLog, type Actor } from '../../audit/index.js';
import { Clock, digest } from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { Vault, type Place } from '../../vault/index.js';
import type { OAuthClient } from '../protocol/client.js';
import { SignIn, type SignInStatus } from './sign-in.entity.js';

/** What a flow began with and ends with, whatever becomes of the action in between. */
export interface Flow {
  client: OAuthClient;
  redirectUri: string;
  verifier?: string;
}

/** A sign-in and the action that it is for. */
export interface SignInWithAction {
  signIn: SignIn;
  action: Action;
}

/** How a sign-in ended. */
export interface Ending {
  status: Exclude<SignInStatus, 'pending'>;
  code?: string;
  message?: string;
  connectionId?: string;
}

/** The sign-ins' rows: found by the digests of what a browser carries, changed by single atomic writes. */
@Injectable()
export class SignInRows {
  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
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

  /** Ends a sign-in; nothing of what its flow carried stays. @returns the ending it was given */
  async end(store: TenantStore, signIn: SignIn, ending: Ending, actor: Actor): Promise<Ending> {
    await store.update(
      SignIn,
      { id: signIn.id },
      {
        status: ending.status,
        errorCode: ending.code?.slice(0, 64) ?? null,
        errorMessage: ending.message?.slice(0, 500) ?? null,
        connectionId: ending.connectionId ?? null,
        flow: null,
        endedAt: this.clock.now(),
      },
    );
    const details = ending.code ? { code: ending.code } : {};
    await this.record(store, signIn, `sign_in.${ending.status}`, actor, details);
    return ending;
  }

  private async find(where: { id: string } | { ticketDigest: string } | { stateDigest: string }) {
    return this.database.read(async (manager) => {
      const signIn = await manager.findOneBy(SignIn, where);
      const { tenantId, actionId } = signIn ?? {};
      const action = tenantId && actionId ? await manager.findOneBy(Action, { tenantId, id: actionId }) : null;
      return signIn && action ? { signIn, action } : undefined;
    });
  }

  private record(
    { manager, tenantId }: TenantStore,
    { id, actionId, user }: SignIn,
    type: `sign_in.${'started' | 'connected' | 'denied' | 'failed'}`,
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
