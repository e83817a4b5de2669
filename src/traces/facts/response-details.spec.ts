import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { responseDetails } from './response-details.js';

const details = (body: unknown, headers: Record<string, string> = {}) =>
  responseDetails({ headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('responseDetails', () => {
  it.each([
    ['at the top level', { access_token: 'at' }, ''],
    ['in a form', 'access_token=at&scope=a', ''],
    ['in a nested object', { ok: true, authed_user: { access_token: 'at' } }, '/authed_user'],
    ['under names that need escaping', { 'a/b': { 'c~d': { access_token: 'at' } } }, '/a~1b/c~0d'],
    ['in an array', [{ id: 1 }, { access_token: 'at' }], '/1'],
    ['nowhere', { access_token: '', error: 'x' }, undefined],
    ['too deeply nested', { a: { b: { c: { d: { access_token: 'at' } } } } }, undefined],
    ['not in a web page', '<html>', undefined],
  ])('locates the token: %s', (_, body, tokenPath) => {
    expect(details(body).tokenPath).toBe(tokenPath);
  });

  it('reports whether the object with the token also has a lifetime', () => {
    expect(details({ access_token: 'at', expires_in: 'soon' }).hasExpiresIn).toBe(true);
    expect(details({ data: { access_token: 'at', expires_in: 0 } }).hasExpiresIn).toBe(true);
    for (const expires_in of [undefined, null, '']) {
      expect(details({ access_token: 'at', expires_in }).hasExpiresIn).toBe(false);
    }
    expect(details({ expires_in: 1, data: { access_token: 'at' } }).hasExpiresIn).toBe(false);
  });

  it.each([
    ['Basic realm="x"', true],
    ['Bearer, basic', true],
    ['Bearer realm="basics"', false],
  ])('reports whether Basic authentication is requested: %s', (challenge, asksForBasic) => {
    expect(details('', { 'www-authenticate': challenge }).asksForBasic).toBe(asksForBasic);
  });

  it('extracts error texts from fields other than those of OAuth', () => {
    expect(details({ status: 'BAD_AUTH_CODE', message: 'missing or unknown auth code' }).errorText).toBe(
      'BAD_AUTH_CODE missing or unknown auth code',
    );
    expect(details({ error: { message: 'no', code: 1 }, errorSummary: 'E' }).errorText).toBe('E no');
    expect(details({ message: 'x'.repeat(5000) }).errorText).toHaveLength(1000);
  });

  it('accepts any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        expect(details(body)).toMatchObject({ asksForBasic: false });
      }),
    );
  });
});
