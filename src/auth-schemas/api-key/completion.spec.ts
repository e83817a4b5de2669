import { describe, expect, it } from '@jest/globals';
import { completeKey } from './completion.js';

const KEY = { type: 'api_key', api_key: 'k' };
const HEADER = { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Key' };
const QUERY = { type: 'api_key', auth_type: 'custom', location: 'query', parameter_name: 'appid' };

describe('the place of a key', () => {
  it.each([
    ['a header', HEADER],
    ['the query', QUERY],
    ['bearer', { type: 'api_key', auth_type: 'bearer' }],
  ])('is the one that the document says: %s', (_, suggestion) => {
    expect(completeKey(KEY, suggestion)).toEqual({ ...KEY, ...suggestion });
  });

  it.each<[object, Record<string, unknown>, object]>([
    [{ auth_type: 'custom' }, HEADER, { custom_header_name: 'X-Key' }],
    [{ auth_type: null, location: 'header' }, HEADER, { auth_type: 'custom', custom_header_name: 'X-Key' }],
    [{ custom_header_name: 'X-Key' }, { type: 'api_key', auth_type: 'custom' }, { auth_type: 'custom' }],
    [{ location: 'query' }, QUERY, { auth_type: 'custom', parameter_name: 'appid' }],
    [{ custom_header_name: 'X-Key' }, HEADER, { auth_type: 'custom' }],
  ])('is filled up where the client agrees with it: %j', (typed, suggestion, filled) => {
    expect(completeKey({ ...KEY, ...typed }, suggestion)).toEqual({ ...KEY, ...typed, ...filled });
  });

  it.each<[object, Record<string, unknown>]>([
    [{ auth_type: 'bearer' }, HEADER],
    [{ custom_header_name: 'X-Other' }, HEADER],
    [{ location: 'query' }, HEADER],
    [{ location: 'header' }, QUERY],
    [{ auth_type: 'basic' }, QUERY],
    [{ parameter_name: 'key' }, QUERY],
    [{ auth_type: 7 }, HEADER],
  ])('is left as it is where the client says something else: %j', (typed, suggestion) => {
    expect(completeKey({ ...KEY, ...typed }, suggestion)).toEqual({ ...KEY, ...typed });
  });

  it('does not change what else is suggested', () => {
    const suggestion = { ...HEADER, per_user: true, static_headers: { 'X-Mode': 'full' } };
    const { per_user, static_headers } = suggestion;
    expect(completeKey({ type: 'api_key', auth_type: 'bearer' }, suggestion)).toEqual({
      type: 'api_key',
      auth_type: 'bearer',
      per_user,
      static_headers,
    });
    expect(completeKey({ ...KEY, per_user: false }, suggestion)).toMatchObject({ per_user: false, static_headers });
  });
});
