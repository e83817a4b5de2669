import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '../logging/logger.js';
import { HeldWrites, NotWrittenError } from './held-writes.js';

/** Rounds that take hours with the usual pauses. */
const MANY_ROUNDS = 100;

const HOUR_MS = 3_600_000;

let isBroken: boolean;
let attempts: string[];
let sizes: number[];
let prepared: string[][];
let writes: HeldWrites<string>;

beforeEach(() => {
  isBroken = true;
  attempts = [];
  sizes = [];
  prepared = [];
  writes = new HeldWrites({
    name: 'tokens',
    logger: createLogger('info', { write: () => undefined }),
    backoff: { firstMs: 1, maxMs: 1 },
    onSize: (size) => void sizes.push(size),
    prepare: async (items) => {
      prepared.push(items);
      if (isBroken) throw new Error('still down');
    },
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 1));
}

const down = new Error('down');

/** Holds a write that stores a name. */
function held(name: string, isPoison = false): Promise<string> {
  const write = async () => {
    attempts.push(name);
    if (isPoison) throw new Error('refused');
    return `${name} stored`;
  };
  return writes.hold(name, write, down);
}

describe('held writes', () => {
  it('are retried for as long as it takes, and return what the write returned', async () => {
    const both = Promise.all([held('a'), held('b')]);
    await until(() => prepared.length > MANY_ROUNDS);
    expect(attempts).toEqual([]);
    expect(writes.items).toEqual(['a', 'b']);
    isBroken = false;
    expect(await both).toEqual(['a stored', 'b stored']);
    expect(attempts).toEqual(['a', 'b']);
    expect(sizes).toEqual([1, 2, 1, 0]);
  });

  it('tell the latest error until a write succeeds', async () => {
    const a = held('a');
    expect(writes.lastError).toBe(down);
    await until(() => prepared.length > 0);
    expect(writes.lastError).toEqual(new Error('still down'));
    isBroken = false;
    await a;
    expect(writes.lastError).toBeUndefined();
  });

  it('are stored although another one is refused, which is kept', async () => {
    isBroken = false;
    held('refused', true).catch(() => undefined);
    const b = held('b');
    expect(await b).toBe('b stored');
    await until(() => attempts.length > MANY_ROUNDS);
    expect(writes.items).toEqual(['refused']);
    await expect(writes.close(0)).rejects.toThrow(NotWrittenError);
  });
});

describe('closing held writes', () => {
  it('waits for their success', async () => {
    const a = held('a');
    const closing = writes.close(HOUR_MS);
    await until(() => prepared.length > MANY_ROUNDS);
    isBroken = false;
    await closing;
    expect(await a).toBe('a stored');
  });

  it('reports how many are lost after the timeout, and holds no others', async () => {
    const a = held('a');
    const b = held('b');
    const results = Promise.allSettled([a, b]);
    await expect(writes.close(20)).rejects.toThrow('2 tokens could not be stored before the process stopped');
    expect((await results).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(held('c')).rejects.toThrow(NotWrittenError);
  });

  it('takes no time if nothing is held', async () => {
    await expect(writes.close(HOUR_MS)).resolves.toBeUndefined();
  });
});
