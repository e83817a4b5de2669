import { describe, expect, it } from '@jest/globals';
import { completeKey } from './completion.js';

const KEY = { type: 'api_key', api_key: 'k' };
const HEADER = { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Key' };
const QUERY = { type: 'api_key', auth_type: 'custom', location: 'query', parameter_name: 'appid' };

describe('completeKey', () => {
  it.each([
    ['a header', HEADER],
    ['the query', QUERY],
    ['bearer', { type: 'api_key', auth_type: 'bearer' }],
  ])('takes the placement from the suggestion: %s', (_, suggestion) => {
    expect(completeKey(KEY, suggestion)).toEqual({ ...KEY, ...suggestion });
  });

  it.each<[object, Record<string, unknown>, object]>([
    [{ auth_type: 'custom' }, HEADER, { custom_header_name: 'X-Key' }],
    [{ auth_type: null, location: 'header' }, HEADER, { auth_type: 'custom', custom_header_name: 'X-Key' }],
    [{ custom_header_name: 'X-Key' }, { type: 'api_key', auth_type: 'custom' }, { auth_type: 'custom' }],
    [{ location: 'query' }, QUERY, { auth_type: 'custom', parameter_name: 'appid' }],
    [{ custom_header_name: 'X-Key' }, HEADER, { auth_type: 'custom' }],
  ])('completes a placement that agrees with the suggestion: %j', (given, suggestion, completed) => {
    expect(completeKey({ ...KEY, ...given }, suggestion)).toEqual({ ...KEY, ...given, ...completed });
  });

  it.each<[object, Record<string, unknown>]>([
    [{ auth_type: 'bearer' }, HEADER],
    [{ custom_header_name: 'X-Other' }, HEADER],
    [{ location: 'query' }, HEADER],
    [{ location: 'header' }, QUERY],
    [{ auth_type: 'basic' }, QUERY],
    [{ parameter_name: 'key' }, QUERY],
    [{ auth_type: 7 }, HEADER],
  ])('keeps a placement that differs from the suggestion: %j', (given, suggestion) => {
    expect(completeKey({ ...KEY, ...given }, suggestion)).toEqual({ ...KEY, ...given });
  });

  it('takes other suggested fields even if the placement differs', () => {
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
