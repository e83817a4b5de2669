import { describe, expect, it } from '@jest/globals';
import { answerDetails } from '../../src/traces/diagnoses/answer-details.js';
import type { Rule } from '../../src/traces/diagnoses/rules/rule.js';
import { diagnose, type Facts } from '../../src/traces/diagnoses/diagnosis.js';
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

/** Back at the callback with an error. */
export const callback = (code: string, description?: string, change: Change = {}): Facts => ({
  phase: 'callback',
  settings: { ...SETTINGS, ...change },
  redirectUri: REDIRECT_URI,
  error: { code, description },
});

export const stopped = (refusal: string, phase: Facts['phase'] = 'callback'): Facts => ({
  phase,
  settings: { ...SETTINGS, issuer: 'https://auth.example.com' },
  redirectUri: REDIRECT_URI,
  refusal,
});

/** A token endpoint's refusal in its body's own words, as the reader of answers makes facts of it. */
export function refused(body: unknown, status = 400, change: Change = {}, phase: Facts['phase'] = 'token'): Facts {
  const fields = body as { error?: unknown; error_description?: string };
  const inner = typeof fields.error === 'object' ? (fields.error as { code?: unknown; message?: string }) : undefined;
  const code = inner ? String(inner.code) : fields.error === undefined ? 'no_access_token' : String(fields.error);
  return {
    phase,
    settings: { ...SETTINGS, ...change },
    redirectUri: REDIRECT_URI,
    error: { code, description: inner?.message ?? fields.error_description },
    answer: { status, contentType: 'application/json', looksLike: 'json' },
    details: answerDetails({ headers: {}, body: JSON.stringify(body) }),
  };
}

export const renewal = (body: unknown, change: Change = {}, status = 400): Facts =>
  refused(body, status, change, 'refresh');

/** An answer without OAuth in it. */
export function answered(
  status: number,
  looksLike: ResponseFacts['looksLike'],
  more: Partial<ResponseFacts> = {},
  change: Change = {},
): Facts {
  const code = status >= 500 || status === 429 ? 'provider_unavailable' : 'unreadable_answer';
  const answer = { status, contentType: 'text/html', looksLike, ...more };
  return { phase: 'token', settings: { ...SETTINGS, ...change }, redirectUri: REDIRECT_URI, error: { code }, answer };
}

export const failed = (code: NonNullable<Facts['failure']>['code'], reason?: string, message = ''): Facts => ({
  phase: 'token',
  settings: SETTINGS,
  redirectUri: REDIRECT_URI,
  failure: { code, reason, message },
});

export const tls = (message: string): Facts => failed('upstream_unreachable', 'tls', message);

export function granted(
  answer: Partial<NonNullable<Facts['granted']>> = {},
  change: Change = {},
  more: Partial<Facts> = {},
): Facts {
  const whole = { hasRefreshToken: true, expiresIn: 3600, scope: SETTINGS.scope, tokenType: 'Bearer', ...answer };
  return { phase: 'token', settings: { ...SETTINGS, ...change }, redirectUri: REDIRECT_URI, granted: whole, ...more };
}

/** The sentence of RFC 6749, 5.2, which servers quote whole. */
export const BOILERPLATE =
  'The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.';
export const LINKEDIN =
  'Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists';

/** Who says it, what is known of it, and what the builder has to be told. */
type Case = [who: string, facts: Facts, ...told: string[]];

/** Tests that each of the rules is recognized in its cases, and by no other rule before it. */
export function recognizes(rules: readonly Rule[], cases: Record<string, Case[]>): void {
  it('every rule has its cases', () => {
    expect(Object.keys(cases)).toEqual(rules.map(({ code }) => code));
  });

  describe.each(Object.entries(cases))('%s', (code, examples) => {
    it.each(examples)('is recognized: %s', (_, facts, ...told) => {
      const diagnosis = diagnose(facts);
      expect(diagnosis?.code).toBe(code);
      for (const words of told) expect(diagnosis?.text).toContain(words);
    });

    it.each(examples)('says what is wrong and what to change, and no more than fits on a screen: %s', (_, facts) => {
      const text = diagnose(facts)?.text ?? '';
      expect(text).toMatch(/^[A-Za-z].*[.:)] [A-Z].*\.$/);
      expect(text).not.toMatch(/undefined|\[object/);
      expect(text.length).toBeLessThan(700);
    });
  });
}
