import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { In, IsNull, Not, type FindOptionsWhere } from 'typeorm';
import { Action } from '../../actions/index.js';
import { Clock, RecurringJobs, toPage, type RecurringJob } from '../../common/index.js';
import { Database, isFreeAt, type TenantStore } from '../../database/index.js';
import { Connection } from '../store/connection.entity.js';
import { isSuperseded } from '../store/epochs.js';
import { closeIfDone } from './store/item-counts.js';
import { Revocation } from './store/revocation.entity.js';
import { clientOf, connectionsOf, Revoker, type RevocationScope } from './revoker.js';

/** Connections per transaction. */
export const CHUNK_SIZE = 500;

/** Interval of the search for revocations whose process ended before all rows were. */
const SEARCH_MS = 5000;

/** Delay after a decision, so that its transaction has been committed. */
const DELAY_MS = 50;

/** How long another process waits before it continues a revocation. Each chunk renews the lease. */
const LEASE_MS = 30_000;

const POLL_INTERVAL_MS = 100;

type Selection = FindOptionsWhere<Connection>;

/** Ends connections in chunks, so that no transaction holds many rows: those that an epoch has ended, and those of a filter. */
@Injectable()
export class RevocationChunks {
  private readonly job: RecurringJob;
  private readonly following = new Set<Promise<void>>();
  private onEnded: () => void = () => undefined;

  constructor(
    private readonly database: Database,
    private readonly revoker: Revoker,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    this.job = jobs.add('revocation chunks', SEARCH_MS, () => this.followAll());
  }

  /** Registers what runs when a revocation has items for its providers. */
  afterEach(listener: () => void): void {
    this.onEnded = listener;
  }

  /** Starts following a revocation whose transaction is about to be committed. */
  wake(): void {
    this.job.wakeWithin(DELAY_MS);
  }

  /** Follows every revocation that no other process follows, and waits for those that this process follows already. */
  async followAll(): Promise<void> {
    const where = { pendingScopeId: Not(IsNull()), leaseUntil: isFreeAt(this.clock.now()) };
    const select = { tenantId: true, id: true } as const;
    const pending = await this.database.read((manager) =>
      manager.find(Revocation, { where, order: { createdAt: 'ASC' }, select }),
    );
    for (const { tenantId, id } of pending) {
      if (this.job.isStopping) return;
      await this.follow(tenantId, id);
    }
    await Promise.allSettled(this.following);
  }

  /**
   * Ends the rows of the connections that a revocation has ended. Does nothing if another process does it; if this process fails, another one
   * continues after the lease.
   */
  async follow(tenantId: string, id: string): Promise<void> {
    const work = this.followOnce(tenantId, id);
    this.following.add(work);
    await work.finally(() => this.following.delete(work));
  }

  private async followOnce(tenantId: string, id: string): Promise<void> {
    const tenant = this.database.tenant(tenantId);
    const free = { id, pendingScopeId: Not(IsNull()), leaseUntil: isFreeAt(this.clock.now()) };
    const leaseUntil = this.leaseEnd();
    if ((await tenant.write((store) => store.update(Revocation, free, { leaseUntil }))) === 0) return;
    const revocation = await tenant.read((store) => store.get(Revocation, { id }, 'revocation'));
    for (const actionId of await tenant.read((store) => actionsOf(store, revocation))) {
      const select = () => ({ actionId, tokens: Not(IsNull()), epoch: isSuperseded() });
      await this.eachChunk(tenantId, select, (store, chunk) => this.endChunk(store, revocation, actionId, chunk));
    }
    await tenant.write(async (store) => {
      const done = { pendingScopeId: null, leaseUntil: null, authSettings: null, authSecrets: null };
      await store.update(Revocation, { id }, done);
      await closeIfDone(store, id, this.clock.now());
    });
    this.onEnded();
  }

  /** Waits until the rows of all connections are ended that revocations of these tenants, GPTs and actions have ended. */
  async settle(tenantId: string, scopeIds: readonly string[]): Promise<void> {
    const tenant = this.database.tenant(tenantId);
    const where = { pendingScopeId: In([...scopeIds]) };
    for (;;) {
      const pending = await tenant.read((store) => store.find(Revocation, where, { select: { id: true } }));
      if (pending.length === 0) return;
      for (const { id } of pending) await this.follow(tenantId, id);
      await pause(POLL_INTERVAL_MS);
    }
  }

  /** Ends the connections of a filter. After a crash, the rest is not ended: the caller got no response. */
  async endSelected(tenantId: string, revocationId: string, scope: RevocationScope): Promise<void> {
    const select = (store: TenantStore) => connectionsOf(store, scope);
    await this.eachChunk(tenantId, select, (store, chunk) => this.revoker.end(store, revocationId, chunk));
    await this.database.tenant(tenantId).write((store) => closeIfDone(store, revocationId, this.clock.now()));
  }

  /** Deletes connections. */
  async deleteRows(tenantId: string, selected: Selection): Promise<void> {
    await this.eachChunk(
      tenantId,
      () => selected,
      (store, chunk) => store.delete(Connection, chunk),
    );
  }

  /** Works on connections in the order of their creation, with a transaction for each chunk. */
  private async eachChunk(
    tenantId: string,
    select: (store: TenantStore) => Selection,
    work: (store: TenantStore, chunk: Selection) => Promise<unknown>,
  ): Promise<void> {
    const tenant = this.database.tenant(tenantId);
    for (let cursor: string | undefined; ;) {
      const page = { limit: CHUNK_SIZE, cursor };
      const rows = await tenant.read((store) => store.page(Connection, select(store), page));
      const { data: ids, next_cursor: next } = toPage(rows, CHUNK_SIZE, ({ id }) => id);
      if (ids.length > 0) await tenant.write((store) => work(store, { ...select(store), id: In(ids) }));
      if (next === null) return;
      cursor = next;
    }
  }

  /** Ends a chunk of an action's connections, and renews the lease. */
  private async endChunk(
    store: TenantStore,
    revocation: Revocation,
    actionId: string,
    chunk: Selection,
  ): Promise<void> {
    const { id } = revocation;
    await store.update(Revocation, { id }, { leaseUntil: this.leaseEnd() });
    const client = clientOf(revocation) ?? (await store.findOne(Action, { id: actionId }));
    // Connections of another binding version were made with another client, which the revocation of that change has.
    if (client) await this.revoker.end(store, id, { ...chunk, bindingVersion: client.bindingVersion }, client);
  }

  private leaseEnd(): Date {
    return this.clock.in(LEASE_MS);
  }
}

/** Returns the actions with connections that an epoch has ended, in the scope of a revocation. */
async function actionsOf(store: TenantStore, { scope }: Revocation): Promise<string[]> {
  if ('action_id' in scope) return [String(scope.action_id)];
  const where = { ...('gpt_id' in scope && { gptId: String(scope.gpt_id) }), tokens: Not(IsNull()) };
  const groups = await store.countGroups(Connection, ['actionId'], { ...where, epoch: isSuperseded() });
  return groups.map(({ actionId }) => actionId);
}
