import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/index.js';
import { responseLimit } from './response-limit.js';

const { call } = readSettings({});

/** Returns how many bytes of a longer response are read. */
function bytesOf(beginning: string | Buffer, headers: Record<string, string>): number {
  const { bytes, raise } = responseLimit(call, { status: 200, headers });
  return raise?.when(Buffer.from(beginning as string)) === true ? raise.to : bytes;
}

const typed = (type: string) => ({ 'content-type': type });
const [TEXT, FILE, FILES] = [400_000, 10_485_760, 400_000 + 34_952_536];
const HOLDS_FILES = '{"openaiFileResponse": [';

describe('responseLimit', () => {
  it.each([
    ['text', 'text/plain', HOLDS_FILES, TEXT],
    ['JSON', 'application/json', '{"a": [', TEXT],
    ['JSON that has begun to contain files', 'application/json', HOLDS_FILES, FILES],
    ['vendor JSON that has begun to contain files', 'application/vnd.api+json', HOLDS_FILES, FILES],
    ['a file', 'application/pdf', '%PDF', FILE],
    ['an unknown type that looks like text', 'application/x-own', HOLDS_FILES, TEXT],
    ['an unknown type that looks like a file', 'application/x-own', '\0', FILE],
  ])('depends on the content type: %s', (_, type, beginning, bytes) => {
    expect(bytesOf(beginning, typed(type))).toBe(bytes);
  });

  it.each([
    ['text', 'abc', TEXT],
    ['JSON that has begun to contain files', HOLDS_FILES, FILES],
    ['a file', '\x89PNG\0', FILES],
  ])('depends on the beginning of a body without content type: %s', (_, beginning, bytes) => {
    expect([bytesOf(beginning, {}), bytesOf(beginning, typed(''))]).toEqual([bytes, bytes]);
  });

  it('is higher for JSON with bounds, which is shortened', () => {
    const limitWith = (type: string) => responseLimit(call, { status: 200, headers: typed(type) }, { keep: ['/id'] });
    expect(limitWith('application/json').bytes).toBe(4_000_000);
    expect(limitWith('text/plain').bytes).toBe(TEXT);
  });

  it('keeps what has arrived of an event stream at the deadline', () => {
    const isKept = (type: string) => responseLimit(call, { status: 200, headers: typed(type) }).keepAtDeadline;
    expect(['text/event-stream; charset=utf-8', 'text/plain', 'application/json'].map(isKept)).toEqual([
      true,
      false,
      undefined,
    ]);
  });

  it('is 0 for a file whose declared length is too large', () => {
    expect(bytesOf('', { ...typed('image/png'), 'content-length': '10485760' })).toBe(FILE);
    expect(bytesOf('', { ...typed('image/png'), 'content-length': '10485761' })).toBe(0);
  });

  it.each([
    ['text', 'text/plain', 4, 0],
    ['JSON, which may name files by URL', 'application/json', 6, 6 * 26_214_400],
    ['a file', 'image/png', 6, 0],
    ['an unknown type', 'application/x-own', 6, 0],
    ['no type, which may be JSON', '', 6, 6 * 26_214_400],
  ])('sets the memory per byte by kind: %s', (_, type, perByte, afterBody) => {
    expect(responseLimit(call, { status: 200, headers: typed(type) }).memory).toEqual({ perByte, afterBody });
  });
});
