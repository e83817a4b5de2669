import { describe, expect, it } from '@jest/globals';
import type { OAuthClient } from '../../oauth/index.js';
import { tokenFinding } from './token-finding.js';
import { classifyAttempt, type TokenAttempt } from './token-attempt.js';

const NOW = new Date('2026-11-23T20:00:00Z');

const CLIENT: OAuthClient = {
  client_id: 'notes',
  client_secret: 's3cret',
  authorization_url: 'https://auth.example.com/authorize',
  token_url: 'https://auth.example.com/token',
  token_exchange_method: 'default_post',
  authorization_content_type: 'application/x-www-form-urlencoded',
  pkce: 'auto',
  scope_separator: ' ',
  token_scheme: 'auto',
};

const CALLBACK = 'https://countersign.example.com/aip/g-1/oauth/callback';

function attempt(status: number, body: string, client: Partial<OAuthClient> = {}): TokenAttempt {
  return classifyAttempt({ status, body, headers: {}, tookMs: 1 }, { ...CLIENT, ...client }, CALLBACK, NOW);
}

const verdict = (status: number, body: string, client?: Partial<OAuthClient>): string => {
  const { verdict, finding } = attempt(status, body, client);
  return `${verdict} ${finding.code}`;
};

describe('classifyAttempt', () => {
  it.each([
    ['the standard error', 400, '{"error":"invalid_grant"}'],
    [
      'all causes in one sentence',
      400,
      '{"error":"invalid_grant","error_description":"bad code, redirect_uri or PKCE"}',
    ],
    ['GitHub', 200, 'error=bad_verification_code&error_description=The+code+is+incorrect.'],
    ['Slack', 200, '{"ok":false,"error":"invalid_code"}'],
    ['Facebook', 400, '{"error":{"message":"Invalid verification code format.","type":"OAuthException","code":100}}'],
    ['Zoom', 400, '{"reason":"Invalid authorization code abc","error":"invalid_request"}'],
    ['a custom server', 400, '{"message":"Invalid code"}'],
    ['status 500', 500, '{"error":"invalid_grant"}'],
  ])('accepts the client when only the code is refused: %s', (_, status, body) => {
    expect(verdict(status, body)).toBe('accepted client_accepted');
  });

  it.each([
    ['the standard error', 401, '{"error":"invalid_client"}', 'refused client_refused'],
    ['GitHub', 200, 'error=incorrect_client_credentials', 'refused client_secret_wrong'],
    ['Slack', 200, '{"ok":false,"error":"bad_client_secret"}', 'refused client_secret_wrong'],
    ['Auth0', 401, '{"error":"access_denied","error_description":"Unauthorized"}', 'refused client_refused'],
    ['only a status', 401, '', 'refused client_refused'],
    ['another redirect URI', 400, '{"error":"redirect_uri_mismatch"}', 'refused redirect_uri_not_registered'],
    ['an unknown grant', 400, '{"error":"unsupported_grant_type"}', 'refused grant_type_refused'],
    ['a web page', 200, '<!doctype html>', 'refused answer_is_web_page'],
    ['an empty response', 200, '', 'refused answer_empty'],
    ['an empty response with status 400', 400, '', 'refused refused_without_reason'],
    ['an unknown error', 400, '{"error":"nope"}', 'refused refused_without_reason'],
    ['another content type', 415, '', 'refused content_type_refused'],
    ['a redirect', 307, '', 'unavailable endpoint_redirects'],
    ['a missing path', 404, '<h1>Not found</h1>', 'unavailable endpoint_not_found'],
    ['too many requests', 429, '', 'unavailable rate_limited'],
    ['a failure', 502, '<h1>Bad gateway</h1>', 'unavailable provider_failing'],
  ])('does not accept the client: %s', (_, status, body, expected) => {
    expect(verdict(status, body)).toBe(expected);
  });

  it('recognizes an unsupported content type', () => {
    const body =
      '{"error":"invalid_request","error_description":"only application/x-www-form-urlencoded is supported"}';
    expect(verdict(400, body, { authorization_content_type: 'application/json' })).toBe('refused form_expected');
    expect(verdict(400, '{"error":"invalid_request","error_description":"Missing grant_type"}')).toBe(
      'refused json_expected',
    );
  });

  it.each([
    '{"access_token":"t0ken"}',
    'access_token=t0ken',
    '{"access_token":"t0ken\\n"}',
    '{"data":{"access_token":"t0ken"}}',
  ])('recognizes a granted token, and does not keep it: %s', (body) => {
    const granted = attempt(200, body);
    expect([granted.verdict, granted.finding.code]).toEqual(['granted', 'grants_without_code']);
    expect(JSON.stringify(granted)).not.toContain('t0ken');
  });

  it('reads the error invalid_token as a refusal', () => {
    expect(attempt(400, '{"error":"invalid_token"}').verdict).toBe('refused');
  });
});

