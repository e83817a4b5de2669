import { describe, expect, it } from '@jest/globals';
import type { JsonObject, Located } from '@countersign/openapi';
import { CountersignError } from '../../../common/index.js';
import { readCredentials } from './credentials.js';

const read = (api_key?: string | number | null) =>
  readCredentials([{ value: api_key === undefined ? {} : { api_key }, pointer: '/metadata' }], {
    api_key: ['api_key'],
  });

const IV = '0123456789abcdef0123456789abcdef';

describe('a credential of a source', () => {
  it.each(['sk-live-0123456789', 'user:password', IV, `${IV}:password`, 'yourself', '[a] b', 'v1:x', 'a'])(
    'is used as is: %s',
    (value) => {
      expect(read(value)).toEqual({
        fields: { api_key: { value, pointer: '/metadata/api_key' } },
        withheld: [],
        warnings: [],
      });
    },
  );

  it.each([
    '[HIDDEN]',
    '<your key>',
    '<API_KEY>',
    '{{API_KEY}}',
    '********',
    'YOUR_API_KEY',
    'your-key',
    'Replace_this',
  ])('counts as withheld if it is a placeholder: %s', (value) => {
    expect(read(value)).toEqual({ fields: {}, withheld: ['api_key'], warnings: [] });
  });

  it.each([`${IV}:${IV}`, `${IV}:${IV}${IV}`.toUpperCase(), `v3:${IV}:a1b2c3`, `v1:${IV}:`])(
    'counts as withheld, with a warning, if it is encrypted: %s',
    (value) => {
      expect(read(value)).toEqual({
        fields: {},
        withheld: ['api_key'],
        warnings: [{ code: 'credential_encrypted', message: expect.any(String), pointer: '/metadata/api_key' }],
      });
    },
  );

  it.each([undefined, null, ''])('may be absent: %j', (value) => {
    expect(read(value)).toEqual({ fields: {}, withheld: [], warnings: [] });
  });

  it('must be a string', () => {
    expect(() => read(7)).toThrow(CountersignError);
  });

  it('is taken from the first place and name that has one', () => {
    const names = { client_id: ['oauth_client_id', 'client_id'] };
    const places: Located<JsonObject>[] = [
      { value: { oauth_client_id: '', client_id: 'second' }, pointer: '/metadata' },
      { value: { oauth_client_id: 'third' }, pointer: '/metadata/auth' },
    ];
    expect(readCredentials(places, names).fields).toEqual({
      client_id: { value: 'second', pointer: '/metadata/client_id' },
    });
    expect(readCredentials(places.slice(1), names).fields).toEqual({
      client_id: { value: 'third', pointer: '/metadata/auth/oauth_client_id' },
    });
  });
});
