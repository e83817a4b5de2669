import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/index.js';
import { BufferMemory } from '../../egress/index.js';
import { Metrics } from '../../metrics/index.js';
import { Workers } from '../../workers/index.js';
import type { CallLimits } from '../call-limits.js';
import { encodeFiles } from './encode-files.js';
import { LargeResponses } from './large-responses.js';
import { readText, type TextBody } from './read-text.js';

const SECRET = 'canary-key-5b0c9a7e21';
const memory = new BufferMemory(readSettings({}), new Metrics());

let workers: Workers;
let large: LargeResponses;

beforeAll(() => {
  workers = new Workers();
  large = new LargeResponses(workers);
});

afterAll(() => workers.onModuleDestroy());

const limitsOf = (tenant: string, signal?: AbortSignal): CallLimits => {
  return { deadline: Number.POSITIVE_INFINITY, memory: memory.openCall(tenant), ...(signal && { signal }) };
};

const textBody = (bytes: string | Buffer, contentType: string | null, isTruncated = false): TextBody => {
  return { bytes: Buffer.from(bytes as string), contentType, isTruncated, maxCharacters: 5000, secrets: [SECRET] };
};

const echo = [SECRET, encodeURIComponent(SECRET), Buffer.from(`u:${SECRET}`).toString('base64')].join(' ');
const withFiles = (...files: unknown[]) => JSON.stringify({ echo, openaiFileResponse: files });
const inline = (content: string) => ({ name: 'a', mime_type: 'image/png', content });
const base64 = Buffer.from(SECRET.repeat(20_000)).toString('base64');

const BODIES: Record<string, () => TextBody> = {
  'JSON with files': () => textBody(withFiles(inline(base64), inline('AAAA'), inline('no base64!')), 'text/json'),
  'JSON with base64 in lines': () =>
    textBody(withFiles(inline(base64.replaceAll(/.{76}/g, '$&\r\n'))), 'application/json'),
  'JSON with files that share a content': () =>
    textBody(withFiles(inline(base64), { ...inline(''), content: '0' }), 'application/json'),
  'truncated JSON with files': () => textBody(withFiles(inline(base64)).slice(0, 400_000), 'application/json', true),
  'JSON without files': () => textBody(JSON.stringify({ echo, n: 1 }) + ' '.repeat(4000), 'application/json'),
  'deep JSON': () => textBody('['.repeat(300_000), 'application/json'),
  'long text': () => textBody(`${echo} é `.repeat(10_000), 'text/plain'),
  UTF16: () => textBody(Buffer.from(`\uFEFF${echo}`.repeat(4000), 'utf16le'), 'text/plain'),
  'windows-1252': () => textBody(Buffer.from(`${echo}\x80`, 'latin1'), 'text/html; charset=windows-1252'),
};

describe('a large response', () => {
  it.each(Object.keys(BODIES))('is read in a thread as it is on the main thread: %s', async (name) => {
    const body = () => BODIES[name]?.() as TextBody;
    const expected = await readText(body());
    expect(await large.readText(body(), limitsOf('one'))).toEqual(expected);
    expect(JSON.stringify(expected.body)).not.toContain(SECRET);
  });

  it('has files that are redacted and encoded in a thread as they are on the main thread', async () => {
    const files = () => [Buffer.from(`PDF ${SECRET}`.repeat(20_000)), Buffer.from('small'), Buffer.alloc(0)];
    const secrets = [SECRET];
    const encoded = await large.encodeFiles({ files: files(), secrets }, limitsOf('one'));
    const expected = await encodeFiles({ files: files(), secrets }, (bytes) => bytes.toString('base64'));
    expect(encoded.map((content) => content.toJSON())).toEqual(expected);
  });

  it('may have files that share a content', async () => {
    const shared = Buffer.alloc(300_000, 1);
    const encoded = await large.encodeFiles({ files: [shared, shared], secrets: [] }, limitsOf('one'));
    const expected = Buffer.alloc(300_000, 1).toString('base64');
    expect(encoded.map((content) => content.toJSON() === expected)).toEqual([true, true]);
  });

  it('is read one at a time of a tenant, and those of another tenant do not wait for it', async () => {
    const begun = new Set<string>();
    const read = (name: string, tenant: string) => {
      const body = textBody(`${name} ${echo}`, 'text/plain');
      // Bodies are asked for their bytes when it is their turn.
      const bytes = () => {
        begun.add(name);
        return body.bytes;
      };
      return large.readText(Object.defineProperty({ ...body }, 'bytes', { get: bytes }), limitsOf(tenant));
    };
    const reads = [read('first', 'one'), read('second', 'one'), read('third', 'one'), read('other', 'two')];
    await new Promise((resolve) => setImmediate(resolve));
    expect([...begun]).toEqual(['first', 'other']);
    await Promise.all(reads);
    expect([...begun]).toEqual(['first', 'other', 'second', 'third']);
  });

  it('is not read if its caller disconnects while it waits', async () => {
    const first = large.readText(textBody(echo.repeat(5000), 'text/plain'), limitsOf('one'));
    const leaving = new AbortController();
    const second = large.readText(textBody('[1]', 'application/json'), limitsOf('one', leaving.signal));
    leaving.abort();
    await expect(second).rejects.toMatchObject({ code: 'upstream_invalid', message: 'the caller has disconnected' });
    await first;
  });
});
