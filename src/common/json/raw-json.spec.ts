import { describe, expect, it } from '@jest/globals';
import { bodyOf, jsonParts, RawJson } from './raw-json.js';

const NUMBERS = '{"id": 12345678901234567890, "n": 1.0}';

describe('JSON with raw parts', () => {
  it('contains them as they were written', () => {
    expect(jsonParts({ a: [new RawJson([NUMBERS]), '€ "1"'], b: new RawJson(['[', '1', ']']) }).join('')).toBe(
      `{"a":[${NUMBERS},"€ \\"1\\""],"b":[1]}`,
    );
    expect(jsonParts(new RawJson([NUMBERS])).join('')).toBe(NUMBERS);
  });

  it('is plain JSON without them', () => {
    const value = { text: 'a', none: undefined, list: [1, null], at: new Date(0) };
    expect(jsonParts(value)).toEqual([JSON.stringify(value)]);
  });

  it('does not copy large ones', () => {
    const large = Buffer.from('"JVBERi0xLjcK"');
    expect(jsonParts({ content: new RawJson([large]) })).toContain(large);
  });

  it('is a text, or a stream of known length', async () => {
    expect(bodyOf(['{', '}'])).toBe('{}');
    const body = bodyOf(['"', Buffer.from('€'), '"']);
    if (typeof body === 'string') throw new Error('it must be a stream');
    const chunks: Buffer[] = [];
    for await (const chunk of body.stream) chunks.push(chunk as Buffer);
    expect([Buffer.concat(chunks).toString(), body.length]).toEqual(['"€"', 5]);
  });

  it('can be read by serializers that know nothing of parts', () => {
    expect(JSON.stringify([new RawJson(['{"n": ', '1}'])])).toBe('[{"n":1}]');
  });
});
