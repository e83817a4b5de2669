import type { EntityManager } from 'typeorm';
import { CountersignError } from '../../common/index.js';
import type { Database } from '../../database/index.js';

type Work<T> = (manager: EntityManager) => Promise<T>;

interface Member {
  work: Work<unknown>;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** How many works share one transaction at the most: it should not hold its locks for long. */
const MOST = 64;

/**
 * Puts works that arrive while a transaction is under way into the next one, together: what costs most about a small transaction is its
 * commit, which has to reach the disk. Who waits for a work waits for that commit.
 */
export class GroupCommit {
  private waiting: Member[] = [];
  private isWriting = false;

  constructor(private readonly database: Database) {}

  /**
   * Does `work` in a transaction that may have others' works in it. Where one of them fails, each is done again in one of its own.
   *
   * @throws as {@link Database.write} does
   */
  write<T>(work: Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve: resolve as Member['resolve'], reject });
      if (!this.isWriting) void this.writeAll();
    });
  }

  private async writeAll(): Promise<void> {
    this.isWriting = true;
    while (this.waiting.length > 0) {
      // All that comes of what has been read from the network by now is to be in it.
      await new Promise((resolve) => setImmediate(resolve));
      const group = this.waiting.splice(0, MOST);
      await this.writeGroup(group).catch((error: unknown) => this.writeEach(group, error));
    }
    this.isWriting = false;
  }

  private async writeGroup(group: Member[]): Promise<void> {
    const values = await this.database.write(async (manager) => {
      const done: unknown[] = [];
      for (const { work } of group) done.push(await work(manager));
      return done;
    });
    for (const [index, { resolve }] of group.entries()) resolve(values[index]);
  }

  private async writeEach(group: Member[], error: unknown): Promise<void> {
    const isDown = error instanceof CountersignError && error.code === 'unavailable';
    for (const member of group) {
      if (isDown || group.length === 1) member.reject(error);
      else await this.database.write(member.work).then(member.resolve, member.reject);
    }
  }
}
