import { describe, expect, it } from '@jest/globals';
import { denialOf, unnamedDenial } from './denial.js';

const SETTINGS = { authorization_url: 'https://auth.example.com/authorize' };

describe("a user's denial", () => {
  it.each([
    'user_cancelled_login',
    'user_cancelled_authorize',
    'USER_CANCELED',
    'userCancelledLogin',
    'User Denied',
    'user-denied-consent',
    'user_rejected',
    'user_aborted_authorization',
    'consent_denied',
    'consent_declined',
    'consent_not_given',
    'cancelled',
    'canceled',
    'cancel',
    'authorization_declined',
    'authorisation_cancelled',
    'AuthorizationCancelled',
    'access_denied_by_user',
    'resource_owner_denied',
    'declined',
    'oauth_cancelled',
    'sign_in_cancelled',
    'login_canceled',
    'popup_closed_by_user',
    'user_closed_window',
    'aborted',
    'usercancelled',
    'consent_required',
  ])('is recognized by the code %s', (code) => {
    expect(denialOf({ code }, SETTINGS)).toBe('user');
  });

  it.each([
    'The user denied the request',
    'User has denied access to the application.',
    'User declined to consent to access the app.',
    'AADSTS65004: the user said no in some language',
    'AADB2C90091: The user has cancelled entering self-asserted information.',
    'The resource owner rejected the authorization request',
    'The end-user cancelled the login',
    'Request was cancelled by the user.',
    'permission denied by resource owner',
    'The user did not authorize the requested scopes',
    'You have cancelled the authorization',
    "The user didn't grant the requested permissions",
    'The user has not allowed the app to do that',
    'Consent was refused',
    'The authorization request was cancelled',
    'the  user\n refused',
  ])('is recognized by the description "%s", whatever the code', (description) => {
    expect(denialOf({ code: 'access_denied', description })).toBe('user');
    expect(denialOf({ code: 'server_error', description })).toBe('user');
  });

  it('is recognized by a second code', () => {
    expect(denialOf({ code: 'access_denied', reason: 'user_denied' })).toBe('user');
    expect(denialOf({ code: 'invalid_request', reason: 'cancelled' })).toBe('user');
  });
});

describe('a denial by the user or a policy', () => {
  it.each([
    ['access_denied'],
    ['ACCESS_DENIED'],
    ['accessDenied'],
    ['denied'],
    ['rejected'],
    ['permission_denied'],
    ['authorization_denied'],
    ['request_denied'],
    ['access_denied', 'AADSTS90094: Admin consent is required'],
    ['access_denied', 'The user was denied access by a policy of the administrator'],
    ['access_denied', 'User is not assigned to the client application.'],
  ])('is recognized: %s', (...[code = '', description]) => {
    expect(denialOf({ code, description }, SETTINGS)).toBe('user_or_policy');
  });
});

describe('another error', () => {
  it.each([
    ['invalid_scope'],
    ['invalid_scope', 'The scope was denied'],
    ['invalid_scope', 'The requested scope is not allowed for this user'],
    ['unauthorized_client'],
    ['unauthorized_client', 'The client is not authorized; access denied'],
    ['unauthorized_client', 'The application was declined by an administrator'],
    ['server_error'],
    ['server_error', 'access denied by an upstream server, connection refused'],
    ['server_error', 'The user could not be loaded'],
    ['temporarily_unavailable', 'The request was cancelled, because the server is busy'],
    ['invalid_request', 'The user is not allowed to use this client'],
    ['invalid_client'],
    ['redirect_uri_mismatch'],
    ['login_required'],
    ['interaction_required', 'The user or administrator has not consented to use the application'],
    ['account_closed'],
    ['client_denied'],
    ['application_rejected'],
    ['scope_denied'],
    ['connection_refused'],
    ['admin_policy_enforced'],
    ['access_restricted'],
    ['not_authorized'],
    ['user'],
    ['consent'],
    ['consent_required', 'AADSTS65001: The user or administrator has not consented'],
    ['consent_required', 'An administrator must approve the app'],
    [''],
  ])('is not a denial: %s', (...[code = '', description]) => {
    expect(denialOf({ code, description }, SETTINGS)).toBeUndefined();
  });

  it.each([
    { ...SETTINGS, authorization_params: { prompt: 'none' } },
    { authorization_url: 'https://auth.example.com/authorize?prompt=none' },
  ])('is not a denial if consent is required and the request had prompt=none (%#)', (settings) => {
    expect(denialOf({ code: 'consent_required' }, settings)).toBeUndefined();
  });

  it('is found in time that depends on the length of the code only', () => {
    const code = `${'login'.repeat(12)}x`;
    expect(denialOf({ code, description: `${'user has '.repeat(50_000)}x` })).toBeUndefined();
  });
});

describe('a response without an error', () => {
  it.each([
    [{ denied: '1' }, 'denied'],
    [{ denied: 'Bmsk2mYAAAAA' }, 'denied'],
    [{ state: 'x', cancelled: 'true' }, 'cancelled'],
    [{ canceled: '1' }, 'canceled'],
    [{ user_denied: 'yes' }, 'user_denied'],
    [{ error_reason: 'user_denied', error_code: '200' }, 'user_denied'],
    [{ status: 'cancelled' }, 'cancelled'],
    [{ result: 'Access Denied' }, 'Access Denied'],
  ])('is a denial: %j', (parameters, name) => {
    expect(unnamedDenial(parameters)).toBe(name);
  });

  it.each([
    { code: 'denied' },
    { state: 'denied' },
    { denied: '0' },
    { denied: 'false' },
    { denied: '' },
    { denied: ['1', '1'] },
    { status: 'ok' },
    { error_reason: 'timeout' },
  ])('is not a denial: %j', (parameters) => {
    expect(unnamedDenial(parameters)).toBeUndefined();
  });
});
