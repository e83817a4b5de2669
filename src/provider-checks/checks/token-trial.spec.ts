import { describe, expect, it } from '@jest/globals';
import type { OAuthClient } from '../../oauth/index.js';
import { judgeTrials } from './token-findings.js';
import { judgeTrial, type Trial } from './token-trial.js';

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

function trial(status: number, body: string, client: Partial<OAuthClient> = {}): Trial {
  return judgeTrial({ status, body, headers: {}, tookMs: 1 }, { ...CLIENT, ...client }, CALLBACK, NOW);
}

const verdict = (status: number, body: string, client?: Partial<OAuthClient>): string => {
  const { verdict, finding } = trial(status, body, client);
  return `${verdict} ${finding.code}`;
};

describe('the answer to a wrong code', () => {
  it.each([
    ['the standard', 400, '{"error":"invalid_grant"}'],
    [
      'all causes in one sentence',
      400,
      '{"error":"invalid_grant","error_description":"bad code, redirect_uri or PKCE"}',
    ],
    ['GitHub', 200, 'error=bad_verification_code&error_description=The+code+is+incorrect.'],
    ['Slack', 200, '{"ok":false,"error":"invalid_code"}'],
    ['Facebook', 400, '{"error":{"message":"Invalid verification code format.","type":"OAuthException","code":100}}'],
    ['Zoom', 400, '{"reason":"Invalid authorization code abc","error":"invalid_request"}'],
    ['a home-made server', 400, '{"message":"Invalid code"}'],
    ['a failing one', 500, '{"error":"invalid_grant"}'],
  ])('accepts the client: %s', (_, status, body) => {
    expect(verdict(status, body)).toBe('accepted client_accepted');
  });

  it.each([
    ['the standard', 401, '{"error":"invalid_client"}', 'refused client_refused'],
    ['GitHub', 200, 'error=incorrect_client_credentials', 'refused client_secret_wrong'],
    ['Slack', 200, '{"ok":false,"error":"bad_client_secret"}', 'refused client_secret_wrong'],
    ['Auth0', 401, '{"error":"access_denied","error_description":"Unauthorized"}', 'refused client_refused'],
    ['a status alone', 401, '', 'refused client_refused'],
    ['another redirect URI', 400, '{"error":"redirect_uri_mismatch"}', 'refused redirect_uri_not_registered'],
    ['an unknown grant', 400, '{"error":"unsupported_grant_type"}', 'refused grant_type_refused'],
    ['a web page', 200, '<!doctype html>', 'refused answer_is_web_page'],
    ['nothing', 200, '', 'refused answer_empty'],
    ['nothing and a status', 400, '', 'refused refused_without_reason'],
    ['an error of its own', 400, '{"error":"nope"}', 'refused refused_without_reason'],
    ['another content type', 415, '', 'refused content_type_refused'],
    ['a redirect', 307, '', 'unavailable endpoint_redirects'],
    ['nobody', 404, '<h1>Not found</h1>', 'unavailable endpoint_not_found'],
    ['too many requests', 429, '', 'unavailable rate_limited'],
    ['a failure', 502, '<h1>Bad gateway</h1>', 'unavailable provider_failing'],
  ])('does not: %s', (_, status, body, expected) => {
    expect(verdict(status, body)).toBe(expected);
  });

  it('tells a content type that is not read', () => {
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
  ])('grants a token, which is kept nowhere: %s', (body) => {
    const granted = trial(200, body);
    expect([granted.verdict, granted.finding.code]).toEqual(['granted', 'grants_without_code']);
    expect(JSON.stringify(granted)).not.toContain('t0ken');
  });

  it('is no token where the provider says invalid_token', () => {
    expect(trial(400, '{"error":"invalid_token"}').verdict).toBe('refused');
  });
});

describe('several answers together', () => {
  const REFUSED = trial(401, '{"error":"invalid_client"}');
  const byBasic = { token_exchange_method: 'basic_auth_header' } as const;

  it('name the way that works', () => {
    const accepted = trial(400, '{"error":"invalid_grant"}', byBasic);
    const { code, field, change } = judgeTrials([REFUSED, accepted]);
    expect([code, field]).toEqual(['another_way_works', 'token_exchange_method']);
    expect(change).toContain('Set token_exchange_method to basic_auth_header');
  });

  it('let a token that is granted in any way count most', () => {
    const accepted = trial(400, '{"error":"invalid_grant"}');
    expect(judgeTrials([accepted, trial(200, '{"access_token":"x"}', byBasic)]).code).toBe('grants_without_code');
  });

  it('doubt the credentials where no way works', () => {
    const { code, field } = judgeTrials([REFUSED, trial(401, '{"error":"invalid_client"}', byBasic)]);
    expect([code, field]).toEqual(['client_refused', 'client_secret']);
  });
});
