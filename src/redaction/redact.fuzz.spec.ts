import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { redactResponse, redactRequest } from './redact.js';

/** No name, no word of the code and no placeholder begins so. */
const secrets = fc.string({ unit: 'grapheme', minLength: 5, maxLength: 60 }).map((text) => `k9~${text}`);

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');
const units = (text: string) =>
  [...text].flatMap((char) => Array.from({ length: char.length }, (_, at) => char.charCodeAt(at)));
const octets = (text: string) => [...Buffer.from(text)].map((octet) => `%${hex(octet, 2)}`).join('');

const spellings = fc.constantFrom<Array<(secret: string) => string>>(
  (secret) => secret,
  (secret) => JSON.stringify(secret).slice(1, -1),
  (secret) => JSON.stringify(secret).slice(1, -1).replaceAll('/', '\\/'),
  (secret) =>
    units(secret)
      .map((unit) => `\\u${hex(unit, 4)}`)
      .join(''),
  encodeURIComponent,
  (secret) => encodeURIComponent(encodeURIComponent(secret)),
  octets,
  (secret) => octets(secret).toUpperCase(),
  (secret) => new URLSearchParams({ s: secret }).toString().slice(2),
  (secret) => [...secret].map((char) => `&#${char.codePointAt(0)};`).join(''),
  (secret) => [...secret].map((char) => `&#x${hex(char.codePointAt(0) ?? 0, 1)};`).join(''),
  (secret) => Buffer.from(secret).toString('base64'),
  (secret) => Buffer.from(secret).toString('base64url'),
  (secret) => Buffer.from(`client:${secret}`).toString('base64'),
);

const names = fc.constantFrom(
  'error',
  'error_description',
  'scope',
  'client_id',
  'redirect_uri',
  'state',
  'code',
  'x',
  'expires_in',
  'iss',
);

/** Texts with a secret in them, in some place of some kind of body, query or header. */
const placed = fc.constantFrom<Array<(secret: string, name: string) => string>>(
  (secret) => secret,
  (secret, name) => `${name}=${secret}`,
  (secret, name) => `${secret}=${name}`,
  (secret, name) => `a=1&${name}=before+${secret}after&b=2`,
  (secret, name) => `{"${name}":"${secret}"}`,
  (secret, name) => `{"${name}":"before ${secret} after"}`,
  (secret, name) => `{"error":{"${name}":{"a":["${secret}"]}}}`,
  (secret, name) => `{"${secret}":"${name}"}`,
  (secret, name) => `{"${name}":{"${secret}":1},"message":"${secret}"`,
  (secret, name) => `<html><input name="${name}" value="${secret}"><p>${secret}</p><script>${secret}</script>`,
  (secret, name) => `${name}: ${secret}`,
  (secret) => `see https://${secret}@h.example/${secret}/x?${secret}=1&error=${secret}#${secret} there`,
  (secret, name) => `Bearer ${name}="${secret}", realm="${secret}"`,
);

const urls = fc.constantFrom<Array<(text: string) => string>>(
  (text) => text,
  (text) => `https://h.example/${text}`,
  (text) => `https://h.example/a?${text}`,
  (text) => `https://h.example/a?error_description=${text}`,
  (text) => `https://h.example/a#${text}`,
);

const HEADERS = [
  'location',
  'www-authenticate',
  'server',
  'x-request-id',
  'content-type',
  'authorization',
  'cookie',
  'x-other',
];

const headersWith = (text: string) => Object.fromEntries([...HEADERS.map((name) => [name, text]), [text, text]]);

/** Everything that would be kept if the text came in every place. */
function kept(text: string, url: string, known: string[]): string[] {
  const headers = headersWith(text);
  const request = redactRequest({ method: 'POST', url, headers, body: text }, known);
  const answer = redactResponse({ status: 400, headers, body: text }, known);
  return stringsOf([request, answer]);
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...stringsOf(inner)]);
}

describe('whatever comes', () => {
  it('a known secret is not kept, in any place and spelling', () => {
    fc.assert(
      fc.property(secrets, spellings, placed, names, urls, (secret, spell, place, name, url) => {
        const spelled = spell(secret);
        const text = place(spelled, name);
        for (const part of kept(text, url(text), [secret])) {
          expect(part).not.toContain(secret);
          expect(part).not.toContain(spelled);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('a token that nobody knows yet is not kept, in any place', () => {
    const tokens = fc
      .uint8Array({ minLength: 24, maxLength: 80 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'))
      .filter((token) => /\d.*[a-z]|[a-z].*\d/i.test(token));
    const notInScope = names.filter((name) => name !== 'client_id');
    fc.assert(
      fc.property(tokens, placed, notInScope, (token, place, name) => {
        const text = place(token, name);
        const { body } = redactResponse({ status: 200, headers: {}, body: text }, []);
        const url = `https://h.example/a?${text}`;
        expect(body).not.toContain(token);
        expect(redactRequest({ method: 'GET', url }, []).line).not.toContain(token);
      }),
      { numRuns: 1000 },
    );
  });

  it('a short token is not kept under a name that is not well known', () => {
    const short = fc.stringMatching(/^[a-z]{4,8}[0-9][A-Z]$/);
    fc.assert(
      fc.property(
        short,
        fc.constantFrom('access_token', 'refresh_token', 'id_token', 'jwt', 'x', 'user'),
        (token, name) => {
          for (const body of [
            `${name}=${token}`,
            `{"${name}":"${token}"}`,
            `{"a":[{"${name}":"${token}"}],"error":"e"}`,
          ]) {
            expect(stringsOf(redactResponse({ status: 200, headers: {}, body }, [])).join()).not.toContain(token);
          }
        },
      ),
    );
  });

  it('nothing is thrown, and what is kept stays far below what a row holds', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.json({ maxDepth: 8 }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.constantFrom(
        '<',
        '{',
        '"',
        '%',
        '%%41',
        '\\u',
        '&#x110000;',
        '=',
        '&',
        '\ud800',
        '[[[[',
        'a=b=c',
        '=x',
        '?',
        '#',
      ),
    );
    fc.assert(
      fc.property(texts, texts, fc.integer({ min: 1, max: 3000 }), (text, other, times) => {
        const long = (text + other).repeat(times).slice(0, 20_000);
        const sent = redactRequest({ method: other, url: long, headers: headersWith(long), body: long }, [other]);
        const received = redactResponse({ status: 200, headers: headersWith(long), body: long }, [other]);
        for (const half of [sent, received]) expect(Buffer.byteLength(JSON.stringify(half))).toBeLessThan(12_000);
      }),
      { numRuns: 100 },
    );
  });

  // The bound is for what would take minutes, not for a busy machine.
  it.each([
    ['a', 60_000],
    ['a.', 30_000],
    ['a@', 30_000],
    ['aZ9%', 15_000],
    ['"\\', 30_000],
    ['<script>', 8000],
    ['a="', 20_000],
    ['?a', 30_000],
    ['&#1;', 15_000],
    ['[', 60_000],
    [' \n', 30_000],
    ['Ab ', 20_000],
  ])('%j, %i times, is read, which would not end if the time grew faster than the length', (text, times) => {
    for (const body of [`<${text.repeat(times)}`, text.repeat(times)]) {
      expect(redactResponse({ status: 200, headers: {}, body }, ['canary-1', 'canary-2'])).toBeDefined();
    }
  });
});
