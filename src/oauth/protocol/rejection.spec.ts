import { describe, expect, it } from '@jest/globals';
import { readRejection } from './rejection.js';

const concernOf = (body: unknown, status = 400) =>
  readRejection({ status, body: typeof body === 'string' ? body : JSON.stringify(body) }).concern;

type Case = [body: unknown, status?: number];

describe('an error response about the grant', () => {
  it.each<Case>([
    [{ error: 'invalid_grant' }],
    [{ error: 'invalid_grant' }, 500],
    [{ error: 'invalid_grant', error_description: 'The client was not found in this request' }],
    [{ error: 'bad_refresh_token' }, 200],
    [{ error: 'bad_refresh_token', error_description: 'The refresh token passed is incorrect or expired.' }],
    [{ error: 'unauthorized_client', error_description: 'refresh_token is invalid' }, 403],
    [{ error: 'invalid_request', error_description: 'The token was invalid' }],
    [{ error: 'invalid_request', error_description: 'Token has been revoked' }],
    [{ error: 'invalid_request', message: 'The refresh token is invalid.', hint: 'Cannot decrypt the token' }, 401],
    [{ error: 'invalid_request', error_description: 'Invalid value for parameter: refresh_token' }],
    [{ status: 400, message: 'Invalid refresh token' }],
    [{ statusCode: 401, message: 'jwt expired: the session has ended', error: 'Unauthorized' }, 401],
    [{ ok: false, error: 'invalid_refresh_token' }, 200],
    [{ ok: false, error: 'token_revoked' }, 200],
    [{ error: 'invalid_code' }, 200],
    [{ errors: [{ field: 'refresh_token', code: 'invalid' }] }],
    [{ message: 'Bad Request', errors: [{ resource: 'RefreshToken', field: 'refresh_token', code: 'invalid' }] }],
    [{ errors: [{ errorType: 'invalid_grant', message: 'Refresh token invalid: abc' }], success: false }],
    [{ errors: { refresh_token: ['is invalid'] } }, 422],
    [{ refresh_token: ['The refresh token does not exist.'] }, 422],
    [{ error: 'invalid_token' }, 401],
    ['invalid_grant'],
    ['invalid_grant: the token is gone', 401],
    ['BAD_REFRESH_TOKEN'],
    [{ status: 'BAD_REFRESH_TOKEN', message: 'missing or unknown refresh token' }],
    [{ error: { message: 'Error validating access token', type: 'OAuthException', code: 190 } }],
    [{ error: { message: 'The session is invalid because the user logged out.', type: 'OAuthException', code: 102 } }],
    [{ error: 'interaction_required' }],
    [{ error: 'consent_required' }],
    [{ error: 'login_required', error_description: 'AADSTS50058' }],
    [{ error: 'invalid_request', error_description: 'User must sign in again.' }],
    [{ code: 'InvalidGrant', message: 'x' }],
    [{ code: 'TOKEN_EXPIRED' }, 403],
    [{ code: 'refresh-token-not-found' }, 404],
    [{ error: { code: 'expired_token', message: 'Too old' } }, 410],
    [{ data: { error_code: 10_010, description: 'refresh_token expired' }, message: 'error' }, 200],
    [{ errcode: 42_002, errmsg: 'refresh_token expired' }, 200],
    [{ error: 'access_denied', error_description: 'The resource owner revoked access' }, 403],
    [{ error: 'account_inactive', ok: false }, 200],
    [{ error: 'server_says_no', error_description: "The provided refresh token isn't valid" }],
    [{ error: 'x', error_description: 'We could not find the session that you mentioned' }],
    [{ message: 'The user has revoked access to the application' }],
    [{ detail: 'Das Aktualisierungstoken ist abgelaufen' }],
    [{ message: 'El token de actualización ha caducado' }],
    [{ error: "Le jeton d'actualisation est expiré" }],
    [{ error: '{"error":"invalid_grant"}' }],
    [JSON.stringify(JSON.stringify({ error: 'invalid_grant' }))],
    ['error=invalid_grant&error_description=expired'],
    ['<?xml version="1.0"?><error><code>invalid_grant</code></error>'],
    ['<OAuth><error_description>The refresh token has expired</error_description></OAuth>'],
  ])('is recognized: %j', (...[body, status]: Case) => {
    expect(concernOf(body, status)).toBe('grant');
  });
});

