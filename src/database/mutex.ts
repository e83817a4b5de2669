/** One at a time, in the order of asking. */
export class Mutex {
  private last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work, work);
    // The next in line waits for the end of this one, whichever way it ends; whoever asked for it gets the failure.
    this.last = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }
}
