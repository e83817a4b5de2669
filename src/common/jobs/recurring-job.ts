import { AsyncResource } from 'node:async_hooks';
import type { Logger } from '../logging/logger.js';

/** Runs a function repeatedly, never concurrently with itself. Stopping waits for the run in progress. */
export class RecurringJob {
  /** The context of every run: not that of a transaction which has asked for the run. */
  private readonly context = new AsyncResource('RecurringJob');
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private isRunRequested = false;
  private isRunning = false;
  private nextPauseMs: number;
  /** When the next run starts, on the monotonic clock. */
  private dueAt = Infinity;
  private stopped = false;

  /** @param pauseMs time between the end of one run and the start of the next */
  constructor(
    private readonly name: string,
    private readonly pauseMs: number,
    private readonly work: () => Promise<unknown>,
    private readonly logger: Logger,
  ) {
    this.nextPauseMs = pauseMs;
  }

  start(): void {
    if (this.stopped) return;
    this.schedule(this.nextPauseMs);
    this.nextPauseMs = this.pauseMs;
  }

  /** Starts a run now. If one is in progress, another follows it, because the current one may have missed new work. */
  wake(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.isRunRequested = true;
    this.running ??= this.runWhileRequested();
  }

  /** Starts the next run after `delayMs`, unless it starts earlier. Called during a run, it shortens the pause after it. */
  wakeWithin(delayMs: number): void {
    if (this.stopped) return;
    if (this.isRunning) this.nextPauseMs = Math.min(this.nextPauseMs, delayMs);
    else if (performance.now() + delayMs < this.dueAt) this.schedule(delayMs);
  }

  /** Whether work in progress should end early. */
  get isStopping(): boolean {
    return this.stopped;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(delayMs: number): void {
    clearTimeout(this.timer);
    this.dueAt = performance.now() + delayMs;
    this.timer = this.context.runInAsyncScope(() => setTimeout(() => this.wake(), delayMs));
    this.timer.unref();
  }

  private async runWhileRequested(): Promise<void> {
    this.isRunning = true;
    while (this.isRunRequested && !this.stopped) {
      this.isRunRequested = false;
      await this.runOnce();
    }
    this.running = undefined;
    this.isRunning = false;
    this.start();
  }

  private async runOnce(): Promise<void> {
    try {
      await this.work();
    } catch (err) {
      this.logger.error({ err, job: this.name }, 'recurring job failed; retrying after its pause');
    }
  }
}
