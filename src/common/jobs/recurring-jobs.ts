import { Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import { RecurringJob } from './recurring-job.js';

/** The recurring jobs of every part. They begin when the application is ready, and have ended before the database closes. */
@Injectable()
export class RecurringJobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly jobs: RecurringJob[] = [];

  constructor(private readonly logger: Logger) {}

  /** @param pauseMs between the end of one round and the start of the next */
  add(name: string, pauseMs: number, work: () => Promise<unknown>): RecurringJob {
    const job = new RecurringJob(name, pauseMs, work, this.logger);
    this.jobs.push(job);
    return job;
  }

  onApplicationBootstrap(): void {
    for (const job of this.jobs) job.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.jobs.map((job) => job.stop()));
  }
}
