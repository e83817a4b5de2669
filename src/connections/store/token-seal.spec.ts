import { expect, it } from '@jest/globals';
import type { Vault } from '../../vault/index.js';
import { TokenSeal, type Tokens } from './token-seal.js';

it('keeps no refresh token in memory with the tokens of a call', async () => {
  const tokens: Tokens = { accessToken: 'access', refreshToken: 'refresh', values: { region: 'eu' } };
  const open = (_context: unknown, _sealed: string, select: (secrets: Tokens) => object) => select(tokens);
  const seal = new TokenSeal({ open } as unknown as Vault);
  const opened = await seal.open({ tenantId: 't-1', id: 'conn-1', tokens: 'sealed' });
  expect(opened).toStrictEqual({ accessToken: 'access', values: { region: 'eu' } });
});
