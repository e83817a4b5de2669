import { describe, expect, it } from '@jest/globals';
import { CountersignError } from '../errors/countersign-error.js';
import { GroupCommit } from './group-commit.js';

/** A group commit that records its groups. Items in `failing` cannot be stored. */
function groupCommit({ failing = [], error = new Error('broken') }: { failing?: string[]; error?: Error } = {}) {
  const groups: string[][] = [];
  const store = async (items: string[]) => {
    groups.push(items);
    await new Promise((resolve) => setImmediate(resolve));
    if (items.some((item) => failing.includes(item))) throw error;
    return items.map((item) => item.toUpperCase());
  };
  const commit = new GroupCommit<string, string>({
    storeAll: store,
    storeOne: async (item) => (await store([item]))[0] ?? '',
  });
  return { commit, groups };
}

const letters = (count: number) => Array.from({ length: count }, (_, index) => `i${index}`);

describe('GroupCommit', () => {
  it('stores concurrent items in one group and returns each its own result', async () => {
    const { commit, groups } = groupCommit();
    expect(await Promise.all(['a', 'b', 'c'].map((item) => commit.store(item)))).toEqual(['A', 'B', 'C']);
    expect(groups).toEqual([['a', 'b', 'c']]);
  });

  it('stores items that arrive during a transaction in the next one', async () => {
    const { commit, groups } = groupCommit();
    const first = commit.store('a');
    await new Promise((resolve) => setImmediate(resolve));
    const others = [commit.store('b'), commit.store('c')];
    await Promise.all([first, ...others]);
    expect(groups).toEqual([['a'], ['b', 'c']]);
  });

  it('waits for more items after a group, but not after a single item', async () => {
    const { commit, groups } = groupCommit();
    const tick = () => new Promise((resolve) => setImmediate(resolve));
    await commit.store('a');
    const second = commit.store('b');
    await tick();
    await tick();
    await Promise.all([second, commit.store('c'), commit.store('d')]);
    expect(groups).toEqual([['a'], ['b'], ['c', 'd']]);
    const third = commit.store('e');
    await tick();
    await tick();
    await Promise.all([third, commit.store('f')]);
    expect(groups.at(-1)).toEqual(['e', 'f']);
  });

  it('limits the size of a group', async () => {
    const { commit, groups } = groupCommit();
    await Promise.all(letters(150).map((item) => commit.store(item)));
    expect(groups.map((group) => group.length)).toEqual([64, 64, 22]);
  });

  it('stores each item alone after its group failed', async () => {
    const { commit } = groupCommit({ failing: ['b'] });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => commit.store(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await commit.store('d')).toBe('D');
  });

  it('does not retry each item while the database is unavailable', async () => {
    const { commit, groups } = groupCommit({
      failing: ['a'],
      error: new CountersignError('unavailable', 'the database does not respond'),
    });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => commit.store(item)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(groups).toHaveLength(1);
  });
});
