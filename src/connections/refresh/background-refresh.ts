import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock, Logger, RecurringJobs, type RecurringJob } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Connection } from '../connection.entity.js';
import { DueList, type DueConnection } from './due-list.js';
import { Lanes } from './lanes.js';
import { RefreshLease } from './lease.js';
import { Refresher } from './refresher.js';
import { Registrations } from './registrations.js';
import { Rests } from './rests.js';
import { UnusableConnectionError } from './unusable-connection.error.js';

/** Some 250 bytes each wait in memory; what has no place is found again in the next round. */
const LIMITS = { perHost: 8, inAll: 64, waiting: 20_000 };

/** How long places that are free wait for others, so that what is taken next is taken together. */
const GATHER_MS = 10;

/** How often a row that somebody else is just writing to is tried to be taken; the next round finds it again. */
const MOST_TRIES = 5;

interface DueErrand extends DueConnection {
  host: string;
  tries: number;
}

/**
 * Renews tokens before anybody waits for them, and those of users who are away before their refresh tokens lapse.
 *
 * Each round puts what is due into the lanes of the hosts, which are worked off beside: a round waits for no provider. Replicas share
 * the list, and divide it among themselves when they take the leases.
 */
@Injectable()
export class BackgroundRefresh implements BeforeApplicationShutdown {
  private readonly lanes = new Lanes<DueErrand>(LIMITS);
  private readonly rests = new Rests();
  private readonly job: RecurringJob;
  private isStarting = false;
  private whenIdle: (() => void)[] = [];

  constructor(
    private readonly dueList: DueList,
    private readonly registrations: Registrations,
    private readonly lease: RefreshLease,
    private readonly refresher: Refresher,
    private readonly clock: Clock,
    private readonly logger: Logger,
    settings: Settings,
    jobs: RecurringJobs,
  ) {
    this.job = jobs.add('background refresh', settings.refresh.intervalMs, () => this.findDue());
  }

  /** Begins nothing more, and waits for what has begun. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.job.stop();
    this.lanes.clear();
    await this.idle();
  }

  /** Renews what is due now, and waits until all of it has had its turn. @returns how many that were */
  async renewDue(): Promise<number> {
    const count = await this.findDue();
    await this.idle();
    return count;
  }

  private async findDue(): Promise<number> {
    let count = 0;
    for await (const page of this.dueList.pages()) {
      for (const due of page) {
        if (this.job.isStopping) return count;
        if (this.lanes.add({ ...due, host: await this.hostOf(due), tries: 1 })) count++;
      }
      this.start();
    }
    return count;
  }

  /** A connection without one is found to be unusable when its turn comes, in a lane of its own kind. */
  private hostOf(due: DueConnection): Promise<string> {
    return this.registrations.hostOf(due).catch((error: unknown) => {
      if (error instanceof UnusableConnectionError) return '';
      throw error;
    });
  }

  private start(): void {
    if (this.isStarting) return;
    this.isStarting = true;
    this.startAll()
      .catch((err: unknown) => {
        this.logger.error({ err }, 'what is due could not be taken; the next round tries again');
        this.lanes.clear();
      })
      .finally(() => {
        this.isStarting = false;
        this.noteIdle();
      });
  }

  /** As long as there is room. What ends meanwhile makes room for what is taken next, together. */
  private async startAll(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      const turns = this.lanes.next();
      if (turns.length === 0) return;
      await this.startTurns(turns);
    }
  }

  private async startTurns(turns: DueErrand[]): Promise<void> {
    const now = this.clock.now();
    const wanted = turns.filter(({ actionId }) => !this.rests.isResting(actionId, now));
    const rows = new Map<string, Connection>();
    let again = new Set<string>();
    try {
      if (wanted.length > 0) {
        const { taken, passedOver } = await this.lease.takeDue(wanted);
        for (const row of taken) rows.set(row.id, row);
        again = passedOver;
      }
    } finally {
      for (const errand of turns) {
        const row = rows.get(errand.id);
        if (row) void this.renew(errand, row);
        else this.lanes.done(errand);
        if (again.has(errand.id) && errand.tries < MOST_TRIES) this.lanes.add({ ...errand, tries: errand.tries + 1 });
      }
    }
  }

  private async renew(errand: DueErrand, row: Connection): Promise<void> {
    try {
      const result = await this.refresher.renew(row);
      const isServed = result === 'renewed' || result === 'refused';
      const isInTrouble = result === 'unavailable' || result === 'unreadable';
      if (isServed || isInTrouble) this.rests.note(errand.actionId, isInTrouble, this.clock.now());
    } catch (err) {
      // One row that cannot be renewed must not keep the others from it.
      this.logger.error({ err, connection_id: row.id }, 'a connection could not be renewed in the background');
    }
    this.lanes.done(errand);
    this.start();
  }

  private idle(): Promise<void> {
    return new Promise((resolve) => {
      this.whenIdle.push(resolve);
      this.noteIdle();
    });
  }

  private noteIdle(): void {
    if (this.isStarting || !this.lanes.isIdle) return;
    for (const resolve of this.whenIdle.splice(0)) resolve();
  }
}
