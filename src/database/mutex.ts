/** Runs one task at a time, in the order of the calls. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const current = this.last.then(task, task);
    // The next task waits for this one, whether it succeeds or fails. Only the caller gets the failure.
    this.last = current.then(
      () => undefined,
      () => undefined,
    );
    return current;
  }
}
