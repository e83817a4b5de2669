import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { byteRedactor, HIDDEN, longTextRedactor, redactor } from './redactor.js';

const SECRET = 'p/w+ö "x" ~1';

type Spell = (text: string) => string;

const codeUnits = (text: string) => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
const octets = (text: string) => [...Buffer.from(text)];
const form: Spell = (text) => new URLSearchParams({ s: text }).toString().slice(2);
const lowerCase: Spell = (text) => text.replaceAll(/%../g, (octet) => octet.toLowerCase());
const base64: Spell = (text) => Buffer.from(text).toString('base64').replace(/=+$/, '');
const base64url: Spell = (text) => Buffer.from(text).toString('base64url');
const json: Spell = (text) => JSON.stringify(text).slice(1, -1);

const ENCODINGS: Record<string, Spell> = {
  'in plain text': (text) => text,
  'in JSON': json,
  'in JSON with escaped slashes': (text) => json(text).replaceAll('/', '\\/'),
  'in JSON with every character escaped': (text) =>
    codeUnits(text)
      .map((unit) => `\\u${hex(unit, 4)}`)
      .join(''),
  'in JSON with characters escaped in upper case': (text) =>
    codeUnits(text)
      .map((unit) => (unit > 64 && unit < 91 ? String.fromCharCode(unit) : `\\u${hex(unit, 4).toUpperCase()}`))
      .join(''),
  'in HTML': (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#039;'),
  'in HTML with named characters': (text) =>
    text.replaceAll('&', '&amp;').replaceAll('/', '&sol;').replaceAll('+', '&plus;').replaceAll('=', '&equals;'),
  'in HTML with decimal references': (text) => [...text].map((char) => `&#${char.codePointAt(0)};`).join(''),
  'in HTML with hexadecimal references': (text) =>
    [...text].map((char) => `&#x${hex(char.codePointAt(0) ?? 0, 1)};`).join(''),
  'in a URL': (text) => encodeURIComponent(text),
  'in a URL, in lower case': (text) => lowerCase(encodeURIComponent(text)),
  'in a URL with every octet escaped': (text) =>
    octets(text)
      .map((octet) => `%${hex(octet, 2)}`)
      .join(''),
  'in a form': form,
  'in a form, in lower case': (text) => lowerCase(form(text)),
  'in base64': base64,
  'in base64url': base64url,
  'in base64 behind one octet': (text) => base64(`:${text}`),
  'in base64url behind two octets and before others': (text) => base64url(`u:${text}:more`),
  'in base64 behind one other character': (text) => `x${base64(text)}`,
  'in base64 behind two other characters': (text) => `xy${base64(text)}`,
  'in base64 behind three other characters': (text) => `xyz${base64(text)}`,
  'in hexadecimal': (text) => Buffer.from(text).toString('hex'),
  'in hexadecimal, in upper case, behind a digit': (text) => `0${Buffer.from(text).toString('hex').toUpperCase()}`,
};
const SPELLINGS = Object.entries(ENCODINGS);
const spellings = fc.constantFrom(...Object.values(ENCODINGS));

/** Well-formed, as text in a request is. */
const secrets = fc
  .string({
    unit: fc.oneof(fc.constantFrom(...'/+=&%\\<"\'~:;é€😀'), fc.string({ minLength: 1, maxLength: 1 })),
    minLength: 6,
    maxLength: 40,
  })
  .filter((text) => text.length >= 6);
/** Text that does not complete or break a run, an escape or a character of the secret. */
const surroundings = fc.constantFrom('', ' ', '<', '"', '\n', '. ', ' é ', ' 100% & \\ ');

/** A beginning that no other text has. */
const DISTINCTIVE = 'Zq7~';

describe('a secret', () => {
  it.each(SPELLINGS)('is hidden %s', (_, spell) => {
    const redacted = redactor([SECRET])(`before ${spell(SECRET)} after`);
    expect(redacted).toContain(HIDDEN);
    expect(redacted).toMatch(/^before .* after$/);
    expect(redacted).not.toContain(spell(SECRET));
  });

  it('is hidden in every spelling of every spelling', () => {
    fc.assert(
      fc.property(secrets, spellings, spellings, surroundings, (text, inner, outer, around) => {
        const secret = DISTINCTIVE + text;
        const spelled = outer(inner(secret));
        const redacted = redactor([secret])(around + spelled + around);
        expect(redacted).toContain(HIDDEN);
        expect(redacted).not.toContain(spelled);
        expect(redacted.startsWith(around) && redacted.endsWith(around)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it('is hidden alone: the text around it stays as it was written', () => {
    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (text, before, after) => {
        const secret = DISTINCTIVE + text;
        fc.pre(!`${before}${after}`.includes('Zq'));
        expect(redactor([secret])(`${before} ${secret} ${after}`)).toBe(`${before} ${HIDDEN} ${after}`);
        const spelled = encodeURIComponent(secret.toWellFormed());
        expect(redactor([secret])(`a\\nb%20c ${spelled} d&amp;e`)).toBe(`a\\nb%20c ${HIDDEN} d&amp;e`);
      }),
    );
  });

  it('is hidden everywhere, including adjacent occurrences', () => {
    expect(redactor(['canary-1', 'canary-2'])('canary-1canary-2, canary-1')).toBe('[HIDDEN][HIDDEN], [HIDDEN]');
  });

  it('is hidden completely if another secret is its prefix or overlaps it', () => {
    expect(redactor(['canary', 'canary-and-more'])('canary-and-more canary')).toBe('[HIDDEN] [HIDDEN]');
    expect(redactor(['my-canary', 'canary-and-more'])('my-canary-and-more')).toBe('[HIDDEN]');
  });

  it('is not interpreted as a pattern', () => {
    expect(redactor(['a.c+d(e', 'secret$&'])('a.c+d(e abcdddde secret$&')).toBe('[HIDDEN] abcdddde [HIDDEN]');
  });

  it('is not hidden if it is shorter than 6 characters', () => {
    expect(redactor(['', 'a', 'plan '])('a man a plan ')).toBe('a man a plan ');
  });

  it('may contain a lone surrogate', () => {
    expect(redactor(['canary\ud800'])('canary\ud800')).toBe(HIDDEN);
  });

  it('changes no text that does not contain it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), spellings, (text, spell) => {
        expect(redactor(['Zq7~canary'])(spell(text))).toBe(spell(text));
      }),
    );
  });
});

describe('a secret in a long text', () => {
  const LENGTH = 200_000;

  it.each(SPELLINGS)('is hidden %s wherever it begins', async (_, spell) => {
    const redact = longTextRedactor([SECRET]);
    const spelled = spell(spell(SECRET));
    for (let at = 65_536 - spelled.length - 3; at < 65_542; at += 7) {
      for (const filler of [' ', 'é']) {
        const redacted = await redact(filler.repeat(at) + spelled + filler.repeat(LENGTH - at));
        expect(redacted.includes(HIDDEN)).toBe(true);
        expect(redacted).not.toContain(spelled);
      }
    }
  });

  it('is searched with pauses, so that other work runs', async () => {
    let [turns, isDone] = [0, false];
    const count = () => {
      turns++;
      if (!isDone) setImmediate(count);
    };
    setImmediate(count);
    await longTextRedactor([SECRET])('a%20'.repeat(500_000));
    isDone = true;
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});

describe('the beginning of a long text', () => {
  // Windows of the search begin at multiples of the second length.
  const secrets = ['canary-canary', '%63anary' + 'x'.repeat(500)];
  const fillers = ['canary-', 'canary-canary', '\\u0063anary-canary ', '. ', 'é', 'Y2FuYXJ5LWNhbmFyeQ'];
  const text = fc.array(fc.tuple(fc.constantFrom(...fillers), fc.nat({ max: 4000 })), { minLength: 1, maxLength: 12 });

  it('is redacted as the whole text is', async () => {
    const redact = longTextRedactor(secrets);
    await fc.assert(
      fc.asyncProperty(text, fc.nat({ max: 100_000 }), async (parts, length) => {
        const long = parts.map(([filler, times]) => filler.repeat(times)).join('');
        const beginning = (await redact(long, length)).slice(0, length);
        expect(beginning === (await redact(long)).slice(0, length)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it('is redacted without searching the rest', async () => {
    let turns = 0;
    const count = (): void => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const beginning = await longTextRedactor(['canary-7'])('canary-7'.repeat(1_000_000), 100_000);
    clearImmediate(next);
    expect(beginning.slice(0, 100_000)).toBe(HIDDEN.repeat(12_500));
    expect(turns).toBeLessThan(10);
  });
});

// Superlinear time would take minutes, and exceed the timeout even on a fast machine.
describe('a search', () => {
  it.each([
    'a',
    '6',
    '\\',
    '\\u002b',
    '\\/',
    '&',
    '&#43;',
    '&amp;',
    '%',
    '%25',
    '%2525',
    'canary-7',
    'canary-',
    '%63anary-7',
    'Y2FuYXJ5LTc',
    `${'6'.repeat(15)} `,
    `${'a'.repeat(9)} `,
    'é%c3',
  ])('takes linear time in %j, repeated', async (text) => {
    const long = text.repeat(Math.ceil(1_000_000 / text.length));
    expect(await longTextRedactor(['canary-7', 'canary-7-and-more'])(long)).toBeDefined();
  });
});

describe('a secret in bytes', () => {
  const blanked = async (secrets: string[], bytes: Buffer): Promise<Buffer> => {
    await byteRedactor(secrets)(bytes);
    return bytes;
  };

  it.each(SPELLINGS)('is hidden %s without changing the length', async (_, spell) => {
    const secret = Buffer.from(spell(SECRET));
    const around = Buffer.from([0, 0xff]);
    const bytes = await blanked([SECRET], Buffer.concat([around, secret, around, secret]));
    expect(bytes.length).toBe(2 * (around.length + secret.length));
    expect(bytes.subarray(0, 2)).toEqual(around);
    expect(bytes.includes(secret)).toBe(false);
    expect(bytes.subarray(4 + secret.length).includes('*'.repeat(6))).toBe(true);
  });

  it('is hidden in UTF-16', async () => {
    expect(await blanked(['canary'], Buffer.from('a canary', 'utf16le'))).toEqual(
      Buffer.concat([Buffer.from('a ', 'utf16le'), Buffer.alloc(12, '*')]),
    );
  });

  it('is hidden wherever it begins', async () => {
    for (let at = 65_520; at < 65_545; at += 3) {
      const bytes = Buffer.alloc(150_000, 1);
      bytes.write('canary', at);
      await blanked(['canary'], bytes);
      expect([bytes.includes('canary'), bytes.indexOf('******')]).toEqual([false, at]);
    }
  });

  it('is hidden completely if others overlap it', async () => {
    const bytes = await blanked(['canary-1', '1-canary'], Buffer.from(`${'canary-1-'.repeat(30_000)}canary-1`));
    expect(bytes.findIndex((octet) => octet !== 42)).toBe(-1);
  });

  it('is not hidden if it is shorter than 6 characters', async () => {
    expect((await blanked(['', 'plan'], Buffer.from('a plan'))).toString()).toBe('a plan');
  });
});
