import { CountersignError } from '../errors/countersign-error.js';

/** Stores items. */
export interface ItemStore<T, R> {
  /** Stores all items in one transaction, or throws and stores none. */
  storeAll(items: T[]): Promise<R[]>;
  storeOne(item: T): Promise<R>;
}

interface Waiting<T, R> {
  item: T;
  resolve(result: R): void;
  reject(error: unknown): void;
}

/** Items in one transaction. A transaction should not hold its locks for long. */
const MAX_GROUP_SIZE = 64;

/** How long to wait for more items while there is load: sharing a commit saves more than the wait costs. */
const GATHER_MS = 5;

/**
 * Stores items that arrive during a transaction together in the next one. The commit, which waits for the disk, is the most expensive part of
 * a small transaction (decision record 16). `store` resolves after the commit.
 */
export class GroupCommit<T, R> {
  private readonly waiting: Waiting<T, R>[] = [];
  private isStoring = false;
  private isUnderLoad = false;

  constructor(private readonly items: ItemStore<T, R>) {}

  /** Stores an item. If its group fails, each item of the group is stored alone. */
  store(item: T): Promise<R> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (!this.isStoring) void this.storeWaiting();
    });
  }

  private async storeWaiting(): Promise<void> {
    this.isStoring = true;
    while (this.waiting.length > 0) {
      await this.gather();
      const group = this.waiting.splice(0, MAX_GROUP_SIZE);
      this.isUnderLoad = group.length > 1;
      await this.storeGroup(group);
    }
    this.isStoring = false;
  }

  /** Waits until the responses that have arrived are processed, and under load for more of them. */
  private async gather(): Promise<void> {
    if (this.isUnderLoad && this.waiting.length < MAX_GROUP_SIZE) {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  private async storeGroup(group: Waiting<T, R>[]): Promise<void> {
    if (group.length === 1) return this.storeEach(group);
    try {
      const results = await this.items.storeAll(group.map(({ item }) => item));
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as R);
    } catch (error) {
      // If the database is unavailable, storing each item alone would fail too.
      if (isUnavailable(error)) for (const { reject } of group) reject(error);
      else await this.storeEach(group);
    }
  }

  private async storeEach(group: Waiting<T, R>[]): Promise<void> {
    for (const { item, resolve, reject } of group) await this.items.storeOne(item).then(resolve, reject);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof CountersignError && error.code === 'unavailable';
}