describe('an error response about a setting', () => {
  it.each<[string, ...Case]>([
    ['client', { error: 'invalid_client' }, 401],
    ['client', { error: 'invalid_client', error_description: 'Unknown client or invalid refresh token' }, 401],
    ['client', { error: 'unauthorized_client' }],
    ['client', { error: 'access_denied', error_description: 'Unauthorized' }, 401],
    ['client', { error: 'invalid_client_id' }],
    ['client', { error: 'incorrect_client_credentials' }, 200],
    ['client', { error: 'disabled_client' }, 401],
    ['client', { message: 'Client authentication failed' }, 401],
    ['client', { error: 'unauthorized', error_description: 'Unknown application' }, 401],
    ['client', { error: 'invalid_request', error_description: 'client_secret is missing' }],
    ['client', { error: { message: 'Error validating client secret.', type: 'OAuthException', code: 1 } }],
    ['scope', { error: 'invalid_scope' }],
    ['scope', { error: 'invalid_request', error_description: 'The scope notes:all is unknown' }],
    ['grant_type', { error: 'unsupported_grant_type' }],
    ['grant_type', { error: 'invalid_request', error_description: 'grant_type must be one of …' }],
    ['request', { error: 'invalid_request', error_description: 'Missing parameter: refresh_token' }],
    ['request', { error: 'invalid_request', error_description: 'refresh_token is required' }],
    [
      'request',
      {
        error: 'invalid_request',
        error_description:
          'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
        hint: 'Check the `refresh_token` parameter',
      },
    ],
    ['request', { error: 'invalid_request' }],
    ['endpoint', { message: 'No route' }, 404],
    ['endpoint', '<html>Not found</html>', 404],
    ['endpoint', '', 405],
    ['endpoint', '', 302],
    ['content_type', { error: 'Unsupported Media Type' }, 415],
  ])('is recognized as one about the %s: %j', (concern, ...[body, status]) => {
    expect(concernOf(body, status)).toBe(concern);
  });
});

describe('an error response that asks to retry', () => {
  it.each<Case>([
    [{ error: 'temporarily_unavailable' }],
    [{ error: 'temporarily_unavailable' }, 200],
    [{ error: 'server_error' }],
    [{ error: 'slow_down' }],
    [{ ok: false, error: 'ratelimited' }, 200],
    [{ error: 'Access Denied', error_description: 'You have made too many requests continuously.' }, 200],
    [{ error: { message: 'Application request limit reached', type: 'OAuthException', code: 4 } }],
    [{ message: 'Service Unavailable' }],
    [{ message: 'The token service is down for maintenance, try again later' }],
    ['', 407],
    ['', 408],
    ['', 425],
    [{ error: 'invalid_request' }, 429],
    [{ message: 'Invalid refresh token' }, 500],
    ['<html>Bad gateway</html>', 502],
  ])('is temporary: %j', (...[body, status]: Case) => {
    expect(concernOf(body, status)).toBe('temporary');
  });
});

describe('an error response in words of its own', () => {
  it.each<Case>([
    [{ error: 'E1021' }],
    [{ message: 'リフレッシュが無効です' }],
    [{ success: false, message: 'nope, sorry' }, 200],
    [{ error: 'admin_policy_enforced' }, 403],
  ])('is an error of the provider: %j', (...[body, status]: Case) => {
    expect(concernOf(body, status)).toBe('other');
  });
});

describe('an error response that says nothing', () => {
  it.each<Case>([
    [''],
    ['', 401],
    ['<html><title>Sign in: your session has expired</title></html>', 200],
    ['<!doctype html><p>invalid_grant</p>', 403],
    ['{"error":"invalid_gra'],
    ['\u0000\u0001'],
    ['Bad Request'],
    [{ timestamp: '2026-01-01T00:00:00Z', status: 400, error: 'Bad Request', path: '/oauth/token' }],
    [{ message: 'Bad Request', error: 400 }],
    [{ message: 'Unauthorized' }, 401],
    [{}],
    [{}, 200],
    [{ token_type: 'bearer', user_name: 'ann', scope: 'notes' }, 200],
    [{ message: 'hello' }, 200],
    ['null'],
    ['42'],
    [{ error: 'E1021' }, 409],
  ])('is unreadable: %j', (...[body, status]: Case) => {
    expect(concernOf(body, status)).toBe('unreadable');
  });
});

describe('the code and description of an error response', () => {
  it.each([
    [{ error: 'invalid_grant', error_description: 'expired' }, 'invalid_grant', 'expired'],
    [{ status: 'BAD_REFRESH_TOKEN', message: 'unknown' }, 'BAD_REFRESH_TOKEN', 'unknown'],
    [{ status: 400, message: 'Invalid refresh token' }, undefined, 'Invalid refresh token'],
    [{ error: { code: 190, type: 'OAuthException', message: 'no' } }, '190', 'no'],
    [{ errors: [{ errorType: 'invalid_grant', message: 'no' }] }, 'error', 'no'],
    [{ error: {} }, 'error', undefined],
    [{ access_token: '', refresh_token: 'rt' }, undefined, undefined],
  ])('are read from %j', (body, code, description) => {
    expect(readRejection({ status: 400, body: JSON.stringify(body) })).toMatchObject({ code, description });
  });

  it('are at the error path', () => {
    const body = JSON.stringify({ meta: { code: 'denied' }, message: 'Not now' });
    expect(readRejection({ status: 400, body }, '/meta/code')).toMatchObject({
      code: 'denied',
      description: 'Not now',
    });
    expect(readRejection({ status: 400, body: '{"error":"other"}' }, '/meta/code').code).toBeUndefined();
  });
});
