// Runs once: the database takes no part in what this suite tests.
import { createHash, randomBytes } from 'node:crypto';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { TestApp } from '../support/app.js';
import { freePort } from '../support/free-port.js';
import '../support/properties.js';
import type { TestGpt } from '../support/tenant.js';
import { NOTES_PATHS, Upstream, type UpstreamReply } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
/** Another host, which serves files. */
let shelf: Upstream;
let gpt: TestGpt;

const KEY = 'canary-5b0c9a7e21';
const MAX_BYTES = 50_000;
const MAX_TOTAL_BYTES = 120_000;

beforeAll(async () => {
  const environment = {
    CALL_MAX_RESPONSE_CHARACTERS: '2000',
    CALL_MAX_FILE_BYTES: String(MAX_BYTES),
    CALL_MAX_TOTAL_FILE_BYTES: String(MAX_TOTAL_BYTES),
    CALL_TIMEOUT_SECONDS: '3',
  };
  [app, api, shelf] = await Promise.all([TestApp.start({ environment }), Upstream.start(), Upstream.start()]);
  gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document(NOTES_PATHS), { type: 'api_key', api_key: KEY, auth_type: 'bearer' });
});

afterAll(() => Promise.all([app.stop(), api.stop(), shelf.stop()]));

beforeEach(() => {
  shelf.requests.length = 0;
  shelf.respondWith(() => ({ status: 404 }));
});

/** Returns the outcome of a call that the upstream answers with this. */
async function received(reply: UpstreamReply) {
  api.respondWith(() => reply);
  const { status, body } = await gpt.call('listNotes');
  expect([status, body.outcome]).toEqual([200, 'completed']);
  return body;
}

/** Returns the outcome of a call that the upstream answers with these files. */
const withFiles = (...openaiFileResponse: unknown[]) => received({ body: { ok: true, openaiFileResponse } });

/** Compares digests, so that a failing test does not print megabytes. */
const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const bytesIn = ({ content }: { content: string }): Buffer => Buffer.from(content, 'base64');
const inline = (name: string, bytes: Buffer, mime_type = 'application/pdf') => ({
  name,
  mime_type,
  content: bytes.toString('base64'),
});

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const PDF = Buffer.from('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n', 'latin1');

describe('a response that is a file', () => {
  it('is returned byte for byte, with a name and a type', async () => {
    const { response, notices } = await received({ headers: { 'content-type': 'image/png' }, body: PNG });
    expect(response).toMatchObject({ status: 200, content_type: 'image/png', body: '', truncated: false });
    expect(response.files).toEqual([inline('notes.png', PNG, 'image/png')]);
    expect(notices).toEqual([]);
  });

  it('has the name of Content-Disposition', async () => {
    const disposition = `attachment; filename="report.pdf"; filename*=UTF-8''J%C3%A4nner%2F%E2%82%AC.pdf`;
    const headers = { 'content-type': 'application/pdf', 'content-disposition': disposition };
    expect((await received({ headers, body: PDF })).response.files).toEqual([inline('€.pdf', PDF)]);
  });

  it('is complete for any bytes and compression', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 5_000 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom('gzip', 'br', 'identity'), async (some, coding) => {
        const sent = { gzip: gzipSync, br: brotliCompressSync, identity: Buffer.from }[coding](some);
        const headers = { 'content-type': 'application/octet-stream', 'content-encoding': coding };
        const { response } = await received({ headers, body: sent });
        expect(response.files.map(bytesIn)).toEqual([Buffer.from(some)]);
      }),
      { numRuns: 25 },
    );
  });

  it('is recognized by its bytes if its type is unknown', async () => {
    const bytes = Buffer.concat([PNG, randomBytes(MAX_BYTES - PNG.length)]);
    const { response } = await received({ headers: { 'content-type': 'application/x-picture' }, body: bytes });
    expect([response.body, response.files.map(bytesIn).map(digestOf)]).toEqual(['', [digestOf(bytes)]]);
  });

  it.each([
    ['plain', undefined, (bytes: Buffer) => bytes],
    ['gzip', 'gzip', gzipSync],
    ['with an unknown type', undefined, (bytes: Buffer) => bytes, 'application/x-picture'],
  ])('is omitted with a notice if it is too large: %s', async (_, coding, compress, type = 'image/png') => {
    const headers = { 'content-type': type, ...(coding && { 'content-encoding': coding }) };
    const { response, notices } = await received({ headers, body: compress(randomBytes(MAX_BYTES + 1)) });
    expect(response).toMatchObject({ status: 200, body: '', truncated: true, files: [] });
    expect(notices).toEqual([
      { pointer: '/response/body', message: `omitted: the file has more than ${MAX_BYTES} bytes` },
    ]);
  });

  it('contains no credential', async () => {
    const body = Buffer.concat([PNG, Buffer.from(`token=${KEY};`), PNG]);
    const headers = { 'content-type': 'image/png', 'content-disposition': `inline; filename=${KEY}.png` };
    const [file] = (await received({ headers, body })).response.files;
    expect(file.name).toBe('[HIDDEN].png');
    expect(bytesIn(file)).toEqual(Buffer.concat([PNG, Buffer.from(`token=${'*'.repeat(KEY.length)};`), PNG]));
  });
});

