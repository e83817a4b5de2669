import { describe, expect, it } from '@jest/globals';
import { CountersignError } from '../../common/index.js';
import { GroupCommit } from './group-commit.js';

/** Notes the groups that it is given; `bad` ones cannot be stored. */
function storing({ bad = [], error = new Error('broken') }: { bad?: string[]; error?: Error } = {}) {
  const groups: string[][] = [];
  const store = async (items: string[]) => {
    groups.push(items);
    await new Promise((resolve) => setImmediate(resolve));
    if (items.some((item) => bad.includes(item))) throw error;
    return items.map((item) => item.toUpperCase());
  };
  const commit = new GroupCommit<string, string>({
    together: store,
    alone: async (item) => (await store([item]))[0] ?? '',
  });
  return { commit, groups };
}

const letters = (count: number) => Array.from({ length: count }, (_, index) => `i${index}`);

describe('a group commit', () => {
  it('stores what comes together in one, and tells each its own result', async () => {
    const { commit, groups } = storing();
    expect(await Promise.all(['a', 'b', 'c'].map((item) => commit.store(item)))).toEqual(['A', 'B', 'C']);
    expect(groups).toEqual([['a', 'b', 'c']]);
  });

  it('puts what comes while one is under way into the next', async () => {
    const { commit, groups } = storing();
    const first = commit.store('a');
    await new Promise((resolve) => setImmediate(resolve));
    const others = [commit.store('b'), commit.store('c')];
    await Promise.all([first, ...others]);
    expect(groups).toEqual([['a'], ['b', 'c']]);
  });

  it('waits for more where the last group had company, and not for one alone', async () => {
    const { commit, groups } = storing();
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

  it('is not larger than a transaction should be', async () => {
    const { commit, groups } = storing();
    await Promise.all(letters(150).map((item) => commit.store(item)));
    expect(groups.map((group) => group.length)).toEqual([64, 64, 22]);
  });

  it('lets each fail alone', async () => {
    const { commit } = storing({ bad: ['b'] });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => commit.store(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await commit.store('d')).toBe('D');
  });

  it('does not ask a database that is gone once more for each', async () => {
    const { commit, groups } = storing({ bad: ['a'], error: new CountersignError('unavailable', 'gone') });
    const results = await Promise.allSettled(['a', 'b', 'c'].map((item) => commit.store(item)));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(groups).toHaveLength(1);
  });
});
