import { describe, expect, it } from '@jest/globals';
import { responseDetails } from '../../src/traces/facts/response-details.js';
import type { Rule } from '../../src/traces/rules/rule.js';
import { diagnose } from '../../src/traces/diagnosis.js';
import type { Facts } from '../../src/traces/facts/facts.js';
import type { OAuthSettings } from '../../src/oauth/protocol/client.js';
import type { ResponseFacts } from '../../src/oauth/protocol/errors.js';

export const REDIRECT_URI = 'https://cs.example.com/aip/g-3vq8cm2xk5dn7r9wyb4tz6ha5e/oauth/callback';

export const SETTINGS: OAuthSettings & { hasSecret: boolean } = {
  client_id: 'notes-client',
  authorization_url: 'https://auth.example.com/oauth/authorize',
  token_url: 'https://auth.example.com/oauth/token',
  scope: 'notes:read notes:write',
  token_exchange_method: 'default_post',
  authorization_content_type: 'application/x-www-form-urlencoded',
  pkce: 'auto',
  scope_separator: ' ',
  token_scheme: 'auto',
  hasSecret: true,
};

export const JSON_TYPE = { authorization_content_type: 'application/json' } as const;
export const PUBLIC = { hasSecret: false };
export const METHODS = { metadata: { token_endpoint_auth_methods_supported: ['client_secret_basic'] } };

type Change = Partial<typeof SETTINGS>;

/** Facts about a callback with an error. */
export const callback = (code: string, description?: string, change: Change = {}): Facts => ({
  phase: 'callback',
  settings: { ...SETTINGS, ...change },
  redirectUri: REDIRECT_URI,
  error: { code, description },
});

/** Facts about a step that Countersign rejected. */
export const rejected = (rejection: string, phase: Facts['phase'] = 'callback'): Facts => ({
  phase,
  settings: { ...SETTINGS, issuer: 'https://auth.example.com' },
  redirectUri: REDIRECT_URI,
  rejection,
});

/** Facts about an error response of a token endpoint. */
export function refused(body: unknown, status = 400, change: Change = {}, phase: Facts['phase'] = 'token'): Facts {
  const fields = body as { error?: unknown; error_description?: string };
  const inner = typeof fields.error === 'object' ? (fields.error as { code?: unknown; message?: string }) : undefined;
  const code = inner ? String(inner.code) : fields.error === undefined ? 'no_access_token' : String(fields.error);
  return {
    phase,
    settings: { ...SETTINGS, ...change },
    redirectUri: REDIRECT_URI,
    error: { code, description: inner?.message ?? fields.error_description },
    response: { status, contentType: 'application/json', looksLike: 'json' },
    details: responseDetails({ headers: {}, body: JSON.stringify(body) }),
  };
}

/** Facts about an error response to a refresh. */
export const refusedRefresh = (body: unknown, change: Change = {}, status = 400): Facts =>
  refused(body, status, change, 'refresh');

/** Facts about a response that contains no OAuth message. */
export function responded(
  status: number,
  looksLike: ResponseFacts['looksLike'],
  more: Partial<ResponseFacts> = {},
  change: Change = {},
): Facts {
  const code = status >= 500 || status === 429 ? 'provider_unavailable' : 'unreadable_answer';
  const response = { status, contentType: 'text/html', looksLike, ...more };
  return { phase: 'token', settings: { ...SETTINGS, ...change }, redirectUri: REDIRECT_URI, error: { code }, response };
}

/** Facts about a token request that got no response. */
export const failed = (code: NonNullable<Facts['failure']>['code'], reason?: string, message = ''): Facts => ({
  phase: 'token',
  settings: SETTINGS,
  redirectUri: REDIRECT_URI,
  failure: { code, reason, message },
});

export const tls = (message: string): Facts => failed('upstream_unreachable', 'tls', message);

/** Facts about granted tokens. */
export function granted(
  tokens: Partial<NonNullable<Facts['granted']>> = {},
  change: Change = {},
  more: Partial<Facts> = {},
): Facts {
  const all = { hasRefreshToken: true, expiresIn: 3600, scope: SETTINGS.scope, tokenType: 'Bearer', ...tokens };
  return { phase: 'token', settings: { ...SETTINGS, ...change }, redirectUri: REDIRECT_URI, granted: all, ...more };
}

/** Sentence of RFC 6749, section 5.2, that lists every cause. Servers quote it whatever the cause is. */
export const BOILERPLATE =
  'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';
export const LINKEDIN =
  'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists';

/** The provider or situation, the facts, and fragments that the diagnosis must contain. */
type Case = [name: string, facts: Facts, ...fragments: string[]];

/** Tests that each rule matches its cases, and that no rule of higher priority does. */
export function describeRules(rules: readonly Rule[], cases: Record<string, Case[]>): void {
  it('has cases for every rule', () => {
    expect(Object.keys(cases)).toEqual(rules.map(({ code }) => code));
  });

  describe.each(Object.entries(cases))('%s', (code, examples) => {
    it.each(examples)('is diagnosed: %s', (_, facts, ...fragments) => {
      const diagnosis = diagnose(facts);
      expect(diagnosis?.code).toBe(code);
      for (const fragment of fragments) expect(diagnosis?.text).toContain(fragment);
    });

    it.each(examples)('states the problem and the change in at most 700 characters: %s', (_, facts) => {
      const text = diagnose(facts)?.text ?? '';
      expect(text).toMatch(/^[A-Za-z].*[.:)] [A-Z].*\.$/);
      expect(text).not.toMatch(/undefined|\[object/);
      expect(text.length).toBeLessThan(700);
    });
  });
}