describe('tokenFinding', () => {
  const REFUSED = attempt(401, '{"error":"invalid_client"}');
  const byBasic = { token_exchange_method: 'basic_auth_header' } as const;

  it('names the settings that work', () => {
    const accepted = attempt(400, '{"error":"invalid_grant"}', byBasic);
    const { code, field, change } = tokenFinding([REFUSED, accepted]);
    expect([code, field]).toEqual(['another_way_works', 'token_exchange_method']);
    expect(change).toContain('Set token_exchange_method to basic_auth_header');
  });

  it('reports a token that was granted in any attempt first', () => {
    const accepted = attempt(400, '{"error":"invalid_grant"}');
    expect(tokenFinding([accepted, attempt(200, '{"access_token":"x"}', byBasic)]).code).toBe('grants_without_code');
  });

  const ACCEPTED = attempt(400, '{"error":"invalid_grant"}');

  it('accepts the client if a made-up secret is refused', () => {
    const control = { secret: 'made_up', attempt: REFUSED } as const;
    expect(tokenFinding([ACCEPTED], control)).toMatchObject({
      code: 'client_accepted',
      status: 'ok',
      detail: { control: { secret: 'made_up', verdict: 'refused', status: 401, said: 'invalid_client' } },
    });
  });

  it.each([
    ['is accepted too', ACCEPTED, 'could not be verified'],
    ['gets no response', undefined, 'could not be verified'],
    ['is rejected by a rate limit', attempt(429, ''), 'could not be verified'],
  ])('reports a secret that could not be verified if a made-up one %s', (_, control, message) => {
    const finding = tokenFinding([ACCEPTED], { secret: 'made_up', attempt: control });
    expect(finding).toMatchObject({ code: 'client_secret_unverified', status: 'warning', field: 'client_secret' });
    expect(finding.message).toContain(message);
  });

  it('does not say that the client is accepted by other settings if a made-up secret is accepted too', () => {
    const accepted = attempt(400, '{"error":"invalid_grant"}', byBasic);
    const finding = tokenFinding([REFUSED, accepted], { secret: 'made_up', attempt: accepted });
    expect(finding.code).toBe('another_way_works');
    expect(finding.change).toContain('could not be verified');
  });

  it('accepts the client if an error without a reason differs from that for a made-up secret', () => {
    const unclear = attempt(400, '{"error":"invalid_request","error_description":"Check the `code` parameter"}');
    expect(unclear.finding.code).toBe('refused_without_reason');
    expect(tokenFinding([unclear], { secret: 'made_up', attempt: REFUSED })).toMatchObject({
      code: 'client_accepted',
      message: expect.stringContaining('invalid_request'),
    });
    expect(tokenFinding([unclear], { secret: 'made_up', attempt: unclear }).code).toBe('refused_without_reason');
    expect(tokenFinding([unclear], { secret: 'made_up' }).code).toBe('refused_without_reason');
  });

  it('reports an unwanted secret if the client is accepted only without one', () => {
    const finding = tokenFinding([REFUSED], { secret: 'none', attempt: ACCEPTED });
    expect([finding.code, finding.field]).toEqual(['client_secret_unwanted', 'client_secret']);
    expect(finding.change).toContain('Remove client_secret');
  });

  it('reports wrong credentials if no settings work', () => {
    const { code, field } = tokenFinding([REFUSED, attempt(401, '{"error":"invalid_client"}', byBasic)]);
    expect([code, field]).toEqual(['client_refused', 'client_secret']);
  });
});
