import { setImmediate } from 'node:timers/promises';

/**
 * Runs one task at a time, in the order of the calls. Each task begins in a turn of the event loop of its own: transactions on SQLite do not
 * wait for I/O, so that those of many requests would otherwise run in a single turn.
 */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const current = this.last.then(task, task);
    // The next task waits for this one, whether it succeeds or fails. Only the caller gets the failure.
    this.last = current.then(
      () => setImmediate(),
      () => setImmediate(),
    );
    return current;
  }
}
