import { describe, expect, it } from '@jest/globals';
import { digest, mintKey, newId, randomSecret } from '../index.js';
import { redactLikelySecrets } from './redact-likely-secrets.js';

const SECRET = 'k4n-7f3a9c5511d24e6b8a90';

/** Returns the message of the parser's error. */
function complaint(text: string): string {
  try {
    JSON.parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('that is JSON');
}

describe('redactLikelySecrets', () => {
  it.each([
    [
      'a password in a URL',
      'connect to mysql://me:pw@db.example failed',
      'connect to mysql://[HIDDEN]@db.example failed',
    ],
    ['what a header has', 'sent Authorization: Bearer abcdefgh-ijklmnop', 'sent Authorization: Bearer [HIDDEN]'],
    ['a long run', `bad token ${SECRET} here`, 'bad token [HIDDEN] here'],
    ['a digest', `row ${digest('x')}`, 'row [HIDDEN]'],
    ['a key', mintKey('admin', newId('key')).key, '[HIDDEN]'],
    ['base64 with slashes', 'got q83v/Ny5/rB2x1/aa+Zz09/Q==', 'got [HIDDEN]'],
    [
      'a value that is there twice',
      "Duplicate entry 't-1-the quiet secret' for key 'api_keys.PRIMARY'",
      "Duplicate entry '[HIDDEN]' for key 'api_keys.PRIMARY'",
    ],
    ['words in quotes', 'near "the quiet secret", at line 1', 'near "[HIDDEN]", at line 1'],
  ])('hides %s', (_, text, shown) => {
    expect(redactLikelySecrets(text)).toBe(shown);
  });

  it('hides the text that V8 quotes when it is not JSON', () => {
    for (const text of [`{"a": the quiet secret`, `the quiet secret`, `{"a": "b", "c": "quiet" secret "x"}`]) {
      expect(redactLikelySecrets(complaint(text))).not.toMatch(/quiet|secr/);
    }
  });

  it.each([
    "Cannot read properties of undefined (reading 'accessToken')",
    'connect ECONNREFUSED 127.0.0.1:3306',
    "ENOENT: no such file or directory, open '/data/countersign/vault.key'",
    `there is no row ${newId('conn')} of ${newId('t')}`,
    "a caller's answer wasn't what the provider's page says",
    "Data too long for column 'auth_secrets' at row 1",
    'SQLITE_CONSTRAINT: UNIQUE constraint failed: connections.tenant_id, connections.user_digest',
    'getaddrinfo ENOTFOUND mariadb-primary.internal.example.com',
  ])('keeps "%s"', (text) => {
    expect(redactLikelySecrets(text)).toBe(text);
  });

  it('leaves no part of a secret when it truncates a long text', () => {
    for (let before = 9_970; before <= 10_000; before++) {
      expect(redactLikelySecrets(`${'a '.repeat(before / 2)}${SECRET}`)).not.toContain('k4n');
    }
    for (let before = 1_960; before <= 2_000; before++) {
      const text = `${'a '.repeat(before / 2)}${SECRET} ${randomSecret()}`;
      expect(redactLikelySecrets(text)).not.toContain('k4n');
    }
  });
});
