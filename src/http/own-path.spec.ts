import { expect, it } from '@jest/globals';
import { ownPath } from './own-path.js';

it.each([
  ['/v1/gpts', '', '/v1/gpts'],
  ['/v1/gpts', '/cs', '/v1/gpts'],
  ['/cs/v1/gpts?limit=1', '/cs', '/v1/gpts?limit=1'],
  ['/cs', '/cs', '/'],
  ['/cs/', '/cs', '/'],
  ['/cs?x=1', '/cs', '/?x=1'],
  ['/csx/v1', '/cs', '/csx/v1'],
  ['/cs/cs/v1', '/cs', '/cs/v1'],
  ['/a/b/docs', '/a/b', '/docs'],
  ['/aip/g-1/oauth/callback/', '', '/aip/g-1/oauth/callback'],
  ['/cs/aip/g-1/oauth/callback/?code=x/', '/cs', '/aip/g-1/oauth/callback?code=x/'],
  ['/aip/g-1/oauth/callback//', '', '/aip/g-1/oauth/callback//'],
  ['/signin/x/', '', '/signin/x/'],
  [
    '/.well-known/oauth-authorization-server/cs/mcp/g-1?x=1',
    '/cs',
    '/.well-known/oauth-authorization-server/mcp/g-1?x=1',
  ],
  ['/.well-known/oauth-authorization-server/mcp/g-1', '/cs', '/.well-known/oauth-authorization-server/mcp/g-1'],
  ['/cs/mcp/g-1/.well-known/openid-configuration', '/cs', '/mcp/g-1/.well-known/openid-configuration'],
  ['*', '/cs', '*'],
])('the target %s below "%s" is routed as %s', (target, basePath, path) => {
  expect(ownPath(target, basePath)).toBe(path);
});
