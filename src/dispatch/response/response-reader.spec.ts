import { afterAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readSettings } from '../../config/index.js';
import { type EgressResponse, BufferMemory } from '../../egress/index.js';
import type { CompletedDto } from '../call.dto.js';
import type { FileFetcher } from '../files/file-fetcher.js';
import { Metrics } from '../../metrics/index.js';
import { Workers } from '../../workers/index.js';
import { JsonBody } from './json-body.js';
import { BodyReader } from './body-reader.js';
import { ResponseReader } from './response-reader.js';

interface Answered {
  type?: string;
  headers?: Record<string, string>;
  truncated?: boolean;
  secrets?: string[];
  max?: number;
  url?: string;
}

const LIMITS = {
  deadline: Number.POSITIVE_INFINITY,
  memory: new BufferMemory(readSettings({}), new Metrics()).openCall('tenant'),
};
const NO_FETCHER = {} as FileFetcher;
const workers = new Workers();

afterAll(() => workers.onModuleDestroy());

/** Returns the outcome of a call whose upstream sends this body. */
async function outcomeOf(
  body: string | Buffer,
  { type, headers, truncated = false, secrets = [], max = 1000, url = 'https://api.example.com/' }: Answered = {},
): Promise<Pick<CompletedDto, 'response' | 'notices'>> {
  const answer: EgressResponse = {
    status: 200,
    headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    body: Buffer.from(body as string),
    truncated,
    url,
    remoteAddress: '203.0.113.1',
  };
  const settings = readSettings({ CALL_MAX_FILE_BYTES: '4000', CALL_MAX_TOTAL_FILE_BYTES: '6000' });
  const call = { ...settings.call, maxResponseCharacters: max };
  const reader = new ResponseReader(NO_FETCHER, { ...settings, call }, new BodyReader(workers));
  const { response, notices } = await reader.read(answer, secrets, LIMITS);
  const { body: read } = response;
  return { response: { ...response, body: read instanceof JsonBody ? read.toJSON() : read }, notices };
}

async function read(body: string | Buffer, how: Answered = {}): Promise<CompletedDto['response']> {
  return (await outcomeOf(body, how)).response;
}

const JSON_TYPE = 'application/json';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

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

describe('a body that is too long', () => {
  it('is truncated to the limit and returned as text', async () => {
    expect(await read('[1,2,3]', { type: JSON_TYPE, max: 4 })).toMatchObject({ body: '[1,2', truncated: true });
  });

  it('is complete if it just fits', async () => {
    expect(await read('[1,2]', { type: JSON_TYPE, max: 5 })).toMatchObject({ body: [1, 2], truncated: false });
  });

  it('is text if it was truncated by the egress', async () => {
    const response = await read('[1]', { type: JSON_TYPE, truncated: true });
    expect(response).toMatchObject({ body: '[1]', truncated: true });
  });

  it('is truncated without its files, with a notice', async () => {
    const body = JSON.stringify({ openaiFileResponse: [{ content: 'A'.repeat(400) }], text: 'x'.repeat(1001) });
    const { response, notices } = await outcomeOf(body, { type: JSON_TYPE });
    expect(response).toMatchObject({ body: body.slice(0, 1000), truncated: true, files: [] });
    expect(notices).toEqual([
      {
        pointer: '/response/body/openaiFileResponse',
        message: 'omitted: the response is too long even without its files',
      },
    ]);
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
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 3000 });
    await fc.assert(
      fc.asyncProperty(bytes, async (some) => {
        const { files } = await read(Buffer.from(some), { type: 'application/octet-stream' });
        expect(files.map(({ content }) => Buffer.from(String(content), 'base64'))).toEqual([Buffer.from(some)]);
      }),
    );
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
