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
/** Another host, which has files. */
let shelf: Upstream;
let gpt: TestGpt;

const KEY = 'canary-5b0c9a7e21';
const MOST = 50_000;
const MOST_TOGETHER = 120_000;

beforeAll(async () => {
  const environment = {
    CALL_MAX_RESPONSE_CHARACTERS: '2000',
    CALL_MAX_FILE_BYTES: String(MOST),
    CALL_MAX_TOTAL_FILE_BYTES: String(MOST_TOGETHER),
    CALL_TIMEOUT_SECONDS: '3',
  };
  [app, api, shelf] = await Promise.all([TestApp.start({ environment }), Upstream.start(), Upstream.start()]);
  gpt = await (await app.tenant()).gpt();
  await gpt.action(api.document(NOTES_PATHS), { type: 'api_key', api_key: KEY, auth_type: 'bearer' });
});

afterAll(() => Promise.all([app.stop(), api.stop(), shelf.stop()]));

beforeEach(() => {
  shelf.requests.length = 0;
  shelf.answers(() => ({ status: 404 }));
});

/** What the caller gets when the upstream answers this. */
async function received(reply: UpstreamReply) {
  api.answers(() => reply);
  const { status, body } = await gpt.call('listNotes');
  expect([status, body.outcome]).toEqual([200, 'completed']);
  return body;
}

/** ... when it answers with these files, and something else. */
const withFiles = (...openaiFileResponse: unknown[]) => received({ body: { ok: true, openaiFileResponse } });

/** So that a test that fails is not followed by megabytes. */
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

