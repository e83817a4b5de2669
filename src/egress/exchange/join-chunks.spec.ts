import { describe, expect, it } from '@jest/globals';
import { joinChunks } from './join-chunks.js';

const MIB = 1_048_576;
const chunksOf = (sizes: number[]) => sizes.map((size, index) => Buffer.alloc(size, index));

describe('joinChunks', () => {
  it('joins small bodies at once', () => {
    expect(joinChunks([Buffer.from('one, '), Buffer.from('two')], 8)).toEqual(Buffer.from('one, two'));
    expect(joinChunks([Buffer.from('one, ')], 3)).toEqual(Buffer.from('one'));
    expect(joinChunks([], 0)).toEqual(Buffer.alloc(0));
  });

  it('joins large bodies a megabyte in each turn of the event loop', async () => {
    const chunks = chunksOf(Array.from({ length: 80 }, (_, index) => 60_000 + index));
    let turns = 0;
    const count = (): void => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const joined = await joinChunks(chunks, 4.5 * MIB);
    clearImmediate(next);
    expect(joined.equals(Buffer.concat(chunks, 4.5 * MIB))).toBe(true);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
