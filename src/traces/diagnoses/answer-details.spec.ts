import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { answerDetails } from './answer-details.js';

const details = (body: unknown, headers: Record<string, string> = {}) =>
  answerDetails({ headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('the details of an answer', () => {
  it.each([
    ['the top', { access_token: 'at' }, ''],
    ['a form', 'access_token=at&scope=a', ''],
    ['an object', { ok: true, authed_user: { access_token: 'at' } }, '/authed_user'],
    ['names that have to be escaped', { 'a/b': { 'c~d': { access_token: 'at' } } }, '/a~1b/c~0d'],
    ['a list', [{ id: 1 }, { access_token: 'at' }], '/1'],
    ['nowhere', { access_token: '', error: 'x' }, undefined],
    ['too deep', { a: { b: { c: { d: { access_token: 'at' } } } } }, undefined],
    ['no JSON', '<html>', undefined],
  ])('say where the token is: %s', (_, body, tokenPath) => {
    expect(details(body).tokenPath).toBe(tokenPath);
  });

  it('say whether there is a lifetime beside the token', () => {
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
  ])('say whether Basic is asked for: %s', (challenge, asksForBasic) => {
    expect(details('', { 'www-authenticate': challenge }).asksForBasic).toBe(asksForBasic);
  });

  it('have the words that are not where OAuth has them', () => {
    expect(details({ status: 'BAD_AUTH_CODE', message: 'missing or unknown auth code' }).words).toBe(
      'BAD_AUTH_CODE missing or unknown auth code',
    );
    expect(details({ error: { message: 'no', code: 1 }, errorSummary: 'E' }).words).toBe('E no');
    expect(details({ message: 'x'.repeat(5000) }).words).toHaveLength(1000);
  });

  it('are had of anything', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (body) => {
        expect(details(body)).toMatchObject({ asksForBasic: false });
      }),
    );
  });
});
