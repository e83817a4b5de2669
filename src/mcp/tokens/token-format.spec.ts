import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { newId } from '../../common/index.js';
import { mintToken, parseToken } from './token-format.js';

it('a user token contains its id and secret, and no other text is one', () => {
  const id = newId('mcpt');
  const { token, secret } = mintToken(id);
  expect(parseToken(token)).toEqual({ id, secret });
  const others = [token.slice(0, -1), ` ${token}`, `${token}\n`, token.toUpperCase(), token.replace('mcpt', 'key')];
  for (const other of others) expect(parseToken(other)).toBeUndefined();
});

it('the documented pattern for secret scanners matches user tokens in any surrounding text', () => {
  const documented = readFileSync(new URL('../../../docs/keys.md', import.meta.url), 'utf8');
  const [pattern = ''] = /\\bcs_mcp_\S+\\b/.exec(documented) ?? [];
  for (let count = 0; count < 200; count++) {
    const { token } = mintToken(newId('mcpt'));
    expect(new RegExp(pattern).exec(`token="${token}";`)?.[0]).toBe(token);
  }
});
