import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  REDIRECT_URI,
  SETTINGS,
  stopped,
  refused,
  callback,
  METHODS,
  PUBLIC,
  answered,
  failed,
  granted,
} from '../../../test/support/diagnosis-cases.js';
import { answerDetails } from './answer-details.js';
import { diagnose, RULES, type Facts } from './diagnosis.js';

const CODES = RULES.map(({ code }) => code);

describe('a step in which nothing is wrong', () => {
  it.each<[string, Facts]>([
    ['a request that is sent', { phase: 'authorization', settings: SETTINGS, redirectUri: REDIRECT_URI }],
    [
      'one from a developer’s machine',
      { phase: 'authorization', settings: SETTINGS, redirectUri: 'http://127.0.0.1:3000/cb' },
    ],
    ['tokens of a month', granted()],
    ['tokens whose scope is not named', granted({ scope: undefined })],
    [
      'scopes in other words',
      granted({ scope: 'https://graph.microsoft.com/User.Read email' }, { scope: 'openid offline_access user.read' }),
    ],
    ['a scope that has another in it', granted({ scope: 'user' }, { scope: 'user user:email' })],
    ['a token that does not expire', granted({ hasRefreshToken: false, expiresIn: undefined })],
    [
      'a token that is exchanged for newer ones',
      granted({ hasRefreshToken: false }, { refresh_params: { t: '{access_token}' } }),
    ],
    ['a renewal that keeps the refresh token', granted({ hasRefreshToken: false }, {}, { phase: 'refresh' })],
    ['a clock that differs by seconds', granted({}, {}, { providerClock: { skewSeconds: 30 } })],
    [
      'words beside tokens',
      granted(
        {},
        {},
        {
          details: answerDetails({
            headers: {},
            body: '{"access_token":"a","message":"redirect_uri, pkce, scope invalid"}',
          }),
        },
      ),
    ],
    ['a call that was given up', failed('aborted')],
    ['a reason that nobody knows', stopped('else')],
  ])('has no diagnosis: %s', (_, facts) => {
    expect(diagnose(facts)).toBeUndefined();
  });
});

describe('of several diagnoses', () => {
  it.each<[string, string, Facts]>([
    [
      'what we stopped at comes before what the provider says (C8)',
      'issuer_mismatch',
      { ...callback('access_denied', 'redirect_uri'), refusal: 'iss_mismatch' },
    ],
    [
      'swapped URLs come before the page that answers',
      'urls_swapped',
      answered(405, 'html', {}, { authorization_url: SETTINGS.token_url, token_url: SETTINGS.authorization_url }),
    ],
    [
      'the redirect URI comes before the code',
      'redirect_uri_not_registered',
      refused({ error: 'invalid_grant', error_description: 'redirect_uri does not match the code' }),
    ],
    [
      'PKCE comes before the code',
      'pkce_verifier_mismatch',
      refused({ error: 'invalid_grant', error_description: 'code_verifier is wrong' }),
    ],
    ['a busy server comes before its page', 'provider_failing', answered(502, 'html')],
    ['a path that is not there comes before its page', 'endpoint_not_found', answered(404, 'html')],
    ['a refusal under 404 is a refusal', 'code_refused', refused({ error: 'invalid_grant' }, 404)],
    [
      'a missing secret comes before the other method',
      'client_secret_missing',
      refused({ error: 'invalid_client' }, 401, { ...PUBLIC, ...METHODS }),
    ],
    [
      'a narrower scope comes before a missing refresh token',
      'scope_narrowed',
      granted({ scope: 'notes:read', hasRefreshToken: false }),
    ],
  ])('%s', (_, code, facts) => {
    expect(diagnose(facts)?.code).toBe(code);
  });
});

describe('the list of diagnoses', () => {
  it('has each code once', () => {
    expect(new Set(CODES).size).toBe(CODES.length);
  });

  it('is the one of docs/diagnoses.md', () => {
    const rows = readFileSync('docs/diagnoses.md', 'utf8').matchAll(
      /^\| `([a-z_0-9]+)` +\| [^|]*\S[^|]* \| [^|]*\S[^|]* \|$/gm,
    );
    expect([...rows].map(([, code]) => code)).toEqual(CODES);
  });

  it("shows nothing of the provider's words but a code that is made of words", () => {
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
          answer: { status, looksLike: 'json', location: `https://h.example/${secret}`, contentType: secret },
          details: { ...answerDetails({ headers: {}, body: '{}' }), words: phrase + secret },
        };
        expect(diagnose(facts)?.text).not.toContain(secret);
      }),
    );
  });
});
