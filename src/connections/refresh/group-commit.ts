import { CountersignError } from '../../common/index.js';

/** How items are stored. */
export interface Storing<T, R> {
  /** In one transaction: all of them, or it throws and none is. */
  together(items: T[]): Promise<R[]>;
  alone(item: T): Promise<R>;
}

interface Member<T, R> {
  item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** How many share one transaction at the most: it should not hold its locks for long. */
const MOST = 64;

/** How long a group waits for more, where the last had company: one commit for many saves more than the wait costs. */
const GATHER_MS = 5;

/**
 * Stores together what arrives while a transaction is under way: what costs most about a small transaction is its commit, which has to
 * reach the disk. Whoever stores something waits for that commit.
 */
export class GroupCommit<T, R> {
  private readonly waiting: Member<T, R>[] = [];
  private isStoring = false;
  /** Whether the last group had company. */
  private isBusy = false;

  constructor(private readonly storing: Storing<T, R>) {}

  /** Where the group that the item is in cannot be stored, each of it is tried alone. @throws what storing it alone throws */
  store(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.isStoring) void this.storeAll();
    });
  }

  private async storeAll(): Promise<void> {
    this.isStoring = true;
    while (this.waiting.length > 0) {
      await this.gather();
      const group = this.waiting.splice(0, MOST);
      this.isBusy = group.length > 1;
      await this.storeGroup(group);
    }
    this.isStoring = false;
  }

  /** All that comes of what has been read from the network by now is to be in the next group, and where it comes thick and fast, more. */
  private async gather(): Promise<void> {
    if (this.isBusy && this.waiting.length < MOST) await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    await new Promise((resolve) => setImmediate(resolve));
  }

  private async storeGroup(group: Member<T, R>[]): Promise<void> {
    if (group.length === 1) return this.storeEach(group);
    try {
      const results = await this.storing.together(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as R);
    } catch (error) {
      // What would be the same for each need not be tried with each.
      if (isDown(error)) for (const { reject } of group) reject(error);
      else await this.storeEach(group);
    }
  }

  private async storeEach(group: Member<T, R>[]): Promise<void> {
    for (const { item, resolve, reject } of group) await this.storing.alone(item).then(resolve, reject);
  }
}

function isDown(error: unknown): boolean {
  return error instanceof CountersignError && error.code === 'unavailable';
}
