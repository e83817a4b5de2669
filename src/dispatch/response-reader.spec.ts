import { describe, expect, it } from '@jest/globals';
import type { EgressResponse } from '../egress/index.js';
import { readResponse } from './response-reader.js';

interface Answered {
  type?: string;
  headers?: Record<string, string>;
  truncated?: boolean;
  secrets?: string[];
  max?: number;
}

/** What the caller gets when the upstream sends this body. */
function read(body: string | Buffer, { type, headers, truncated = false, secrets = [], max = 1000 }: Answered = {}) {
  const answer: EgressResponse = {
    status: 200,
    headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    body: Buffer.from(body as string),
    truncated,
    url: 'https://api.example.com/',
    remoteAddress: '203.0.113.1',
  };
  return readResponse(answer, secrets, max);
}

const JSON_TYPE = 'application/json';

describe('the body of an answer', () => {
  it.each([JSON_TYPE, 'application/problem+json; charset=utf-8', 'APPLICATION/JSON', 'text/json'])(
    'is parsed where its type is %s',
    (type) => {
      expect(read('{"a":[1]}', { type })).toMatchObject({ body: { a: [1] }, content_type: type, truncated: false });
    },
  );

  it('is parsed where it has no type and looks like JSON', () => {
    expect(read(' [1]').body).toEqual([1]);
    expect(read('1').body).toBe('1');
  });

  it.each(['text/plain', 'text/html', 'application/jsonlines', 'application/x-ndjson'])(
    'is text where its type is %s',
    (type) => {
      expect(read('{"a":1}', { type }).body).toBe('{"a":1}');
    },
  );

  it('is text where it says JSON and is none', () => {
    expect(read('<html>', { type: JSON_TYPE }).body).toBe('<html>');
    expect(read('', { type: JSON_TYPE }).body).toBe('');
  });

  it.each([
    ['UTF-8 with a mark', Buffer.from('\uFEFF{"a":"é"}'), JSON_TYPE],
    ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), 'application/json; charset=iso-8859-1'],
    ['UTF-16', Buffer.from('{"a":"é"}', 'utf16le'), 'application/json; charset="utf-16le"'],
    ['a charset that nobody knows, read as UTF-8', Buffer.from('{"a":"é"}'), 'application/json; charset=klingon'],
  ])('is read in its charset: %s', (_, body, type) => {
    expect(read(body, { type }).body).toEqual({ a: 'é' });
  });
});

describe('a body that is too long', () => {
  it('is cut to the limit, and is text', () => {
    expect(read('[1,2,3]', { type: JSON_TYPE, max: 4 })).toMatchObject({ body: '[1,2', truncated: true });
  });

  it('is whole where it just fits', () => {
    expect(read('[1,2]', { type: JSON_TYPE, max: 5 })).toMatchObject({ body: [1, 2], truncated: false });
  });

  it('is never cut through a character', () => {
    expect(read('a😀b', { max: 2 }).body).toBe('a');
    expect(read('a😀b', { max: 3 }).body).toBe('a😀');
  });

  it('is text where it was cut on the way already', () => {
    expect(read('[1]', { type: JSON_TYPE, truncated: true })).toMatchObject({ body: '[1]', truncated: true });
  });
});

describe('the headers of an answer', () => {
  it('come along, but for those of the connection and cookies', () => {
    const headers = {
      etag: '"1"',
      'x-rate-limit': '5',
      'set-cookie': 'a=b',
      connection: 'close',
      'content-length': '2',
      'content-encoding': 'gzip',
      'transfer-encoding': 'chunked',
    };
    expect(read('{}', { headers }).headers).toEqual({ etag: '"1"', 'x-rate-limit': '5' });
  });
});

describe("the call's secrets", () => {
  const secrets = ['canary-key', 'Y2FuYXJ5'];

  it('are taken out of the body, parsed or not, wherever they stand', () => {
    expect(read('{"got":"Bearer canary-key, canary-key"}', { type: JSON_TYPE, secrets }).body).toEqual({
      got: 'Bearer [HIDDEN], [HIDDEN]',
    });
    expect(read('key=canary-key basic=Y2FuYXJ5', { type: 'text/plain', secrets }).body).toBe(
      'key=[HIDDEN] basic=[HIDDEN]',
    );
  });

  it('are taken out of the headers', () => {
    const headers = { 'x-echo': 'Bearer canary-key', location: 'https://api.example.com/?key=canary-key' };
    expect(Object.values(read('', { headers, secrets }).headers).join()).not.toContain('canary-key');
  });

  it('hide nothing of an answer by being very short', () => {
    expect(read('a man a plan', { secrets: ['a', '', 'man'] }).body).toBe('a man a plan');
  });

  it('are read as they are, not as a pattern', () => {
    expect(read('a.c+d(e abcdddde', { secrets: ['a.c+d(e'] }).body).toBe('[HIDDEN] abcdddde');
    expect(read('x secret$& x', { secrets: ['secret$&'] }).body).toBe('x [HIDDEN] x');
  });
});
