import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { HIDDEN, longTextRedactor } from '../../common/index.js';
import { redactJson } from './redact-json.js';

const KEY = 'canary/k+y "1"';

const redacted = (json: string, secrets: string[] = [KEY]) => redactJson(json, longTextRedactor(secrets));

/** Writes a text as a JSON string with some characters escaped that need not be. */
function literal(text: string, isEscaped: boolean[]): string {
  const units = Array.from({ length: text.length }, (_, at) => {
    const unit = text.charAt(at);
    if (isEscaped[at % isEscaped.length]) return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`;
    return unit === '/' ? '\\/' : JSON.stringify(unit).slice(1, -1);
  });
  return `"${units.join('')}"`;
}

describe('JSON with a secret', () => {
  it.each([
    ['a value', '{"key": "canary\\/k\\u002By \\"1\\""}', '{"key": "[HIDDEN]"}'],
    ['a key', '{"canary/k\\u002by \\u00221\\"": [1]}', '{"[HIDDEN]": [1]}'],
    ['a part of a value', '["a \\"canary/k+y \\"1\\"\\""]', '["a \\"[HIDDEN]\\""]'],
    ['the whole JSON', '"canary/k+y \\"1\\""', '"[HIDDEN]"'],
    ['HTML in a value', '["<b>canary&sol;k&#43;y &quot;1&quot;</b>"]', '["<b>[HIDDEN]</b>"]'],
    ['a URL in a value', '["/?key=canary%2Fk%2by+%221%22&x=1"]', '["/?key=[HIDDEN]&x=1"]'],
  ])('reads [HIDDEN] in %s', async (_, json, expected) => {
    expect(await redacted(json)).toBe(expected);
  });

  it('reads [HIDDEN] however the secret is written and nested', async () => {
    const spellings = fc.constantFrom<((text: string) => string)[]>(
      (text) => text,
      encodeURIComponent,
      (text) => Buffer.from(`u:${text}`).toString('base64'),
      (text) => Buffer.from(text).toString('hex'),
      (text) => JSON.stringify(text).slice(1, -1),
      (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
    );
    const escapes = fc.array(fc.boolean(), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 4 }),
        spellings,
        spellings,
        escapes,
        async (text, inner, outer, escape) => {
          const secret = `Zq7${text}`;
          const spelled = outer(inner(secret));
          const json = `{"a": [${literal(spelled, escape)}], ${literal(`<${spelled}>`, escape)}: true}`;
          const value = JSON.parse(await redacted(json, [secret])) as Record<string, unknown>;
          for (const part of [String(value['a']), Object.keys(value)[1]]) {
            expect(part).toContain(HIDDEN);
            expect(part).not.toContain(spelled);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('has a string in place of a number that contains the secret', async () => {
    const json = '{"n": 7712345678, "s": -1.0e5, "t": "\\n"}';
    expect(await redacted(json, ['12345678'])).toBe('{"n": "[HIDDEN]", "s": -1.0e5, "t": "\\n"}');
  });

  it('stays JSON if the secret looks like its syntax', async () => {
    expect(await redacted('["a","b"]', ['a","b"'])).toBe('["a","b"]');
    expect(await redacted('["a\\",\\"b\\""]', ['a","b"'])).toBe('["[HIDDEN]"]');
  });
});

describe('JSON without a secret', () => {
  it('stays as it was written', async () => {
    const written = [
      '{ "a":\t12345678901234567890, "\\u0041\\/": 1.0, "a": -0.10e+05 }',
      '["\\ud800", "é"]',
      '{"a": "b',
    ];
    for (const json of written) expect(await redacted(json)).toBe(json);
    await fc.assert(
      fc.asyncProperty(fc.json({ noUnicodeString: false }), async (json) => expect(await redacted(json)).toBe(json)),
    );
  });

  it('is searched with pauses, so that other work runs', async () => {
    for (const json of [
      `["${'\\n'.repeat(500_000)}"]`,
      `[${'"\\n",'.repeat(200_000)}1]`,
      `["\\n"${',123456'.repeat(150_000)}]`,
    ]) {
      let [turns, isDone] = [0, false];
      const count = () => {
        turns++;
        if (!isDone) setImmediate(count);
      };
      setImmediate(count);
      expect(await redacted(json)).toBe(json);
      isDone = true;
      expect(turns).toBeGreaterThanOrEqual(3);
    }
  });
});
