import { exchangesAccessTokens } from '../../oauth/index.js';
import type { Facts } from '../facts/facts.js';
import { hostOf, isTokenRequest, type Rule } from './rule.js';

const MAX_SKEW_SECONDS = 300;

/** How to request a refresh token, by the host of the provider's URLs. */
const REFRESH_TOKENS: ReadonlyArray<{ host: RegExp; change: string }> = [
  {
    host: /(?:^|\.)google(?:apis)?\.com$/,
    change: 'Set authorization_params to {"access_type": "offline", "prompt": "consent"}.',
  },
  {
    host: /(?:^|\.)zoho\.\w+$/,
    change: 'Set authorization_params to {"access_type": "offline", "prompt": "consent"}.',
  },
  { host: /(?:^|\.)dropbox(?:api)?\.com$/, change: 'Set authorization_params to {"token_access_type": "offline"}.' },
  { host: /(?:^|\.)reddit\.com$/, change: 'Set authorization_params to {"duration": "permanent"}.' },
  {
    host: /(?:^|\.)(?:salesforce|force)\.com$/,
    change: 'Add refresh_token to scope, and to the scopes of the connected app.',
  },
  { host: /(?:^|\.)(?:x|twitter)\.com$/, change: 'Add offline.access to scope.' },
  { host: /(?:^|\.)slack\.com$/, change: "Turn on token rotation in the app's settings at Slack." },
  {
    host: /(?:^|\.)auth0\.com$/,
    change: 'Add offline_access to scope, and allow offline access for the API at Auth0.',
  },
];

const DEFAULT_REFRESH_TOKEN_CHANGE =
  'Request a refresh token as the provider\'s documentation describes: usually with offline_access in scope, or with {"access_type": "offline"} in authorization_params. Also allow the refresh token grant for the client.';

/** Scopes that servers grant under other names, or without listing them in the response. */
const UNLISTED_SCOPES = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'offline.access',
  'refresh_token',
]);

/** Rules for granted tokens that will not work as expected. */
export const GRANTED: readonly Rule[] = [
  {
    code: 'token_type_unknown',
    matches: ({ granted, settings }) =>
      settings?.token_scheme === 'auto' && /^(?:mac|dpop|pop|hok|n_a)$/i.test(granted?.tokenType ?? ''),
    problem: ({ granted }) =>
      `The token has the type "${granted?.tokenType}". Countersign does not send tokens in the way that this type requires, so the API may refuse it.`,
    change:
      'Have the provider issue Bearer tokens to this client. If the API accepts the token as a Bearer token, set token_scheme to "bearer".',
  },
  {
    code: 'scope_narrowed',
    matches: (facts) => scopesNotGranted(facts).length > 0,
    problem: (facts) =>
      `The provider granted less than was requested: ${scopesNotGranted(facts).join(', ').slice(0, 200)} is missing.`,
    change:
      'Enable these scopes for the client at the provider and have the user sign in again, or remove them from scope.',
  },
  {
    code: 'refresh_token_missing',
    matches: ({ phase, granted, settings }) =>
      phase === 'token' &&
      granted?.expiresIn !== undefined &&
      !granted.hasRefreshToken &&
      !(settings && exchangesAccessTokens(settings)),
    problem: ({ granted }) =>
      `The provider issued no refresh token, so the connection ends when the access token expires, in ${duration(granted?.expiresIn ?? 0)}. The user then has to sign in again.`,
    change: ({ settings }) => refreshTokenHint(settings?.authorization_url, settings?.token_url),
  },
  {
    code: 'expires_in_odd',
    matches: ({ granted, details, settings }) =>
      granted !== undefined &&
      granted.expiresIn === undefined &&
      details?.hasExpiresIn === true &&
      details.tokenPath === (settings?.token_path ?? ''),
    problem:
      'The expires_in of the response is not a valid lifetime: it is zero, negative, in the past, or not a number. The token is refreshed when the API refuses it.',
    change:
      'Have the provider return expires_in as a number of seconds (RFC 6749, section 5.1). No other change is needed.',
  },
  {
    code: 'clock_differs',
    matches: (facts) => isTokenRequest(facts) && Math.abs(facts.providerClock?.skewSeconds ?? 0) > MAX_SKEW_SECONDS,
    problem: ({ providerClock }) => {
      const seconds = Math.round(providerClock?.skewSeconds ?? 0);
      return `The provider's clock is ${duration(Math.abs(seconds))} ${seconds > 0 ? 'ahead of' : 'behind'} the clock of this machine.`;
    },
    change:
      "Synchronize the clock of this machine with NTP. If it is correct, the provider's clock is wrong: the lifetimes of codes and tokens depend on both.",
  },
];

function refreshTokenHint(...urls: Array<string | undefined>): string {
  const hosts = urls.map((url) => hostOf(url) ?? '');
  return (
    REFRESH_TOKENS.find(({ host }) => hosts.some((name) => host.test(name)))?.change ?? DEFAULT_REFRESH_TOKEN_CHANGE
  );
}

/** Returns the requested scopes that were not granted. A response without scope grants all of them (RFC 6749, section 5.1). */
function scopesNotGranted({ granted, settings, phase }: Facts): string[] {
  if (phase !== 'token' || !granted?.scope || !settings?.scope) return [];
  const given = names(granted.scope).map(lastPart);
  const isGiven = (name: string) =>
    UNLISTED_SCOPES.has(name) ||
    given.some((other) => other === lastPart(name) || lastPart(name).startsWith(`${other}:`));
  return names(settings.scope).filter((name) => !isGiven(name));
}

function names(scope: string): string[] {
  return scope.split(/[\s,+]+/).filter(Boolean);
}

/** Returns the last part of a scope. Microsoft and Google return some scopes as URLs, and in a different case than requested. */
function lastPart(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1).toLowerCase();
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`;
}
