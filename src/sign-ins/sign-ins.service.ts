import { Injectable } from '@nestjs/common';
import { IsNull, LessThan, Not } from 'typeorm';
import { Action } from '../actions/index.js';
import { AuditLog } from '../audit/index.js';
import {
  Clock,
  digest,
  InvalidRequestError,
  canUseAction,
  canUseGpt,
  newId,
  NotFoundError,
  randomSecret,
  RecurringJobs,
  type TenantCaller,
} from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database, LONG, type TenantStore } from '../database/index.js';
import { TenantsService } from '../tenants/index.js';
import { traceView, type TraceDto, TraceLog, Traces } from '../traces/index.js';
import { requestedScopes } from '../oauth/index.js';
import { SignInMethods } from './flow/sign-in-method.js';
import { isOpen, statusAt } from './flow/sign-in-status.js';
import { SignIn, type OfferReason } from './flow/sign-in.entity.js';
import { SignInWatch } from './sign-in-watch.js';
import { signInView, type CreateSignInDto, type SignInDto, type SignInOfferDto } from './sign-ins.dto.js';

export interface SignInRequest {
  action: Action;
  user: string;
  reason: OfferReason;
  returnUrl?: string;
  /** The scope to request instead of the schema's. */
  scope?: string;
  /** The deadline of the call that needs the sign-in, in milliseconds since the epoch. */
  deadline?: number;
}

const SWEEP_INTERVAL_MS = 3_600_000;

