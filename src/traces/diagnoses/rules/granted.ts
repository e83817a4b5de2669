import { exchangesAccessTokens } from '../../../oauth/index.js';
import type { Facts } from './facts.js';
import { hostOf, isTokenRequest, type Rule } from './rule.js';

const MAX_SKEW_SECONDS = 300;

/** How providers are asked for a refresh token, by the host of their URLs. The last takes every server of OpenID Connect. */
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
  { host: /(?:^|\.)slack\.com$/, change: "Turn token rotation on in the app's settings at Slack." },
  {
    host: /(?:^|\.)auth0\.com$/,
    change: 'Add offline_access to scope, and allow offline access for the API at Auth0.',
  },
];

const BY_DEFAULT =
  'Ask for a refresh token in the way of the provider: mostly offline_access in scope, or {"access_type": "offline"} in authorization_params; and allow the refresh token grant for the client.';

/** Scopes that servers grant in other words, or without saying so. */
const UNSAID = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'offline.access',
  'refresh_token',
]);

/** Tokens were granted, and something will not go as it is thought. */
export const GRANTED: readonly Rule[] = [
  {
    code: 'token_type_unknown',
    matches: ({ granted, settings }) =>
      settings?.token_scheme === 'auto' && /^(?:mac|dpop|pop|hok|n_a)$/i.test(granted?.tokenType ?? ''),
    wrong: ({ granted }) =>
      `The token is of the type "${granted?.tokenType}", which is not sent here as that type demands; the API may refuse it.`,
    change:
      'Let the provider grant Bearer tokens to this client. If the API takes the token as one, set token_scheme to "bearer".',
  },
  {
    code: 'scope_narrowed',
    matches: (facts) => notGranted(facts).length > 0,
    wrong: (facts) => `Less was granted than asked: ${notGranted(facts).join(', ').slice(0, 200)} is missing.`,
    change:
      'Enable these scopes for the client at the provider and let the user sign in again, or take them out of scope.',
  },
  {
    code: 'refresh_token_missing',
    matches: ({ phase, granted, settings }) =>
      phase === 'token' &&
      granted?.expiresIn !== undefined &&
      !granted.hasRefreshToken &&
      !(settings && exchangesAccessTokens(settings)),
    wrong: ({ granted }) =>
      `The provider granted no refresh token, so the connection ends when the access token does, in ${lifetime(granted?.expiresIn ?? 0)}; then the user has to sign in again.`,
    change: ({ settings }) => refreshTokenHint(settings?.authorization_url, settings?.token_url),
  },
  {
    code: 'expires_in_odd',
    matches: ({ granted, details, settings }) =>
      granted !== undefined &&
      granted.expiresIn === undefined &&
      details?.hasExpiresIn === true &&
      details.tokenPath === (settings?.token_path ?? ''),
    wrong:
      'expires_in of the answer is no lifetime: it is zero, negative, past, or no number. The token is renewed when the API refuses it.',
    change:
      'Let the provider answer expires_in as a number of seconds (RFC 6749, 5.1). Otherwise nothing has to be changed here.',
  },
  {
    code: 'clock_differs',
    matches: (facts) => isTokenRequest(facts) && Math.abs(facts.providerClock?.skewSeconds ?? 0) > MAX_SKEW_SECONDS,
    wrong: ({ providerClock }) => {
      const seconds = Math.round(providerClock?.skewSeconds ?? 0);
      return `The provider's clock is ${lifetime(Math.abs(seconds))} ${seconds > 0 ? 'ahead of' : 'behind'} the clock of this machine.`;
    },
    change:
      'Set the clock of this machine by NTP. If it is right, the provider has to set its own: lifetimes of codes and tokens are reckoned by both.',
  },
];

function refreshTokenHint(...urls: Array<string | undefined>): string {
  const hosts = urls.map((url) => hostOf(url) ?? '');
  return REFRESH_TOKENS.find(({ host }) => hosts.some((name) => host.test(name)))?.change ?? BY_DEFAULT;
}

/** The scopes that were asked for and are not in the answer. An answer that names none grants what was asked (RFC 6749, 5.1). */
function notGranted({ granted, settings, phase }: Facts): string[] {
  if (phase !== 'token' || !granted?.scope || !settings?.scope) return [];
  const given = names(granted.scope).map(lastPart);
  const isGiven = (name: string) =>
    UNSAID.has(name) || given.some((other) => other === lastPart(name) || lastPart(name).startsWith(`${other}:`));
  return names(settings.scope).filter((name) => !isGiven(name));
}

function names(scope: string): string[] {
  return scope.split(/[\s,+]+/).filter(Boolean);
}

/** Microsoft and Google answer some scopes as URLs that were asked for by their last part, and in another case. */
function lastPart(scope: string): string {
  return scope.slice(scope.lastIndexOf('/') + 1).toLowerCase();
}

function lifetime(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} minutes`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} hours` : `${Math.round(seconds / 86_400)} days`;
}
