import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { IsNull, LessThan, Not } from 'typeorm';
import type { Action } from '../actions/index.js';
import { AuditLog } from '../audit/index.js';
import { Cluster } from '../cluster/index.js';
import {
  Clock,
  digest,
  InvalidRequestError,
  mayUseGpt,
  newId,
  NotFoundError,
  randomSecret,
  RecurringJobs,
  type TenantCaller,
} from '../common/index.js';
import { Settings } from '../config/index.js';
import { Database } from '../database/index.js';
import { TenantsService } from '../tenants/index.js';
import { traceView, type TraceDto, TraceLog, Traces } from '../traces/index.js';
import type { SignInReason } from '../connections/index.js';
import { SignIn } from './sign-in.entity.js';
import { isOpen, signInView, type SignInDto } from './sign-ins.dto.js';

/** What a caller is given to show its user. */
export interface SignInOffer {
  id: string;
  url: string;
  domain: string;
  label: string;
  reason: SignInReason;
  expires_at: string;
}

export interface SignInRequest {
  action: Action;
  user: string;
  reason: SignInReason;
  returnUrl?: string;
}

/** Between two looks at the row, for changes on other replicas; those of this process are told at once. */
const LOOK_MS = 1000;

const SWEEP_MS = 3_600_000;

/** Sign-ins as the tenant's server sees them: it offers them to users and hears how they end. */
@Injectable()
export class SignInsService implements BeforeApplicationShutdown {
  private readonly stopping = new AbortController();

  constructor(
    private readonly database: Database,
    private readonly tenants: TenantsService,
    private readonly settings: Settings,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly traces: Traces,
    jobs: RecurringJobs,
  ) {
    jobs.add('old sign-ins', SWEEP_MS, () => this.sweep());
  }

  /** Whoever waits for the end of a sign-in is answered now, so that the process can stop. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /**
   * A link that lets one user sign in once. Only its digest is kept.
   *
   * @throws {InvalidRequestError} the tenant allows no return to that URL
   */
  async offer(caller: TenantCaller, { action, user, reason, returnUrl }: SignInRequest): Promise<SignInOffer> {
    const { tenantId } = caller;
    if (returnUrl !== undefined && !(await this.tenants.allowsReturnTo(tenantId, returnUrl))) {
      throw InvalidRequestError.at('/return_url', "the tenant's return_url_origins do not allow this URL");
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
      binding: action.binding,
      returnUrl: returnUrl ?? null,
      createdAt: now,
      expiresAt: new Date(now.getTime() + this.settings.signIn.ticketMs),
    };
    const log = new TraceLog();
    log.add({ name: 'offered', at: now.toISOString(), decision: `a link was made for the user (${reason})` });
    await this.database.tenant(tenantId).write(async (store) => {
      await store.insert(SignIn, [row]);
      await this.traces.write(store, row.id, log);
      const entry = { tenantId, type: 'sign_in.created', actor: caller, targetId: row.id } as const;
      await this.audit.record(store.manager, { ...entry, details: { action_id: action.id, user, reason } });
    });
    const { domain } = action;
    const url = `${this.settings.publicUrl}/signin/${ticket}`;
    return { id: row.id, url, domain, label: `Sign in to ${domain}`, reason, expires_at: row.expiresAt.toISOString() };
  }

  /** @param waitSeconds how long to wait for its end before it is answered as pending */
  async get(caller: TenantCaller, id: string, waitSeconds: number): Promise<SignInDto> {
    const patience = AbortSignal.timeout(waitSeconds * 1000);
    const isOver = () => waitSeconds === 0 || patience.aborted || this.stopping.signal.aborted;
    for (;;) {
      const changed = this.nextChange(id, patience);
      const view = await this.read(caller, id);
      if (!isOpen(view.status) || isOver()) return view;
      await changed;
    }
  }

  /** What happened in a sign-in. @throws {NotFoundError} */
  async trace(caller: TenantCaller, id: string): Promise<TraceDto> {
    const { status } = await this.read(caller, id);
    return traceView(id, status, await this.traces.of(caller.tenantId, id));
  }

  private async read(caller: TenantCaller, id: string): Promise<SignInDto> {
    const row = await this.database.tenant(caller.tenantId).read((store) => store.get(SignIn, { id }, 'sign-in'));
    if (!mayUseGpt(caller, row.gptId)) throw new NotFoundError('sign-in');
    return signInView(row, this.clock.now());
  }

  private nextChange(id: string, patience: AbortSignal): Promise<void> {
    const signals = [patience, this.stopping.signal];
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        stop();
        for (const signal of signals) signal.removeEventListener('abort', done);
        resolve();
      };
      // Who was answered meanwhile leaves it behind: it must not hold a process that stops.
      const timer = setTimeout(done, LOOK_MS).unref();
      const stop = this.cluster.on('sign-in', (changed) => changed === id && done());
      for (const signal of signals) signal.addEventListener('abort', done);
    });
  }

  private async sweep(): Promise<void> {
    const [now, before] = [this.clock.now(), this.clock.in(-this.settings.trace.keptMs)];
    await this.database.write(async (manager) => {
      await manager.delete(SignIn, { expiresAt: LessThan(before) });
      // A code or key that was given and never used is not kept.
      await manager.update(SignIn, { expiresAt: LessThan(now), flow: Not(IsNull()) }, { flow: null });
    });
  }
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
