import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { disabledPathTest } from './disabled-paths.js';

const isDisabled = disabledPathTest(
  [
    { method: 'GET', path: '/admin/{id}/keys' },
    { method: 'GET', path: '/files/{name}.{format}' },
    { method: 'GET', path: '/search?kind=all' },
    { method: 'POST', path: '/notes' },
  ],
  '/v1',
);

describe('the paths of disabled operations', () => {
  it.each([
    '/v1/admin/7/keys',
    '/admin/7/keys',
    '/v1/admin/7/keys/',
    '/v1//admin/7//keys',
    '/v1/ADMIN/7/Keys',
    '/v1/admin/a%2Fb/keys',
    '/v1/admin%2F7%2Fkeys',
    '/v1/admin/7%252Fkeys',
    '/v1/%61dmin/7/keys',
    '/v1/admin/7/x/../keys',
    '/v1/admin/7/x/%2e%2e/keys',
    String.raw`/v1/admin\7\keys`,
    '/v1/admin;a=b/7/keys;c',
    '/v1/files/report.2025.pdf',
    '/v1/search',
  ])('include %s', (path) => {
    expect(isDisabled('GET', path)).toBe(true);
    expect(isDisabled('HEAD', path)).toBe(true);
    expect(isDisabled('POST', path)).toBe(false);
  });

  it.each(['/v1/admin/7', '/v1/admin/7/keys/8', '/v1/notes', '/v1/files/report', '/v1', '/', ''])(
    'do not include %s',
    (path) => {
      expect(isDisabled('GET', path)).toBe(false);
    },
  );

  it('include the path of the server if the operation / is disabled', () => {
    const isRoot = disabledPathTest([{ method: 'GET', path: '/' }], '/v1/%7Bconnection.site%7D');
    expect(['/v1/acme', '/v1/acme/'].map((path) => isRoot('GET', path))).toEqual([true, true]);
    expect(['/', '/v1/acme/notes'].map((path) => isRoot('GET', path))).toEqual([false, false]);
    const atOrigin = disabledPathTest([{ method: 'GET', path: '/' }], '');
    expect(['/', '', '/notes'].map((path) => atOrigin('GET', path))).toEqual([true, true, false]);
  });

  it.each(['{path+}', '{+path}', '{*path}', '{**path}', '{path*}', '{path...}', '{path=**}', '{path=items/*}'])(
    'include those whose variable %s has several segments',
    (variable) => {
      const isFile = disabledPathTest([{ method: 'GET', path: `/files/${variable}/{part}.txt` }], '/v1');
      const paths = [
        '/v1/files/a/b.txt',
        '/v1/files/a/b/c/d.txt',
        '/v1/FILES/a%2Fb/c.txt',
        '/v1/files/a',
        '/v1/a/b.txt',
      ];
      expect(paths.map((path) => isFile('GET', path))).toEqual([true, true, true, false, false]);
    },
  );

  it('include every path that the template can produce', () => {
    const value = fc.string({ minLength: 1 }).filter((text) => !/^\.+$|[/\\;]/.test(text));
    fc.assert(
      fc.property(value, value, (name, format) => {
        const path = `/v1/files/${encodeURIComponent(name)}.${encodeURIComponent(format)}`;
        expect(isDisabled('GET', path)).toBe(true);
      }),
    );
  });

  it.each(['/docs/{path+}', '/docs/{*path}', '/docs/{path=**}', '/docs/{name=items/*}'])(
    'include those whose variable has several segments: %s',
    (path) => {
      const isDoc = disabledPathTest([{ method: 'GET', path }], '');
      const found = ['/docs/a', '/v1/docs/a/b/c', '/docs/a%2Fb', '/docs/a//b/', '/docs/docs/a'];
      expect(found.map((each) => isDoc('GET', each))).toEqual(found.map(() => true));
      expect(['/docs', '/doc/a/b', '/'].map((each) => isDoc('GET', each))).toEqual([false, false, false]);
    },
  );

  it('include those with text around a variable of several segments', () => {
    const isFile = disabledPathTest([{ method: 'GET', path: '/f/v{path+}.txt/{id}' }], '');
    expect(['/f/v1.txt/7', '/f/va/b/c.txt/7'].map((path) => isFile('GET', path))).toEqual([true, true]);
    expect(['/f/a/b.txt/7', '/f/va/b/7', '/f/va/b.txt'].map((path) => isFile('GET', path))).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('are tested in linear time', () => {
    const many = disabledPathTest([{ method: 'GET', path: `/${'{a}'.repeat(200)}x` }], '');
    expect(many('GET', `/${'y'.repeat(50_000)}`)).toBe(false);
  });
});
