import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/index.js';
import { responseLimit } from './response-limit.js';

const { call } = readSettings({});

/** How many bytes of an answer are read that has more. */
function bytesOf(beginning: string | Buffer, headers: Record<string, string>): number {
  const { bytes, raise } = responseLimit(call, { status: 200, headers });
  return raise?.when(Buffer.from(beginning as string)) === true ? raise.to : bytes;
}

const typed = (type: string) => ({ 'content-type': type });
const [TEXT, FILE, FILES] = [400_000, 10_485_760, 400_000 + 34_952_536];
const HOLDS_FILES = '{"openaiFileResponse": [';

describe('an answer', () => {
  it.each([
    ['text', 'text/plain', HOLDS_FILES, TEXT],
    ['JSON', 'application/json', '{"a": [', TEXT],
    ['JSON that has begun to hold files', 'application/json', HOLDS_FILES, FILES],
    ['JSON of a vendor that has', 'application/vnd.api+json', HOLDS_FILES, FILES],
    ['a file', 'application/pdf', '%PDF', FILE],
    ['what is not known and looks like text', 'application/x-own', HOLDS_FILES, TEXT],
    ['what is not known and looks like a file', 'application/x-own', '\0', FILE],
  ])('is read as far as it is worth: %s', (_, type, beginning, bytes) => {
    expect(bytesOf(beginning, typed(type))).toBe(bytes);
  });

  it.each([
    ['text', 'abc', TEXT],
    ['JSON that has begun to hold files', HOLDS_FILES, FILES],
    ['a file', '\x89PNG\0', FILES],
  ])('of no type is read as far as what it looks like is worth: %s', (_, beginning, bytes) => {
    expect([bytesOf(beginning, {}), bytesOf(beginning, typed(''))]).toEqual([bytes, bytes]);
  });

  it('that is a file and says that it is too large is not read at all', () => {
    expect(bytesOf('', { ...typed('image/png'), 'content-length': '10485760' })).toBe(FILE);
    expect(bytesOf('', { ...typed('image/png'), 'content-length': '10485761' })).toBe(0);
  });

  it.each([
    ['text', 'text/plain', 4, 0],
    ['JSON, which may name files', 'application/json', 6, 6 * 26_214_400],
    ['a file', 'image/png', 6, 0],
    ['what is not known', 'application/x-own', 6, 0],
    ['what has no type, and may be JSON', '', 6, 6 * 26_214_400],
  ])('is counted by what becomes of it: %s', (_, type, perByte, after) => {
    expect(responseLimit(call, { status: 200, headers: typed(type) }).held).toEqual({ perByte, after });
  });
});
