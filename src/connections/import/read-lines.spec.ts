import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readLines, type BodyLimits, type Line } from './read-lines.js';

const LIMITS: BodyLimits = { bytes: 1000, lineBytes: 20 };

/** Reads a body that arrives in these chunks. */
async function read(chunks: (string | Uint8Array)[], limits = LIMITS): Promise<Line[]> {
  const lines: Line[] = [];
  for await (const line of readLines(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), limits))
    lines.push(line);
  return lines;
}

const textsOf = (lines: Line[]) => lines.map(({ bytes }) => bytes?.toString());

describe('readLines', () => {
  it('splits a body at line feeds and numbers the lines from 1', async () => {
    expect(await read(['a\n\nb'])).toEqual([
      { number: 1, bytes: Buffer.from('a') },
      { number: 2, bytes: Buffer.from('') },
      { number: 3, bytes: Buffer.from('b') },
    ]);
  });

  it('finds the same lines however the body is cut into chunks', async () => {
    const anyText = fc
      .array(fc.constantFrom('a', 'é', '😀', '\n', '\r'), { maxLength: 40 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(anyText, fc.array(fc.nat(80)), async (text, cuts) => {
        const bytes = Buffer.from(text);
        const places = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(textsOf(await read(chunks, { bytes: 1000, lineBytes: 1000 }))).toEqual(text.split('\n'));
      }),
    );
  });

  it('returns a line that is too long without its content, and the lines after it', async () => {
    const long = 'x'.repeat(15);
    expect(textsOf(await read([long, long, '\nb\n', 'y'.repeat(20)]))).toEqual([undefined, 'b', 'y'.repeat(20)]);
  });

  it('rejects a body that is too large before the rest of it arrives', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.from('line\n');
      })(),
    );
    const reading = async () => {
      for await (const line of readLines(endless, LIMITS)) expect(line.number).toBeLessThan(300);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'request_too_large' });
    // The connection is not closed before the response.
    expect(endless.destroyed).toBe(false);
    endless.destroy();
  });

  it('fails with `request_timeout` if the body breaks off', async () => {
    const broken = Readable.from(
      (function* () {
        yield Buffer.from('a\n');
        throw new Error('aborted');
      })(),
    );
    const reading = async () => {
      for await (const line of readLines(broken, LIMITS)) expect(line.number).toBe(1);
    };
    await expect(reading()).rejects.toMatchObject({ code: 'request_timeout' });
  });
});