/** Creates sign-ins and reports their status to the tenant's server. */
@Injectable()
export class SignInsService {
  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly settings: Settings,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly watch: SignInWatch,
    private readonly traces: Traces,
    private readonly methods: SignInMethods,
    jobs: RecurringJobs,
  ) {
    jobs.add('old sign-ins', SWEEP_INTERVAL_MS, () => this.sweep());
  }

  /**
   * Creates a sign-in link without a call.
   *
   * @throws {NotFoundError} the tenant has no such action, or the caller's key does not cover it
   * @throws {InvalidRequestError} the action's users do not sign in; the scope exceeds the schema's; `return_url` is not allowed
   */
  async create(caller: TenantCaller, body: CreateSignInDto): Promise<SignInOfferDto> {
    const { gpt_id: gptId, action_id: id, user, return_url: returnUrl, scope } = body;
    const action = await this.database.tenant(caller.tenantId).read((store) => store.findOne(Action, { id, gptId }));
    const isVisible = canUseGpt(caller, gptId) && canUseAction(caller, id);
    if (!action || !isVisible) throw new NotFoundError('action');
    const method = this.methods.forAction(action);
    if (!method) throw InvalidRequestError.at('/action_id', 'users of this action do not sign in; see its `auth`');
    const scopes = scope === undefined ? undefined : checkedScopes(scope, method.page(action).scopes);
    return this.offer(caller, { action, user, reason: 'requested', returnUrl, scope: scopes?.join(' ') });
  }

  /**
   * Creates a link with which one user can sign in once. Only the digest of its secret is stored.
   *
   * @throws {InvalidRequestError} the tenant's `return_url_origins` do not include the origin of `returnUrl`
   */
  async offer(caller: TenantCaller, request: SignInRequest): Promise<SignInOfferDto> {
    const { tenantId } = caller;
    const { action, user, reason, returnUrl, scope = null } = request;
    if (returnUrl !== undefined && !(await this.tenants.allowsReturnTo(tenantId, returnUrl))) {
      throw InvalidRequestError.at('/return_url', "the URL's origin is not one of the tenant's return_url_origins");
    }
    const ticket = randomSecret();
    const now = this.clock.now();
    const row: Omit<SignIn, 'tenantId'> = {
      id: newId('si'),
      gptId: action.gptId,
      actionId: action.id,
      user,
      reason,
      status: 'pending',
      ticketDigest: digest(ticket),
      ...NOT_STARTED,
      bindingVersion: action.bindingVersion,
      scope,
      verifiesOpener: caller.verifiesOpener ?? false,
      returnUrl: returnUrl ?? null,
      createdAt: now,
      expiresAt: new Date(now.getTime() + this.settings.signIn.ticketMs),
    };
    const log = new TraceLog();
    log.add({
      name: 'offered',
      at: now.toISOString(),
      decision: `a sign-in link was created for the user (${reason})`,
    });
    const insert = async (store: TenantStore): Promise<void> => {
      await store.insert(SignIn, [row]);
      await this.traces.write(store, row.id, log);
      const entry = { type: 'sign_in.created', actor: caller, targetId: row.id } as const;
      await this.audit.record(store, {
        ...entry,
        details: { action_id: action.id, user, reason, ...(scope !== null && { scope }) },
      });
    };
    await this.database.tenant(tenantId).write(insert, { until: request.deadline });
    const { domain } = action;
    const url = `${this.settings.publicUrl}/signin/${ticket}`;
    return { id: row.id, url, domain, label: `Sign in to ${domain}`, reason, expires_at: row.expiresAt.toISOString() };
  }

  /**
   * Returns a sign-in, after waiting for its end if asked to.
   *
   * @param waitSeconds maximum time to wait; the sign-in may still be open after it
   * @param signal ends the wait when the client disconnects
   */
  async get(caller: TenantCaller, id: string, waitSeconds: number, signal: AbortSignal): Promise<SignInDto> {
    const row = await this.read(caller, id);
    const view = signInView(row, this.clock.now());
    if (waitSeconds === 0 || !isOpen(view.status)) return view;
    const latest = await this.watch.waitForEnd(row, caller, [signal, AbortSignal.timeout(waitSeconds * 1000)]);
    if (!latest) throw new NotFoundError('sign-in');
    return signInView(latest, this.clock.now());
  }

  /**
   * Returns the trace of a sign-in.
   *
   * @throws {NotFoundError} the tenant has no such sign-in
   */
  async trace(caller: TenantCaller, id: string): Promise<TraceDto> {
    const status = statusAt(await this.read(caller, id), this.clock.now());
    return traceView(id, status, await this.traces.of(caller.tenantId, id));
  }

  private async read(caller: TenantCaller, id: string): Promise<SignIn> {
    const row = await this.database.tenant(caller.tenantId).read((store) => store.get(SignIn, { id }, 'sign-in'));
    if (!canUseGpt(caller, row.gptId)) throw new NotFoundError('sign-in');
    return row;
  }

  private async sweep(): Promise<void> {
    const [now, before] = [this.clock.now(), this.clock.in(-this.settings.trace.keptMs)];
    await this.database.write(async (manager) => {
      await manager.delete(SignIn, { expiresAt: LessThan(before) });
      // Removes codes and keys that were received and never used.
      await manager.update(SignIn, { expiresAt: LessThan(now), flow: Not(IsNull()) }, { flow: null });
    }, LONG);
  }
}

/** Splits a requested scope. @throws {InvalidRequestError} it is empty or has a scope that the schema does not request */
function checkedScopes(scope: string, allowed: readonly string[]): string[] {
  const scopes = [...new Set(requestedScopes(scope))];
  if (scopes.length === 0) throw InvalidRequestError.at('/scope', 'scope must name at least one scope');
  const message =
    allowed.length === 0
      ? "the action's authentication schema requests no scope; omit scope"
      : `scope must be a subset of the schema's scope: ${allowed.join(' ')}`;
  if (scopes.every((each) => allowed.includes(each))) return scopes;
  throw InvalidRequestError.at('/scope', message);
}

const NOT_STARTED = {
  browserDigest: null,
  stateDigest: null,
  stateExpiresAt: null,
  stateUsedAt: null,
  browserTokenDigest: null,
  flow: null,
  errorCode: null,
  errorMessage: null,
  connectionId: null,
  endedAt: null,
};
