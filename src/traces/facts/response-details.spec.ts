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
    ['in an array', [{ id: 1 }, { access_token: 'at' }], ''],
    ['in an array in an object', { list: [{ id: 1 }, { access_token: 'at' }] }, '/list/1'],
    ['in JSON in a text', JSON.stringify(JSON.stringify({ access_token: 'at' })), ''],
    ['in JSON in a field', { data: JSON.stringify({ access_token: 'at' }) }, '/data'],
    ['in an object under its name', { access_token: { access_token: 'at' } }, '/access_token'],
    ['nowhere', { access_token: '', error: 'x' }, undefined],
    ['too deeply nested', { a: { b: { c: { d: { access_token: 'at' } } } } }, undefined],
    ['not in a web page', '<html>', undefined],
  ])('locates the token: %s', (_, body, tokenPath) => {
    expect(details(body).tokenPath).toBe(tokenPath);
  });

  it.each([
    ['in a nested object', { data: { apiToken: 'at' } }, '/data/apiToken'],
    ['at the top level', { token: 12_345 }, '/token'],
    ['in an object called access_token', { access_token: { token: 'at' } }, '/access_token/token'],
    ['not beside an access_token', { token: 'csrf', data: { access_token: 'at' } }, undefined],
    ['not in other fields', { id_token: 'x', csrf_token: 'x', token_type: 'x', refresh_token: 'x' }, undefined],
  ])('locates a token with another name: %s', (_, body, otherTokenPath) => {
    expect(details(body).otherTokenPath).toBe(otherTokenPath);
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
