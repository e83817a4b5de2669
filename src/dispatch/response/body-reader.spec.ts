import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/index.js';
import { BufferMemory } from '../../egress/index.js';
import { Metrics } from '../../metrics/index.js';
import { Workers } from '../../workers/index.js';
import type { CallLimits } from '../call-limits.js';
import { BodyReader } from './body-reader.js';
import { encodeFiles } from './encode-files.js';
import { readText } from './read-text.js';
import type { TextBody } from './text-body.js';

const SECRET = 'canary-key-5b0c9a7e21';
const KIB = 1024;
const memory = new BufferMemory(readSettings({}), new Metrics());

let workers: Workers;
let reader: BodyReader;

beforeAll(() => {
  workers = new Workers();
  reader = new BodyReader(workers);
});

afterAll(() => workers.onModuleDestroy());

const limitsOf = (tenant = 'one', signal?: AbortSignal): CallLimits => {
  return { deadline: Number.POSITIVE_INFINITY, memory: memory.openCall(tenant), ...(signal && { signal }) };
};

const textBody = (bytes: string | Buffer, contentType: string, isTruncated = false): TextBody => {
  return { bytes: Buffer.from(bytes as string), contentType, isTruncated, maxCharacters: 200_000, secrets: [SECRET] };
};

const textOf = (kibibytes: number) => textBody('x'.repeat(kibibytes * KIB), 'text/plain');

/** Returns whether the bytes of a body were moved to a thread. */
const isMoved = ({ bytes }: TextBody) => bytes.length === 0;

const echo = [SECRET, encodeURIComponent(SECRET), Buffer.from(`u:${SECRET}`).toString('base64')].join(' ');
const withFiles = (...files: unknown[]) => JSON.stringify({ echo, openaiFileResponse: files });
const inline = (content: string) => ({ name: 'a', mime_type: 'image/png', content });
const base64 = Buffer.from(SECRET.repeat(20_000)).toString('base64');
const inLines = base64.replaceAll(/.{76}/g, '$&\r\n');

const BODIES: Record<string, TextBody> = {
  'JSON with files': textBody(withFiles(inline(base64), inline('AAAA'), inline('no base64!')), 'text/json'),
  'JSON with base64 in lines': textBody(withFiles(inline(inLines)), 'application/json'),
  'truncated JSON with files': textBody(withFiles(inline(base64)).slice(0, 400_000), 'application/json', true),
  'JSON without files': textBody(
    JSON.stringify({ echo, rows: Array.from({ length: 80_000 }, () => 1) }),
    'application/json',
  ),
  'JSON that is too long': textBody(JSON.stringify({ echo, rows: Array(120_000).fill(1), next: 2 }), 'text/json'),
  'truncated JSON': textBody(JSON.stringify({ echo, rows: Array(90_000).fill(1) }).slice(0, -90), 'text/json', true),
  'JSON with bounds': {
    ...textBody(JSON.stringify({ echo, rows: Array(90_000).fill('x') }), 'text/json'),
    bounds: { keep: ['/rows'], drop: ['/rows/5'], maxItems: 30_000 },
  },
  'JSON that is nested too deeply': textBody('['.repeat(190_000), 'application/json'),
  'text that is too long': textBody(`${echo} é `.repeat(10_000), 'text/plain'),
  'text in UTF-16': textBody(Buffer.from(`\uFEFF${echo}`.repeat(4000), 'utf16le'), 'text/plain'),
  'text in windows-1252': textBody(Buffer.from(`${echo}\x80`.repeat(4000), 'latin1'), 'text/html; charset=latin1'),
};

describe('a large body', () => {
  it.each(Object.entries(BODIES))('is read in a thread as it is on the main thread: %s', async (_, body) => {
    const expected = await readText(body);
    expect(JSON.stringify(expected.body)).not.toContain(SECRET);
    expect(await reader.readText(body, limitsOf())).toEqual(expected);
    expect(isMoved(body)).toBe(true);
  });

  it('has files that are redacted and encoded in a thread as they are on the main thread', async () => {
    const files = () => [Buffer.from(`PDF ${SECRET}`.repeat(20_000)), Buffer.from('small'), Buffer.alloc(0)];
    const moved = { files: files(), secrets: [SECRET] };
    const encoded = await reader.encodeFiles(moved, limitsOf());
    const expected = await encodeFiles({ files: files(), secrets: [SECRET] }, (bytes) => bytes.toString('base64'));
    expect(JSON.parse(JSON.stringify(encoded))).toEqual(expected);
    expect(moved.files[0]).toHaveLength(0);
  });

  it('may have files that share a content', async () => {
    const shared = Buffer.alloc(200_000, 1);
    const expected = shared.toString('base64');
    const encoded = await reader.encodeFiles({ files: [shared, shared], secrets: [] }, limitsOf());
    expect(encoded.map((content) => JSON.stringify(content) === JSON.stringify(expected))).toEqual([true, true]);
  });

  it('is read one at a time of a tenant, and those of another tenant do not wait for it', async () => {
    const begun = new Set<string>();
    const read = (name: string, tenant: string) => {
      const body = textOf(200);
      // The body is asked for its bytes twice: for their length, and when it is its turn.
      const get = () => {
        if (isAsked.has(name)) begun.add(name);
        isAsked.add(name);
        return body.bytes;
      };
      return reader.readText(Object.defineProperty({ ...body }, 'bytes', { get }), limitsOf(tenant));
    };
    const isAsked = new Set<string>();
    const reads = [read('first', 'one'), read('second', 'one'), read('third', 'one'), read('other', 'two')];
    await setImmediate();
    expect([...begun]).toEqual(['first', 'other']);
    await Promise.all(reads);
    expect([...begun].slice(2)).toEqual(['second', 'third']);
  });

  it('is not read if its caller disconnects while it waits', async () => {
    const first = reader.readText(textOf(200), limitsOf());
    const leaving = new AbortController();
    const second = reader.readText(textOf(200), limitsOf('one', leaving.signal));
    leaving.abort();
    await expect(second).rejects.toMatchObject({ code: 'upstream_invalid', message: 'the caller has disconnected' });
    await first;
  });
});

describe('a body', () => {
  it('of up to 32 KiB is read on the main thread, however many are read at once', async () => {
    const bodies = Array.from({ length: 20 }, () => textOf(32));
    await Promise.all(bodies.map((body) => reader.readText(body, limitsOf())));
    expect(bodies.some(isMoved)).toBe(false);
  });

  it('of up to 128 KiB is read on the main thread if no other one is, and it is not shortened', async () => {
    const bodies = [textOf(128), textOf(128)] as const;
    await Promise.all(bodies.map((body) => reader.readText(body, limitsOf())));
    expect(bodies.map(isMoved)).toEqual([false, true]);
    const shortened = { ...textOf(64), maxCharacters: 65_535 };
    await reader.readText(shortened, limitsOf());
    expect(isMoved(shortened)).toBe(true);
    const later = textOf(128);
    await reader.readText(later, limitsOf());
    expect(isMoved(later)).toBe(false);
  });
});
