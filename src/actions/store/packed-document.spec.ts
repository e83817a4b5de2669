import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { pack } from './packed-document.js';

/** The size of a MySQL `text` column. */
const TEXT_BYTES = 65_535;

const unpacked = (parts: string[]) =>
  gunzipSync(Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')))).toString();

describe('a packed document', () => {
  it.each([
    ['small', '{"openapi":"3.1.0"}', 1],
    ['empty', '', 1],
    ['large and repetitive', JSON.stringify(Array(100_000).fill('täglich')), 1],
    ['random, in several parts', randomBytes(200_000).toString('base64'), 5],
  ])('is restored unchanged: %s', async (_, text, count) => {
    const parts = await pack(text);
    expect(parts).toHaveLength(count);
    expect(unpacked(parts)).toBe(text);
  });

  it('has only parts that fit their column', async () => {
    const parts = await pack(randomBytes(1_000_000).toString('base64'));
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(TEXT_BYTES);
  });

  it('is compressed', async () => {
    const [part] = await pack('a'.repeat(100_000));
    expect(part?.length).toBeLessThan(1000);
  });
});
