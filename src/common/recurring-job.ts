import type { Logger } from './logger.js';

/** Does something again and again, never twice at once, and lets it finish when the process stops. */
export class RecurringJob {
  private timer?: NodeJS.Timeout;
  private round?: Promise<void>;
  private isWantedAgain = false;
  private stopped = false;

  /** @param pauseMs between the end of one round and the start of the next */
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

  /** Begins a round now, without being waited for. One that is under way may have missed what there is: another follows it. */
  wake(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.isWantedAgain = true;
    this.round ??= this.rounds();
  }

  /** Whether work in progress should come to its end. */
  get isStopping(): boolean {
    return this.stopped;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private async rounds(): Promise<void> {
    while (this.isWantedAgain && !this.stopped) {
      this.isWantedAgain = false;
      await this.once();
    }
    this.round = undefined;
    this.start();
  }

  private async once(): Promise<void> {
    try {
      await this.work();
    } catch (err) {
      this.logger.error({ err, job: this.name }, 'a recurring job failed; it will be tried again');
    }
  }
}