describe('an answer that is a file', () => {
  it('comes byte by byte, with a name and a type', async () => {
    const { response, notices } = await received({ headers: { 'content-type': 'image/png' }, body: PNG });
    expect(response).toMatchObject({ status: 200, content_type: 'image/png', body: '', truncated: false });
    expect(response.files).toEqual([inline('notes.png', PNG, 'image/png')]);
    expect(notices).toEqual([]);
  });

  it('has the name that the upstream gives it', async () => {
    const disposition = `attachment; filename="report.pdf"; filename*=UTF-8''J%C3%A4nner%2F%E2%82%AC.pdf`;
    const headers = { 'content-type': 'application/pdf', 'content-disposition': disposition };
    expect((await received({ headers, body: PDF })).response.files).toEqual([inline('€.pdf', PDF)]);
  });

  it('is whole, whatever its bytes are', async () => {
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

  it('is seen from its bytes where its type says nothing', async () => {
    const bytes = Buffer.concat([PNG, randomBytes(MOST - PNG.length)]);
    const { response } = await received({ headers: { 'content-type': 'application/x-picture' }, body: bytes });
    expect([response.body, response.files.map(bytesIn).map(digestOf)]).toEqual(['', [digestOf(bytes)]]);
  });

  it.each([
    ['plain', undefined, (bytes: Buffer) => bytes],
    ['gzip', 'gzip', gzipSync],
    ['with a type that says nothing', undefined, (bytes: Buffer) => bytes, 'application/x-picture'],
  ])('is left out where it is too large, and that is said: %s', async (_, coding, compress, type = 'image/png') => {
    const headers = { 'content-type': type, ...(coding && { 'content-encoding': coding }) };
    const { response, notices } = await received({ headers, body: compress(randomBytes(MOST + 1)) });
    expect(response).toMatchObject({ status: 200, body: '', truncated: true, files: [] });
    expect(notices).toEqual([{ pointer: '/response/body', message: `left out: the file has more than ${MOST} bytes` }]);
  });

  it('holds no credential', async () => {
    const body = Buffer.concat([PNG, Buffer.from(`token=${KEY};`), PNG]);
    const headers = { 'content-type': 'image/png', 'content-disposition': `inline; filename=${KEY}.png` };
    const [file] = (await received({ headers, body })).response.files;
    expect(file.name).toBe('[HIDDEN].png');
    expect(bytesIn(file)).toEqual(Buffer.concat([PNG, Buffer.from(`token=${'*'.repeat(KEY.length)};`), PNG]));
  });
});

describe('a JSON answer that holds files', () => {
  it('has their names in its body, and the files beside it', async () => {
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
  ])('is not too long because of them: %s', async (_, coding, compress, type = 'application/json') => {
    const files = [randomBytes(MOST), randomBytes(MOST)];
    const openaiFileResponse = files.map((bytes) => inline('a.bin', bytes));
    const body = compress(JSON.stringify({ note: 'x'.repeat(1_800), openaiFileResponse }));
    const headers = { 'content-type': type, ...(coding && { 'content-encoding': coding }) };
    const { response, notices } = await received({ headers, body });
    expect([response.truncated, notices]).toEqual([false, []]);
    expect(response.files.map(bytesIn).map(digestOf)).toEqual(files.map(digestOf));
    expect(response.body.note).toHaveLength(1_800);
  });

  it('is cut as any other where it is too long without them', async () => {
    const body = JSON.stringify({ openaiFileResponse: [inline('a.pdf', PDF)], note: 'x'.repeat(2_000) });
    const { response, notices } = await received({ headers: { 'content-type': 'application/json' }, body });
    expect(response).toMatchObject({ truncated: true, files: [], body: body.slice(0, 2_000) });
    expect(notices).toMatchObject([{ pointer: '/response/body/openaiFileResponse' }]);
  });

  it('is text without them where they are far too large together', async () => {
    const files = Array.from({ length: 5 }, (_, n) => inline(`${n}.bin`, Buffer.alloc(MOST)));
    const { response, notices } = await withFiles(...files);
    expect(response).toMatchObject({ truncated: true, files: [], body: expect.stringMatching(/^\{"ok":true,/) });
    expect(notices).toEqual([
      {
        pointer: '/response/body/openaiFileResponse',
        message: 'left out: the answer is too large to be read with its files',
      },
    ]);
  });

  it('is cut as any other where its beginning has none', async () => {
    const body = JSON.stringify({ note: 'x'.repeat(20_000_000), openaiFileResponse: [inline('a.pdf', PDF)] });
    const { response, notices } = await received({ headers: { 'content-type': 'application/json' }, body });
    expect([response.body, response.truncated, notices]).toEqual([body.slice(0, 2_000), true, []]);
  });

  it.each<[string, unknown, string]>([
    ['no base64', { ...inline('a.pdf', PDF), content: 'not base64!' }, 'the file needs its content in base64'],
    [
      'base64 that ends too early',
      { ...inline('a.pdf', PDF), content: 'AAAAA' },
      'the file needs its content in base64',
    ],
    ['no content', { name: 'a.pdf', mime_type: 'application/pdf' }, 'the file needs its content in base64'],
    ['no name', { ...inline('', PDF) }, 'the file needs a name'],
    ['a name that is a folder', inline('a/..', PDF), 'the file needs a name'],
    ['no type', inline('a.pdf', PDF, 'pdf'), 'the file needs a mime_type such as application/pdf'],
    ['no object', 7, 'a file is an object with name, mime_type and content, or a URL'],
    ['too many bytes', inline('a.pdf', Buffer.alloc(MOST + 1)), `the file has more than ${MOST} bytes`],
  ])('comes with the others where one is wrong, and that is said: %s', async (_, wrong, why) => {
    const { response, notices } = await withFiles(
      inline('first.pdf', PDF),
      wrong,
      inline('last.png', PNG, 'image/png'),
    );
    expect(response.files.map(({ name }: { name: string }) => name)).toEqual(['first.pdf', 'last.png']);
    expect(response.body.openaiFileResponse).toHaveLength(2);
    expect(notices).toEqual([{ pointer: '/response/body/openaiFileResponse/1', message: `left out: ${why}` }]);
  });

  it('comes with the first ten of many', async () => {
    const { response, notices } = await withFiles(...Array.from({ length: 30 }, (_, n) => inline(`${n}.pdf`, PDF)));
    expect(response.files.map(({ name }: { name: string }) => name)).toEqual(
      Array.from({ length: 10 }, (_, n) => `${n}.pdf`),
    );
    expect(notices).toEqual([
      {
        pointer: '/response/body/openaiFileResponse/10',
        message: 'left out: an answer may have 10 files, and this one has 30',
      },
    ]);
  });

  it('comes with those that are not too large together', async () => {
    const large = randomBytes(41_000);
    const { response, notices } = await withFiles(
      ...['a', 'b', 'c'].map((name) => inline(name, large)),
      inline('d', PDF),
    );
    expect(response.files.map(({ name }: { name: string }) => name)).toEqual(['a', 'b', 'd']);
    expect(notices).toEqual([
      {
        pointer: '/response/body/openaiFileResponse/2',
        message: `left out: the files have more than ${MOST_TOGETHER} bytes together`,
      },
    ]);
  });

  it('is left as it is where what it calls its files is no list', async () => {
    const { response, notices } = await received({ body: { openaiFileResponse: inline('a.pdf', PDF) } });
    expect(response).toMatchObject({ body: { openaiFileResponse: inline('a.pdf', PDF) }, files: [] });
    expect(notices).toEqual([
      { pointer: '/response/body/openaiFileResponse', message: 'left out: this is no list of files' },
    ]);
    expect((await received({ body: { openaiFileResponse: null } })).notices).toEqual([]);
  });

  it('takes base64 as servers write it', async () => {
    const bytes = Buffer.from([0xfb, 0xff, 0xfe, 0x01]);
    const spelled = ['+//+AQ==', '-__-AQ', '+//+\r\nAQ==\n'].map((content) => ({ ...inline('a', bytes), content }));
    const { response } = await withFiles(...spelled);
    expect(response.files.map(bytesIn)).toEqual([bytes, bytes, bytes]);
  });

  it('gives them names that are no paths', async () => {
    const { response } = await withFiles(inline('../../etc/pass\u0000wd', PDF), inline('C:\\temp\\a.pdf', PDF));
    expect(response.files.map(({ name }: { name: string }) => name)).toEqual(['passwd', 'a.pdf']);
  });

  it('holds no credential, nor do they', async () => {
    const { response } = await withFiles(inline(`${KEY}.txt`, Buffer.from(`x${KEY}`), 'text/plain'));
    expect(response.files[0].name).toBe('[HIDDEN].txt');
    expect(bytesIn(response.files[0]).toString()).toBe(`x${'*'.repeat(KEY.length)}`);
  });
});

describe('a JSON answer that names files by their URLs', () => {
  const served = (bytes: Buffer, headers: object = {}): UpstreamReply => ({
    headers: { 'content-type': 'application/pdf', ...headers },
    body: bytes,
  });

  it('comes with the files, in their order', async () => {
    const disposition = 'attachment; filename="the b.pdf"';
    shelf.answers(({ path }) => served(PDF, path === '/b' ? { 'content-disposition': disposition } : {}));
    const { response, notices } = await withFiles(`${shelf.url}/a.pdf?x=1`, inline('i.pdf', PNG), `${shelf.url}/b`);
    expect(response.files).toEqual([inline('a.pdf', PDF), inline('i.pdf', PNG), inline('the b.pdf', PDF)]);
    expect(response.body.openaiFileResponse).toEqual(
      ['a.pdf', 'i.pdf', 'the b.pdf'].map((name) => ({ name, mime_type: 'application/pdf' })),
    );
    expect(notices).toEqual([]);
  });

  it('sends no credential to where they are, nor whom it is for', async () => {
    shelf.answers(() => served(PDF));
    await withFiles(`${shelf.url}/a.pdf`);
    expect(api.last.headers['authorization']).toBe(`Bearer ${KEY}`);
    expect(shelf.last).toMatchObject({ method: 'GET', body: '' });
    expect(Object.keys(shelf.last.headers).toSorted()).toEqual(['accept-encoding', 'connection', 'host', 'user-agent']);
  });

  it('sends no credential in a URL either', async () => {
    const { notices } = await withFiles(`${shelf.url}/a.pdf?token=${KEY}`);
    expect(notices).toMatchObject([{ message: "left out: the file's URL holds the credential of the call" }]);
    expect(shelf.requests).toEqual([]);
  });

  it('follows three redirects and no more', async () => {
    shelf.answers(({ path }) => {
      const left = Number(path.slice(1));
      return left === 0 ? served(PDF) : { status: 302, headers: { location: `/${left - 1}` } };
    });
    const { response, notices } = await withFiles(`${shelf.url}/3`, `${shelf.url}/4`);
    expect(response.files.map(bytesIn)).toEqual([PDF]);
    expect(notices).toEqual([
      {
        pointer: '/response/body/openaiFileResponse/1',
        message: `left out: ${shelf.domain} answered with status 302`,
      },
    ]);
  });

  it('undoes their compression', async () => {
    shelf.answers(() => served(gzipSync(PDF), { 'content-encoding': 'gzip' }));
    expect((await withFiles(`${shelf.url}/a.pdf`)).response.files).toEqual([inline('a.pdf', PDF)]);
  });

  it('reaches nothing private for them, directly or by a redirect', async () => {
    shelf.answers(() => ({ status: 302, headers: { location: 'http://169.254.169.254/latest' } }));
    const urls = ['http://10.1.2.3/a.pdf', `${shelf.url}/a.pdf`, 'file:///etc/passwd', 'a.pdf', 'https://a@b.example/'];
    const { response, notices } = await withFiles(...urls, inline('i.pdf', PDF));
    expect(response.files).toEqual([inline('i.pdf', PDF)]);
    expect(notices.map(({ message }: { message: string }) => message)).toEqual([
      'left out: 10.1.2.3 may not be called: its address is not on the public internet (private use)',
      expect.stringContaining('redirects to an address that is refused'),
      expect.stringContaining('only https: may'),
      expect.stringContaining('not a complete URL'),
      expect.stringContaining('carries a user name'),
    ]);
  });

  it('comes without those that cannot be had', async () => {
    shelf.answers(({ path }) =>
      path === '/large' ? served(Buffer.alloc(MOST + 1)) : path === '/bomb' ? bomb() : { status: 404, body: 'no' },
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
      `left out: ${shelf.domain} answered with status 404`,
      `left out: the file has more than ${MOST} bytes`,
      `left out: the file has more than ${MOST} bytes`,
      expect.stringMatching(/^left out: 127\.0\.0\.1 /),
    ]);
  });

  const bomb = () => served(gzipSync(Buffer.alloc(5_000_000)), { 'content-encoding': 'gzip' });

  it('comes with those that are not too large together', async () => {
    shelf.answers(() => served(Buffer.alloc(40_000)));
    const urls = Array.from({ length: 6 }, (_, n) => `${shelf.url}/${n}.pdf`);
    const { response, notices } = await withFiles(...urls);
    expect([response.files.length, notices.length]).toEqual([3, 3]);
    expect(notices[0].message).toBe(`left out: the files have more than ${MOST_TOGETHER} bytes together`);
  });

  it('is answered within its time, without those that are late', async () => {
    shelf.answers(({ path }) => (path === '/late.pdf' ? 'silence' : served(PDF)));
    const { response, notices } = await withFiles(`${shelf.url}/late.pdf`, `${shelf.url}/b.pdf`);
    expect(response.files).toEqual([inline('b.pdf', PDF)]);
    expect(notices).toMatchObject([
      { pointer: '/response/body/openaiFileResponse/0', message: expect.stringContaining('did not answer in full') },
    ]);
  });
});
