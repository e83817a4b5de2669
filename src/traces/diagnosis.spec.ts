import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  REDIRECT_URI,
  SETTINGS,
  rejected,
  refused,
  callback,
  METHODS,
  PUBLIC,
  responded,
  failed,
  granted,
} from '../../test/support/diagnosis-cases.js';
import { responseDetails } from './facts/response-details.js';
import { diagnose, RULES } from './diagnosis.js';
import type { Facts } from './facts/facts.js';

const CODES = RULES.map(({ code }) => code);

describe('step without a problem', () => {
  it.each<[string, Facts]>([
    ['an authorization request', { phase: 'authorization', settings: SETTINGS, redirectUri: REDIRECT_URI }],
    [
      'a redirect URI on a developer’s machine',
      { phase: 'authorization', settings: SETTINGS, redirectUri: 'http://127.0.0.1:3000/cb' },
    ],
    ['granted tokens', granted()],
    ['granted tokens without scope', granted({ scope: undefined })],
    [
      'scopes under other names',
      granted({ scope: 'https://graph.microsoft.com/User.Read email' }, { scope: 'openid offline_access user.read' }),
    ],
    ['a granted scope that includes another', granted({ scope: 'user' }, { scope: 'user user:email' })],
    ['a token that does not expire', granted({ hasRefreshToken: false, expiresIn: undefined })],
    [
      'an access token that is exchanged for new ones',
      granted({ hasRefreshToken: false }, { refresh_params: { t: '{access_token}' } }),
    ],
    ['a refresh response that keeps the refresh token', granted({ hasRefreshToken: false }, {}, { phase: 'refresh' })],
    ['a clock that differs by seconds', granted({}, {}, { providerClock: { skewSeconds: 30 } })],
    [
      'a message next to tokens',
      granted(
        {},
        {},
        {
          details: responseDetails({
            headers: {},
            body: '{"access_token":"a","message":"redirect_uri, pkce, scope invalid"}',
          }),
        },
      ),
    ],
    ['an aborted request', failed('aborted')],
    ['an unknown reason', rejected('else')],
  ])('gets no diagnosis: %s', (_, facts) => {
    expect(diagnose(facts)).toBeUndefined();
  });
});

describe('priority of diagnoses', () => {
  it.each<[string, string, Facts]>([
    [
      'what we rejected at comes before what the provider says (security rule C8)',
      'issuer_mismatch',
      { ...callback('access_denied', 'redirect_uri'), rejection: 'iss_mismatch' },
    ],
    [
      'prefers swapped URLs to the page that was returned',
      'urls_swapped',
      responded(405, 'html', {}, { authorization_url: SETTINGS.token_url, token_url: SETTINGS.authorization_url }),
    ],
    [
      'prefers the redirect URI to the code',
      'redirect_uri_not_registered',
      refused({ error: 'invalid_grant', error_description: 'redirect_uri does not match the code' }),
    ],
    [
      'prefers PKCE to the code',
      'pkce_verifier_mismatch',
      refused({ error: 'invalid_grant', error_description: 'code_verifier is wrong' }),
    ],
    ['prefers a failing server to its error page', 'provider_failing', responded(502, 'html')],
    ['prefers a missing path to its error page', 'endpoint_not_found', responded(404, 'html')],
    ['reads an error with status 404 as a refusal', 'code_refused', refused({ error: 'invalid_grant' }, 404)],
    [
      'prefers a missing secret to an unsupported method',
      'client_secret_missing',
      refused({ error: 'invalid_client' }, 401, { ...PUBLIC, ...METHODS }),
    ],
    [
      'prefers a narrowed scope to a missing refresh token',
      'scope_narrowed',
      granted({ scope: 'notes:read', hasRefreshToken: false }),
    ],
  ])('%s', (_, code, facts) => {
    expect(diagnose(facts)?.code).toBe(code);
  });
});

describe('an error without state', () => {
  it('quotes the error and its diagnosis first, then says that state is missing', () => {
    const facts: Facts = { ...callback('invalid_scope', 'no such scope'), rejection: 'no_state' };
    const { code, text = '' } = diagnose(facts) ?? {};
    expect(code).toBe('state_missing');
    expect(text).toMatch(
      /^The provider responded with the error "invalid_scope"\. .*Set scope to .* did not return state/,
    );
  });

  it('quotes no error if there is none', () => {
    expect(diagnose(rejected('no_state'))?.text).toMatch(/^The provider did not return state/);
  });
});

describe('list of diagnoses', () => {
  it('contains each code once', () => {
    expect(new Set(CODES).size).toBe(CODES.length);
  });

  it('equals the list in docs/diagnoses.md', () => {
    const rows = readFileSync('docs/diagnoses.md', 'utf8').matchAll(
      /^\| `([a-z_0-9]+)` +\| [^|]*\S[^|]* \| [^|]*\S[^|]* \|$/gm,
    );
    expect([...rows].map(([, code]) => code)).toEqual(CODES);
  });

  it('quotes only error codes that consist of words from the provider’s response', () => {
    const canary = fc.stringMatching(/^[a-z]{3}[0-9][A-Z]{3}[a-z0-9]{20}$/);
    const phases = fc.constantFrom<Facts['phase'][]>('callback', 'token', 'refresh');
    const phrases = fc.constantFrom(
      '',
      'redirect_uri ',
      'code_challenge required ',
      'scope invalid ',
      'invalid code ',
      'expired ',
    );
    fc.assert(
      fc.property(canary, phases, phrases, fc.integer({ min: 200, max: 599 }), (secret, phase, phrase, status) => {
        const facts: Facts = {
          phase,
          settings: SETTINGS,
          redirectUri: REDIRECT_URI,
          error: { code: secret, description: phrase + secret },
          response: { status, looksLike: 'json', location: `https://h.example/${secret}`, contentType: secret },
          details: { ...responseDetails({ headers: {}, body: '{}' }), errorText: phrase + secret },
        };
        expect(diagnose(facts)?.text).not.toContain(secret);
      }),
    );
  });
});
