import { describe, expect, it } from '@jest/globals';
import type { OAuthClient } from '../../oauth/index.js';
import { clientFacts } from '../../traces/index.js';
import { authorizationFindings, type ProbedRequest } from './authorization-response.js';

const REDIRECT_URI = 'https://countersign.example.com/aip/g-1/oauth/callback';

const CLIENT: OAuthClient = {
  client_id: 'notes',
  authorization_url: 'https://auth.example.com/authorize',
  token_url: 'https://auth.example.com/token',
  token_exchange_method: 'default_post',
  authorization_content_type: 'application/x-www-form-urlencoded',
  pkce: 'auto',
  scope_separator: ' ',
  token_scheme: 'auto',
};

const probed = (url = CLIENT.authorization_url): ProbedRequest => ({
  url: `${url}?client_id=notes&state=s1&code_challenge=c1`,
  state: 's1',
  redirectUri: REDIRECT_URI,
  facts: clientFacts(CLIENT, 'callback', REDIRECT_URI),
});

function findingsFor(status: number, body: string, location?: string, url?: string): string[] {
  const response = { status, body, headers: { ...(location && { location }) }, tookMs: 1 };
  return authorizationFindings(response, probed(url)).map(
    (finding) => `${finding.status} ${finding.code} ${finding.field}`,
  );
}

const redirect = (location: string) => findingsFor(302, '', location);

describe('page', () => {
  it.each([
    '<!doctype html><title>Log in</title><form></form>',
    '<p>You allow notes to do this</p><script>if (error) show("invalid client or redirect_uri mismatch")</script>',
    '<a href="/login?redirect_uri=invalid">Log in</a>',
  ])('is accepted: %s', (page) => {
    expect(findingsFor(200, page)).toEqual(['ok sign_in_page authorization_url']);
  });

  it.each([
    ['<h1>Error</h1><p>redirect_uri does not match</p>', 'warning redirect_uri_not_registered callback_url'],
    ['<p>Invalid client_id: nobody</p>', 'warning client_unknown client_id'],
  ])('reports an error page with status 200: %s', (page, finding) => {
    expect(findingsFor(200, page)).toEqual([finding]);
  });

  it.each([
    ['error: invalid_client\nerror_description: client is invalid', 'error client_unknown client_id'],
    ['<b>Error 400: redirect_uri_mismatch</b>', 'error redirect_uri_not_registered callback_url'],
    ['{"error":"invalid_scope"}', 'error scope_invalid scope'],
    ['<p>Something went wrong</p>', 'error provider_refused authorization_url'],
  ])('reports an error page with status 400: %s', (page, finding) => {
    expect(findingsFor(400, page)).toEqual([finding]);
  });

  it('reports a missing page', () => {
    expect(findingsFor(404, '<h1>Not found</h1>')).toEqual(['error not_found authorization_url']);
    expect(findingsFor(200, '')).toEqual(['warning no_page authorization_url']);
    expect(findingsFor(500, '<h1>Oops</h1>')).toEqual(['error server_error authorization_url']);
    expect(findingsFor(503, '')).toEqual(['warning busy authorization_url']);
  });
});

describe('redirect', () => {
  it.each([
    'https://login.example.com/',
    '/login?next=%2Fauthorize%3Fredirect_uri%3Dx',
    'https://countersign.example.com/aip/g-2/oauth/callback',
  ])('to %s is accepted', (location) => {
    expect(redirect(location)).toEqual(['ok sign_in_redirect authorization_url']);
  });

  it('accepts a redirect back with a code and the state, and does not show the code', () => {
    const response = { status: 303, body: '', headers: { location: `${REDIRECT_URI}?code=c4711&state=s1` }, tookMs: 1 };
    const findings = authorizationFindings(response, probed());
    expect(findings.map(({ code }) => code)).toEqual(['signs_in_at_once']);
    expect(JSON.stringify(findings)).not.toContain('c4711');
  });

  it.each([
    ['?error=access_denied&state=s1', ['error provider_refused authorization_url']],
    ['?error=invalid_scope&state=s1', ['error scope_invalid scope']],
    ['?error=unsupported_response_type&state=s1', ['error response_type_refused authorization_url']],
    ['?code=c1', ['error state_missing authorization_url', 'ok signs_in_at_once authorization_url']],
    ['?code=c1&state=s2', ['error state_unknown authorization_url', 'ok signs_in_at_once authorization_url']],
    ['?state=s1', ['error code_missing authorization_url']],
    ['?error=invalid_scope', ['error scope_invalid scope', 'error state_missing authorization_url']],
  ])('reports the redirect back with %s', (query, findings) => {
    expect(redirect(REDIRECT_URI + query)).toEqual(findings);
  });

  it("reports a redirect to the provider's error page, also with the error in base64", () => {
    expect(redirect('/error?error=invalid_client')).toEqual(['error client_unknown client_id']);
    const words = Buffer.from('\n\u0015redirect_uri_mismatch\u0012\u00b0').toString('base64');
    expect(redirect(`https://accounts.example.com/signin/oauth/error?authError=${encodeURIComponent(words)}`)).toEqual([
      'error redirect_uri_not_registered callback_url',
    ]);
  });

  it('reports a redirect without a valid target', () => {
    expect(findingsFor(302, '')).toEqual(['error redirects_nowhere authorization_url']);
    expect(redirect('http://[')).toEqual(['error redirects_nowhere authorization_url']);
  });
});

describe('token URL as authorization URL', () => {
  const found = ['error looks_like_token_url authorization_url'];
  const tokenUrl = 'https://auth.example.com/oauth/token';

  it.each([
    [400, '{"error":"unsupported_grant_type","error_description":"grant_type is missing"}'],
    [400, '{"error":"invalid_grant"}'],
    [200, '{"error":"invalid_request"}'],
  ])('is recognized by its error: %i %s', (status, body) => {
    expect(findingsFor(status, body)).toEqual(found);
  });

  it.each([
    [401, '{"error":"invalid_client"}'],
    [405, ''],
    [404, '<h1>Not found</h1>'],
  ])('is recognized by its path: %i %s', (status, body) => {
    expect(findingsFor(status, body, undefined, tokenUrl)).toEqual(found);
  });
});
