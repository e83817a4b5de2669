import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { JSON_TYPE, outcomeOf, PAGE, PNG, read } from '../../../test/support/upstream-responses.js';

describe('the body of a response', () => {
  it.each([JSON_TYPE, 'application/problem+json; charset=utf-8', 'APPLICATION/JSON', 'text/json'])(
    'is parsed if its type is %s',
    async (type) => {
      const response = await read('{"a":[1]}', { type });
      expect(response).toMatchObject({ body: { a: [1] }, content_type: type, truncated: false, files: [] });
    },
  );

  it('is parsed if it has no type and looks like JSON', async () => {
    expect((await read(' [1]')).body).toEqual([1]);
    expect((await read('1')).body).toBe('1');
  });

  it.each(['text/plain', 'text/html', 'application/jsonlines', 'application/x-ndjson', 'text/event-stream'])(
    'is text if its type is %s',
    async (type) => {
      expect((await read('{"a":1}', { type })).body).toBe('{"a":1}');
    },
  );

  it('is text if its type is JSON but it is not valid JSON', async () => {
    expect((await read('<html>', { type: JSON_TYPE })).body).toBe('<html>');
    expect((await read('', { type: JSON_TYPE })).body).toBe('');
  });

  it('is unchanged if it contains files but is not valid JSON', async () => {
    const broken = '{"openaiFileResponse":[{"content":"AAAA"}]';
    expect(await outcomeOf(broken, { type: JSON_TYPE })).toMatchObject({ response: { body: broken }, notices: [] });
  });
});

describe('a body that is not text', () => {
  const file = (name: string, mime_type: string, bytes: Buffer) => ({
    body: '',
    truncated: false,
    files: [{ name, mime_type, content: bytes.toString('base64') }],
  });

  it('is a file', async () => {
    const response = await read(PNG, { type: 'image/png', url: 'https://api.example.com/users/7/photo' });
    expect(response).toMatchObject({ content_type: 'image/png', ...file('photo.png', 'image/png', PNG) });
  });

  it('is a file by its bytes if its type is unknown', async () => {
    expect(await read(PNG)).toMatchObject(file('file', 'application/octet-stream', PNG));
    const type = 'application/x-own';
    expect(await read(PNG, { type })).toMatchObject(file('file', 'application/x-own', PNG));
    expect(await read('own', { type })).toMatchObject({ body: 'own', files: [] });
  });

  it('is a file with exactly the bytes that were sent', async () => {
    const bytes = fc
      .uint8Array({ minLength: 1, maxLength: 3000 })
      .filter(([first]) => first !== 0x5b && first !== 0x7b);
    await fc.assert(
      fc.asyncProperty(bytes, async (some) => {
        const { files } = await read(Buffer.from(some), { type: 'application/octet-stream' });
        expect(files.map(({ content }) => Buffer.from(String(content), 'base64'))).toEqual([Buffer.from(some)]);
      }),
    );
  });

  it.each(['application/octet-stream', 'binary/octet-stream'])(
    'is JSON if its type is %s and it is JSON',
    async (type) => {
      expect(await read(' {"a": [1]}\n', { type })).toMatchObject({ body: { a: [1] }, files: [], content_type: type });
      expect(await read(JSON.stringify(PAGE), { type })).toMatchObject({ body: { next: 'page-2' }, truncated: true });
    },
  );

  it.each([
    ['is sent as an attachment', '{"a":1}', 'application/octet-stream', 'attachment; filename=a.json'],
    ['has another type', '{"a":1}', 'application/zip', ''],
    ['is a single number', '1', 'application/octet-stream', ''],
    ['has no end', '{"a":1', 'application/octet-stream', ''],
    ['has NUL', '{"a":"\0"}', 'application/octet-stream', ''],
  ])('is a file if it reads like JSON and %s', async (_, sent, type, disposition) => {
    const response = await read(sent, { type, headers: { 'content-disposition': disposition } });
    expect(response).toMatchObject({ body: '', files: [{ content: Buffer.from(sent).toString('base64') }] });
  });

  it('is not a file if it is empty', async () => {
    expect(await read('', { type: 'image/png' })).toMatchObject({ body: '', truncated: false, files: [] });
  });

  it.each([
    ['was truncated by the egress', PNG, true],
    ['is larger than the limit of a file', Buffer.alloc(4001), false],
  ])('is omitted if it %s', async (_, bytes, truncated) => {
    const { response, notices } = await outcomeOf(bytes, { type: 'application/pdf', truncated });
    expect(response).toMatchObject({ body: '', truncated: true, files: [] });
    expect(notices).toEqual([{ pointer: '/response/body', message: 'omitted: the file has more than 4000 bytes' }]);
  });
});

