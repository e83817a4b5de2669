import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { In } from 'typeorm';
import { Cluster } from '../cluster/index.js';
import { Clock, RecurringJobs, type RecurringJob, type TenantCaller } from '../common/index.js';
import { Database } from '../database/index.js';
import { isOpen, statusAt } from './flow/sign-in-status.js';
import { SignIn } from './flow/sign-in.entity.js';
import { VIEWED_COLUMNS, type ViewedSignIn } from './sign-ins.dto.js';
import { WaitSlots } from './wait-slots.js';

/** Interval for detecting changes that other replicas made without a cluster message, and expiries. */
const POLL_INTERVAL_MS = 1000;

/** Maximum number of ids in one statement; SQLite accepts 32,766. */
const MAX_IDS = 10_000;

/** A sign-in that requests wait for. */
interface Watched {
  /** As last read; `undefined` if it was deleted. */
  latest: ViewedSignIn | undefined;
  /** End the waits of the requests. */
  readonly waits: Set<() => void>;
}

/**
 * Watches open sign-ins for the requests that wait for their end.
 *
 * However many requests wait, all their sign-ins are read together, once a second. A sign-in is also read when the cluster reports its change.
 */
@Injectable()
export class SignInWatch implements BeforeApplicationShutdown {
  private readonly watched = new Map<string, Watched>();
  /** Watched sign-ins that were reported as changed and not read since. */
  private readonly changed = new Set<string>();
  private readonly slots = new WaitSlots();
  private readonly stopping = new AbortController();
  private readonly job: RecurringJob;
  private lastReadOfAll = 0;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    cluster: Cluster,
    jobs: RecurringJobs,
  ) {
    this.job = jobs.add('watched sign-ins', POLL_INTERVAL_MS, () => this.readDue());
    cluster.on('sign-in', (id) => this.onChanged(id));
  }

  /** Ends all waits so that the process can stop. */
  beforeApplicationShutdown(): void {
    this.stopping.abort();
  }

  /** The number of sign-ins that requests wait for. */
  get size(): number {
    return this.watched.size;
  }

  /**
   * Waits for the end of an open sign-in; not at all if too many requests of the caller's key or tenant wait already.
   *
   * @param signals end the wait early
   * @returns the sign-in as last read; `undefined` if it was deleted
   */
  async waitForEnd(
    signIn: ViewedSignIn,
    caller: TenantCaller,
    signals: readonly AbortSignal[],
  ): Promise<ViewedSignIn | undefined> {
    const all = [...signals, this.stopping.signal];
    if (all.some(({ aborted }) => aborted)) return signIn;
    const free = this.slots.take(caller);
    if (!free) return signIn;
    const watched = this.watched.get(signIn.id) ?? { latest: signIn, waits: new Set() };
    this.watched.set(signIn.id, watched);
    await new Promise<void>((resolve) => {
      const end = () => {
        watched.waits.delete(end);
        if (watched.waits.size === 0 && this.watched.get(signIn.id) === watched) this.watched.delete(signIn.id);
        for (const signal of all) signal.removeEventListener('abort', end);
        resolve();
      };
      watched.waits.add(end);
      for (const signal of all) signal.addEventListener('abort', end);
    });
    free();
    return watched.latest;
  }

  private onChanged(id: string): void {
    if (!this.watched.has(id)) return;
    this.changed.add(id);
    this.job.wake();
  }

  /** Reads the changed sign-ins, and all of them if a second has passed: changes must not delay the others. */
  private async readDue(): Promise<void> {
    const now = this.clock.now();
    const isDue = this.changed.size === 0 || now.getTime() - this.lastReadOfAll >= POLL_INTERVAL_MS;
    const ids = [...(isDue ? this.watched.keys() : this.changed)];
    this.changed.clear();
    if (isDue) this.lastReadOfAll = now.getTime();
    if (ids.length === 0) return;
    const rows = new Map((await this.readAll(ids)).map((row) => [row.id, row]));
    for (const id of ids) this.update(id, rows.get(id), now);
  }

  private readAll(ids: string[]): Promise<ViewedSignIn[]> {
    return this.database.read(async (manager) => {
      const rows: ViewedSignIn[] = [];
      for (let start = 0; start < ids.length; start += MAX_IDS) {
        const where = { id: In(ids.slice(start, start + MAX_IDS)) };
        rows.push(...(await manager.find(SignIn, { where, select: VIEWED_COLUMNS })));
      }
      return rows;
    });
  }

  private update(id: string, row: ViewedSignIn | undefined, now: Date): void {
    const watched = this.watched.get(id);
    if (!watched) return;
    watched.latest = row;
    if (row && isOpen(statusAt(row, now))) return;
    for (const end of watched.waits) end();
  }
}
