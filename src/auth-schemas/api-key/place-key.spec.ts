import { describe, expect, it } from '@jest/globals';
import { placeKey, type KeyPlacement } from './place-key.js';

const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
const inHeader = (placement: Partial<KeyPlacement>): KeyPlacement => ({
  auth_type: 'bearer',
  location: 'header',
  ...placement,
});

describe('placeKey', () => {
  it('sends a key as a bearer token', () => {
    const placed = placeKey(inHeader({ auth_type: 'bearer' }), { api_key: 'k-123' });
    expect(placed).toEqual({ headers: { authorization: 'Bearer k-123' }, secrets: ['k-123'] });
  });

  it('sends a key unchanged in a custom header, with the name in lower case', () => {
    const placed = placeKey(inHeader({ auth_type: 'custom', custom_header_name: 'X-Weather-Key' }), { api_key: 'a:b' });
    expect(placed).toEqual({ headers: { 'x-weather-key': 'a:b' }, secrets: ['a:b'] });
  });

  it.each(['basic', 'bearer', 'custom'] as const)(
    'sends a key in the query and in no header, with auth_type %s',
    (auth_type) => {
      const placement = { auth_type, location: 'query', parameter_name: 'appid', custom_header_name: 'X-Key' } as const;
      expect(placeKey(placement, { api_key: 'k&=1' })).toEqual({
        headers: {},
        query: { appid: 'k&=1' },
        secrets: ['k&=1'],
      });
    },
  );
});

describe('placeKey for the Basic scheme (RFC 7617)', () => {
  const basic = (api_key: string) => placeKey(inHeader({ auth_type: 'basic' }), { api_key });

  it('encodes user:password, and redacts both forms and the password alone', () => {
    expect(basic('user:pä:ss')).toEqual({
      headers: { authorization: `Basic ${base64('user:pä:ss')}` },
      secrets: ['user:pä:ss', base64('user:pä:ss'), 'pä:ss'],
    });
  });

  it('sends an encoded pair unchanged, and redacts it decoded and its password', () => {
    const pair = base64('user:pass');
    expect(basic(pair)).toEqual({ headers: { authorization: `Basic ${pair}` }, secrets: [pair, 'user:pass', 'pass'] });
  });

  it('redacts the user name of a pair without a password', () => {
    expect(basic('sk_live_1:').secrets).toEqual(['sk_live_1:', base64('sk_live_1:'), 'sk_live_1']);
  });

  it('sends any other key unchanged', () => {
    expect(basic('opaque')).toEqual({ headers: { authorization: 'Basic opaque' }, secrets: ['opaque'] });
  });

  it('encodes a username with its password, which may be empty', () => {
    const placement = inHeader({ auth_type: 'basic', username: 'alice' });
    expect(placeKey(placement, { password: 'p:w' })).toEqual({
      headers: { authorization: `Basic ${base64('alice:p:w')}` },
      secrets: ['p:w', base64('alice:p:w'), 'alice:p:w'],
    });
    expect(placeKey(placement, { password: '' }).headers).toEqual({ authorization: `Basic ${base64('alice:')}` });
  });

  it('does not redact an empty password, because it would match everywhere', () => {
    expect(placeKey(inHeader({ auth_type: 'basic', username: 'alice' }), {}).secrets).toEqual([base64('alice:')]);
  });
});