describe('the headers of a response', () => {
  it('are returned except connection headers and cookies', async () => {
    const headers = {
      etag: '"1"',
      'x-rate-limit': '5',
      'set-cookie': 'a=b',
      connection: 'close',
      'content-length': '2',
      'content-encoding': 'gzip',
      'transfer-encoding': 'chunked',
    };
    expect((await read('{}', { headers })).headers).toEqual({ etag: '"1"', 'x-rate-limit': '5' });
  });
});

describe("the call's secrets", () => {
  const secrets = ['canary-key', 'Y2FuYXJ5'];

  it('are redacted in a parsed body and in a text body', async () => {
    const json = await read('{"got":"Bearer canary-key, canary-key"}', { type: JSON_TYPE, secrets });
    expect(json.body).toEqual({ got: 'Bearer [HIDDEN], [HIDDEN]' });
    const text = await read('key=canary-key basic=Y2FuYXJ5', { type: 'text/plain', secrets });
    expect(text.body).toBe('key=[HIDDEN] basic=[HIDDEN]');
  });

  it('are redacted before the body is truncated', async () => {
    expect((await read('x canary-key', { secrets, max: 8 })).body).toBe('x [HIDDE');
  });

  it('are not shown in part where JSON was truncated by the egress', async () => {
    const body = `{"items":["${'x'.repeat(900)}"],"echo":"${'y'.repeat(900)} canary-k`;
    const shown = await read(body, { type: JSON_TYPE, secrets, truncated: true, max: 5000 });
    expect(shown.body).toEqual({ items: ['x'.repeat(900)], echo: expect.stringMatching(/^y+$/) });
  });

  it('are redacted in texts that are cut', async () => {
    const body = JSON.stringify({ text: `\n${'canary-key '.repeat(500)}` });
    const { text } = (await read(body, { type: JSON_TYPE, secrets })).body as { text: string };
    expect(text.replaceAll('[HIDDEN]', '').trim()).not.toMatch(/[^ HIDEN[\]]/);
    expect(text.length).toBeGreaterThan(900);
  });

  it('are redacted in the headers', async () => {
    const headers = { 'x-echo': 'Bearer canary-key', location: 'https://api.example.com/?key=canary-key' };
    expect(Object.values((await read('', { headers, secrets })).headers).join()).not.toContain('canary-key');
  });

  it('are redacted in the name and the bytes of a file, without changing its length', async () => {
    const headers = { 'content-disposition': 'attachment; filename="canary-key.bin"' };
    const bytes = (secret: string) => Buffer.concat([PNG, Buffer.from(secret), PNG, Buffer.from(secret, 'utf16le')]);
    const [file] = (await read(bytes('canary-key'), { type: 'image/png', headers, secrets })).files;
    expect(file?.name).toBe('[HIDDEN].bin');
    const stars = Buffer.from('*'.repeat(10));
    expect(Buffer.from(String(file?.content), 'base64')).toEqual(
      Buffer.concat([PNG, stars, PNG, Buffer.concat([stars, stars])]),
    );
  });

  it('are not redacted if they are very short', async () => {
    expect((await read('a man a plan', { secrets: ['a', '', 'man'] })).body).toBe('a man a plan');
  });

  it('are matched literally, not as a pattern', async () => {
    expect((await read('a.c+d(e abcdddde', { secrets: ['a.c+d(e'] })).body).toBe('[HIDDEN] abcdddde');
    expect((await read('x secret$& x', { secrets: ['secret$&'] })).body).toBe('x [HIDDEN] x');
  });
});
