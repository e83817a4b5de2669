import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { liftContents } from './lift-contents.js';

const MANY = 1_000_000;

/** Returns the parsed JSON with the contents put back. */
function putBack(text: string): unknown {
  const { outline, contents } = liftContents(text, MANY);
  const body = JSON.parse(outline);
  for (const item of body.openaiFileResponse) {
    if (typeof item?.content !== 'string') continue;
    const literal = contents[Number(item.content)];
    if (literal !== undefined) item.content = JSON.parse(literal);
  }
  return body;
}

describe('liftContents', () => {
  it('replaces the contents of files by indexes', () => {
    const text = '{"a":1,"openaiFileResponse":[{"name":"x","content":"AAAA"}, {"content" : "BB==","name":"y"}]}';
    expect(liftContents(text, MANY)).toEqual({
      outline: '{"a":1,"openaiFileResponse":[{"name":"x","content":"0"}, {"content" : "1","name":"y"}]}',
      isCut: false,
      contents: ['"AAAA"', '"BB=="'],
      hasFiles: true,
    });
  });

  it.each([
    '{"a":{"openaiFileResponse":[{"content":"AAAA"}]}}',
    '[{"openaiFileResponse":[{"content":"AAAA"}]}]',
    '{"openaiFileResponse":{"a":{"content":"AAAA"}}}',
    '{"openaiFileResponse":[["content","AAAA"]]}',
    '{"openaiFileResponse":[{"a":{"content":"AAAA"}}]}',
    '{"openaiFileResponse":[{"content":["AAAA"]}]}',
    '{"openaiFileResponse":[{"contents":"AAAA"}]}',
    '{"a":"\\"openaiFileResponse\\":[{\\"content\\":\\"AAAA\\"}]"}',
    '{"openaiFileResponse":"x","a":[{"content":"AAAA"}]}',
    '{"a":1}',
    '',
  ])('leaves content that is not in a file: %s', (text) => {
    expect(liftContents(text, MANY)).toMatchObject({ outline: text, isCut: false, contents: [] });
  });

  it('does not count contents towards the limit', () => {
    const text = JSON.stringify({ openaiFileResponse: [{ content: 'A'.repeat(10_000) }], note: 'x'.repeat(50) });
    const outline = text.replace(/A+/, '0');
    expect(liftContents(text, outline.length).outline).toBe(outline);
    expect(liftContents(text, outline.length - 1)).toMatchObject({ outline: outline.slice(0, -1), isCut: true });
  });

  it('keeps escape sequences in contents', () => {
    const file = String.raw`{"openaiFileResponse":[{"content":"AA\/A\n","name":"a\"]}b\\"},{"content":"a\"b"}]}`;
    expect(putBack(file)).toEqual(JSON.parse(file));
  });

  it('lifts contents so that they can be put back', () => {
    const item = fc.oneof(
      fc.record({ name: fc.string(), content: fc.oneof(fc.string(), fc.base64String(), fc.jsonValue()) }),
      fc.dictionary(fc.constantFrom('content', 'name', 'a"b', '\\'), fc.jsonValue()),
      fc.jsonValue(),
    );
    const body = fc.record({ before: fc.jsonValue(), openaiFileResponse: fc.array(item), after: fc.jsonValue() });
    fc.assert(
      fc.property(body, fc.constantFrom(undefined, 2), (value, space) => {
        const text = JSON.stringify(value, null, space);
        expect(putBack(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['brackets', '['.repeat(30_000_000)],
    ['empty strings', '"",'.repeat(10_000_000)],
    ['escaped quotes', `"${'\\"'.repeat(15_000_000)}`],
    ['white space', ' '.repeat(30_000_000)],
    ['files without end', '{"content":"AAAA"},'.repeat(1_500_000)],
  ])('stops scanning at the limit: %s', (_, rest) => {
    const text = `{"openaiFileResponse":[${rest}`;
    const { outline, isCut } = liftContents(text, 100_000);
    expect([outline.length, isCut]).toEqual([100_000, true]);
  });
});
