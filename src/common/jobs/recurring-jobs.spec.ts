import { expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { RecurringJobs } from './recurring-jobs.js';

const PAUSE_MS = 5;

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

it('recurring jobs start when the application is ready, and are awaited when it stops', async () => {
  const jobs = new RecurringJobs(createLogger('info', { write: () => undefined }));
  const begun = { first: 0, second: 0 };
  const done = { first: 0, second: 0 };
  for (const name of ['first', 'second'] as const) {
    jobs.add(name, PAUSE_MS, async () => {
      begun[name]++;
      await wait(PAUSE_MS * 4);
      done[name]++;
    });
  }
  await wait(PAUSE_MS * 4);
  expect(begun).toEqual({ first: 0, second: 0 });
  jobs.onApplicationBootstrap();
  while (begun.first === 0 || begun.second === 0) await wait(1);
  await jobs.beforeApplicationShutdown();
  expect(done).toEqual(begun);
  await wait(PAUSE_MS * 4);
  expect(done).toEqual(begun);
});
