import type { Logger } from '../logging/logger.js';

/** Runs a function repeatedly, never concurrently with itself. Stopping waits for the run in progress. */
export class RecurringJob {
  private timer?: NodeJS.Timeout;
  private running?: Promise<void>;
  private isRunRequested = false;
  private stopped = false;

  /** @param pauseMs time between the end of one run and the start of the next */
  constructor(
    private readonly name: string,
    private readonly pauseMs: number,
    private readonly work: () => Promise<unknown>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.wake(), this.pauseMs);
    this.timer.unref();
  }

  /** Starts a run now. If one is in progress, another follows it, because the current one may have missed new work. */
  wake(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.isRunRequested = true;
    this.running ??= this.runWhileRequested();
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

  private async runWhileRequested(): Promise<void> {
    while (this.isRunRequested && !this.stopped) {
      this.isRunRequested = false;
      await this.runOnce();
    }
    this.running = undefined;
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