describe('a JSON response that contains files', () => {
  it('has their names in its body and the files beside it', async () => {
    const { response, notices } = await withFiles(inline('a.pdf', PDF), inline('b.png', PNG, 'image/PNG'));
    expect(response).toMatchObject({
      truncated: false,
      body: {
        ok: true,
        openaiFileResponse: [
          { name: 'a.pdf', mime_type: 'application/pdf' },
          { name: 'b.png', mime_type: 'image/png' },
        ],
      },
    });
    expect(response.files).toEqual([inline('a.pdf', PDF), inline('b.png', PNG, 'image/png')]);
    expect(notices).toEqual([]);
  });

  it.each([
    ['plain', undefined, (text: string) => text],
    ['gzip', 'gzip', gzipSync],
    ['br', 'br', brotliCompressSync],
    ['without a type', undefined, (text: string) => Buffer.from(text), ''],
  ])('does not become too long through its files: %s', async (_, coding, compress, type = 'application/json') => {
    const files = [randomBytes(MAX_BYTES), randomBytes(MAX_BYTES)];
    const openaiFileResponse = files.map((bytes) => inline('a.bin', bytes));
    const body = compress(JSON.stringify({ note: 'x'.repeat(1_800), openaiFileResponse }));
    const headers = { 'content-type': type, ...(coding && { 'content-encoding': coding }) };
    const { response, notices } = await received({ headers, body });
    expect([response.truncated, notices]).toEqual([false, []]);
    expect(response.files.map(bytesIn).map(digestOf)).toEqual(files.map(digestOf));
    expect(response.body.note).toHaveLength(1_800);
  });

  it('is shortened without its files if it is too long', async () => {
    const body = JSON.stringify({ openaiFileResponse: [inline('a.pdf', PDF)], note: 'x'.repeat(2_000) });
    const { response, notices } = await received({ headers: { 'content-type': 'application/json' }, body });
    expect(response).toMatchObject({ truncated: true, body: { note: expect.stringMatching(/^x{1900,}$/) } });
    expect(response.files.map(bytesIn)).toEqual([PDF]);
    expect(notices).toMatchObject([{ pointer: '/response/body/note' }]);
  });

  it('is returned without its files if they are far too large together', async () => {
    const files = Array.from({ length: 5 }, (_, n) => inline(`${n}.bin`, Buffer.alloc(MAX_BYTES)));
    const { response, notices } = await withFiles(...files);
    expect(response).toMatchObject({ truncated: true, files: [], body: { ok: true } });
    expect(notices).toContainEqual({
      pointer: '/response/body/openaiFileResponse',
      message: 'omitted: the response is too large to be read with its files',
    });
  });

  it('is shortened if its beginning contains no files', async () => {
    const body = JSON.stringify({ note: 'x'.repeat(20_000_000), openaiFileResponse: [inline('a.pdf', PDF)] });
    const { response, notices } = await received({ headers: { 'content-type': 'application/json' }, body });
    expect(response).toMatchObject({ truncated: true, body: { note: expect.stringMatching(/^x{1900,}$/) } });
    expect(notices.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/response/body',
      '/response/body/note',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['invalid base64', { ...inline('a.pdf', PDF), content: 'not base64!' }, "the file's content must be base64"],
    ['base64 that ends too early', { ...inline('a.pdf', PDF), content: 'AAAAA' }, "the file's content must be base64"],
    ['no content', { name: 'a.pdf', mime_type: 'application/pdf' }, "the file's content must be base64"],
    ['no name', { ...inline('', PDF) }, 'the file must have a name'],
    ['a name that is a folder', inline('a/..', PDF), 'the file must have a name'],
    ['no type', inline('a.pdf', PDF, 'pdf'), 'the file must have a mime_type such as application/pdf'],
    ['not an object', 7, 'a file must be an object with name, mime_type and content, or a URL'],
    ['too many bytes', inline('a.pdf', Buffer.alloc(MAX_BYTES + 1)), `the file has more than ${MAX_BYTES} bytes`],
  ])('returns the other files, with a notice, if one has %s', async (_, wrong, why) => {
    const { response, notices } = await withFiles(
      inline('first.pdf', PDF),
      wrong,
      inline('last.png', PNG, 'image/png'),
    );
    expect(response.files.map(({ name }: { name: string }) => name)).toEqual(['first.pdf', 'last.png']);
    expect(response.body.openaiFileResponse).toHaveLength(2);
    expect(notices).toEqual([{ pointer: '/response/body/openaiFileResponse/1', message: `omitted: ${why}` }]);
  });

  it('returns the first ten files', async () => {
    const { response, notices } = await withFiles(...Array.from({ length: 30 }, (_, n) => inline(`${n}.pdf`, PDF)));
    expect(response.files.map(({ name }: { name: string }) => name)).toEqual(
      Array.from({ length: 10 }, (_, n) => `${n}.pdf`),
    );
    expect(notices).toEqual([
      {
        pointer: '/response/body/openaiFileResponse/10',
        message: 'omitted: a response can have at most 10 files, got 30',
      },
    ]);
  });

  it('omits files that are too large together', async () => {
    const large = randomBytes(41_000);
    const { response, notices } = await withFiles(
      ...['a', 'b', 'c'].map((name) => inline(name, large)),
      inline('d', PDF),
    );
    expect(response.files.map(({ name }: { name: string }) => name)).toEqual(['a', 'b', 'd']);
    expect(notices).toEqual([
      {
        pointer: '/response/body/openaiFileResponse/2',
        message: `omitted: the files have more than ${MAX_TOTAL_BYTES} bytes together`,
      },
    ]);
  });

  it('is unchanged if openaiFileResponse is not an array', async () => {
    const { response, notices } = await received({ body: { openaiFileResponse: inline('a.pdf', PDF) } });
    expect(response).toMatchObject({ body: { openaiFileResponse: inline('a.pdf', PDF) }, files: [] });
    expect(notices).toEqual([
      { pointer: '/response/body/openaiFileResponse', message: 'omitted: it must be an array of files' },
    ]);
    expect((await received({ body: { openaiFileResponse: null } })).notices).toEqual([]);
  });

  it('accepts base64 in every common spelling', async () => {
    const bytes = Buffer.from([0xfb, 0xff, 0xfe, 0x01]);
    const spelled = ['+//+AQ==', '-__-AQ', '+//+\r\nAQ==\n'].map((content) => ({ ...inline('a', bytes), content }));
    const { response } = await withFiles(...spelled);
    expect(response.files.map(bytesIn)).toEqual([bytes, bytes, bytes]);
  });

  it('removes paths from file names', async () => {
    const { response } = await withFiles(inline('../../etc/pass\u0000wd', PDF), inline('C:\\temp\\a.pdf', PDF));
    expect(response.files.map(({ name }: { name: string }) => name)).toEqual(['passwd', 'a.pdf']);
  });

  it('contains no credential, nor do its files', async () => {
    const { response } = await withFiles(inline(`${KEY}.txt`, Buffer.from(`x${KEY}`), 'text/plain'));
    expect(response.files[0].name).toBe('[HIDDEN].txt');
    expect(bytesIn(response.files[0]).toString()).toBe(`x${'*'.repeat(KEY.length)}`);
  });
});

describe('a JSON response that names files by URL', () => {
  const served = (bytes: Buffer, headers: object = {}): UpstreamReply => ({
    headers: { 'content-type': 'application/pdf', ...headers },
    body: bytes,
  });

  it('returns the files in their order', async () => {
    const disposition = 'attachment; filename="the b.pdf"';
    shelf.respondWith(({ path }) => served(PDF, path === '/b' ? { 'content-disposition': disposition } : {}));
    const { response, notices } = await withFiles(`${shelf.url}/a.pdf?x=1`, inline('i.pdf', PNG), `${shelf.url}/b`);
    expect(response.files).toEqual([inline('a.pdf', PDF), inline('i.pdf', PNG), inline('the b.pdf', PDF)]);
    expect(response.body.openaiFileResponse).toEqual(
      ['a.pdf', 'i.pdf', 'the b.pdf'].map((name) => ({ name, mime_type: 'application/pdf' })),
    );
    expect(notices).toEqual([]);
  });

  it('fetches them without credentials and context headers', async () => {
    shelf.respondWith(() => served(PDF));
    await withFiles(`${shelf.url}/a.pdf`);
    expect(api.last.headers['authorization']).toBe(`Bearer ${KEY}`);
    expect(shelf.last).toMatchObject({ method: 'GET', body: '' });
    expect(Object.keys(shelf.last.headers).toSorted()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent']);
  });

  it('does not fetch a URL that contains the credential', async () => {
    const { notices } = await withFiles(`${shelf.url}/a.pdf?token=${KEY}`);
    expect(notices).toMatchObject([{ message: "omitted: the file's URL contains the call's credential" }]);
    expect(shelf.requests).toEqual([]);
  });

  it('follows at most three redirects', async () => {
    shelf.respondWith(({ path }) => {
      const left = Number(path.slice(1));
      return left === 0 ? served(PDF) : { status: 302, headers: { location: `/${left - 1}` } };
    });
    const { response, notices } = await withFiles(`${shelf.url}/3`, `${shelf.url}/4`);
    expect(response.files.map(bytesIn)).toEqual([PDF]);
    expect(notices).toEqual([
      {
        pointer: '/response/body/openaiFileResponse/1',
        message: `omitted: ${shelf.domain} responded with status 302`,
      },
    ]);
  });

  it('decompresses them', async () => {
    shelf.respondWith(() => served(gzipSync(PDF), { 'content-encoding': 'gzip' }));
    expect((await withFiles(`${shelf.url}/a.pdf`)).response.files).toEqual([inline('a.pdf', PDF)]);
  });

  it('does not fetch them from private addresses, directly or by a redirect', async () => {
    shelf.respondWith(() => ({ status: 302, headers: { location: 'http://169.254.169.254/latest' } }));
    const urls = ['http://10.1.2.3/a.pdf', `${shelf.url}/a.pdf`, 'file:///etc/passwd', 'a.pdf', 'https://a@b.example/'];
    const { response, notices } = await withFiles(...urls, inline('i.pdf', PDF));
    expect(response.files).toEqual([inline('i.pdf', PDF)]);
    const messages = notices.map(({ message }: { message: string }) => message);
    expect(messages).toEqual(urls.map(() => 'omitted: the egress policy does not allow this address'));
  });

  it('tells an admin which EGRESS_ALLOW entry would allow them', async () => {
    shelf.respondWith(() => ({ status: 302, headers: { location: 'http://169.254.169.254/latest' } }));
    const urls = ['http://10.1.2.3/a.pdf', `${shelf.url}/a.pdf`, 'file:///etc/passwd', 'a.pdf', 'https://a@b.example/'];
    api.respondWith(() => ({ body: { openaiFileResponse: urls } }));
    const { body } = await gpt.tenant.admin.post(`${gpt.path}/call`, { operation_id: 'listNotes' });
    expect(body.notices.map(({ message }: { message: string }) => message)).toEqual([
      'omitted: 10.1.2.3 is blocked: private address (private use); add 10.1.2.3:80 to EGRESS_ALLOW to allow it',
      expect.stringContaining('add 169.254.169.254:80 to EGRESS_ALLOW to allow it'),
      'omitted: the scheme must be https, got "file:"',
      'omitted: the address is not an absolute URL',
      'omitted: b.example is blocked: the URL contains a user name or password; remove it',
    ]);
  });

  it('omits files that cannot be fetched', async () => {
    shelf.respondWith(({ path }) =>
      path === '/large' ? served(Buffer.alloc(MAX_BYTES + 1)) : path === '/bomb' ? bomb() : { status: 404, body: 'no' },
    );
    const closed = `http://127.0.0.1:${await freePort()}/a.pdf`;
    const { response, notices } = await withFiles(
      `${shelf.url}/none`,
      `${shelf.url}/large`,
      `${shelf.url}/bomb`,
      closed,
      inline('i.pdf', PDF),
    );
    expect(response.files).toEqual([inline('i.pdf', PDF)]);
    expect(notices.map(({ message }: { message: string }) => message)).toEqual([
      `omitted: ${shelf.domain} responded with status 404`,
      `omitted: the file has more than ${MAX_BYTES} bytes`,
      `omitted: the file has more than ${MAX_BYTES} bytes`,
      expect.stringMatching(/^omitted: 127\.0\.0\.1 /),
    ]);
  });

  const bomb = () => served(gzipSync(Buffer.alloc(5_000_000)), { 'content-encoding': 'gzip' });

  it('omits files that are too large together', async () => {
    shelf.respondWith(() => served(Buffer.alloc(40_000)));
    const urls = Array.from({ length: 6 }, (_, n) => `${shelf.url}/${n}.pdf`);
    const { response, notices } = await withFiles(...urls);
    expect([response.files.length, notices.length]).toEqual([3, 3]);
    expect(notices[0].message).toBe(`omitted: the files have more than ${MAX_TOTAL_BYTES} bytes together`);
  });

  it('omits files that miss the deadline', async () => {
    shelf.respondWith(({ path }) => (path === '/late.pdf' ? 'silence' : served(PDF)));
    const { response, notices } = await withFiles(`${shelf.url}/late.pdf`, `${shelf.url}/b.pdf`);
    expect(response.files).toEqual([inline('b.pdf', PDF)]);
    expect(notices).toMatchObject([
      {
        pointer: '/response/body/openaiFileResponse/0',
        message: expect.stringContaining('did not respond completely'),
      },
    ]);
  });
});
