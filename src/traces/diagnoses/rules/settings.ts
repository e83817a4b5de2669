import type { OAuthSettings } from '../../../oauth/index.js';
import type { Facts } from './facts.js';
import { callbackName, says, type Rule } from './rule.js';

const PLACEHOLDER =
  /^(?:<.*>|\{.*\}|\$\{?\w+\}?|\[.*\]|x{3,}|\.{3,}|todo|tbd|changeme|placeholder|(?:your|my|the|insert|enter)?[-_ ]*(?:client|app|application)[-_ ]*(?:id|key)(?:[-_ ]*here)?)$/i;

/** What is wrong with the settings themselves, whatever the provider says to it. */
export const SETTINGS: readonly Rule[] = [
  {
    code: 'urls_swapped',
    matches: unsettled(
      ({ authorization_url, token_url }) => isTokenPath(authorization_url) && isAuthorizationPath(token_url),
    ),
    wrong: 'authorization_url looks like a token URL and token_url like an authorization URL.',
    change:
      'Exchange them: authorization_url is the page where the user signs in, token_url is what answers the token.',
  },
  {
    code: 'urls_identical',
    matches: unsettled(
      ({ authorization_url, token_url }) => withoutQuery(authorization_url) === withoutQuery(token_url),
    ),
    wrong: 'authorization_url and token_url are the same.',
    change:
      "Set authorization_url to the provider's page where the user signs in, and token_url to its token endpoint.",
  },
  {
    code: 'client_id_is_placeholder',
    matches: unsettled(({ client_id }) => PLACEHOLDER.test(client_id.trim())),
    wrong: ({ settings }) => `client_id is "${settings?.client_id.slice(0, 40)}", which looks like a placeholder.`,
    change: 'Set client_id to the one that the provider gave your client when it was registered.',
  },
  {
    code: 'redirect_uri_not_https',
    matches: (facts) => (facts.phase === 'authorization' && isPlainHttp(facts)) || saysNotHttps(facts),
    wrong: (facts) =>
      `The redirect URI ${callbackName(facts)} is not https, and providers take no other outside of a developer's own machine.`,
    change:
      'Set PUBLIC_URL to the https address of Countersign, and register the new callback_url of the action at the provider.',
  },
];

/** Not where tokens were granted: what works is no mistake. */
function unsettled(isWrong: (settings: OAuthSettings) => boolean): (facts: Facts) => boolean {
  return ({ phase, settings, granted }) =>
    settings !== undefined && granted === undefined && phase !== 'revocation' && isWrong(settings);
}

function isTokenPath(url: string): boolean {
  return /(?:^|[/._-])(?:access_?)?tokens?\/?$/i.test(withoutQuery(url));
}

function isAuthorizationPath(url: string): boolean {
  return /(?:^|[/._-])(?:auth|authori[sz]e|authori[sz]ation)\/?$/i.test(withoutQuery(url));
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}

function isPlainHttp({ redirectUri }: Facts): boolean {
  if (!redirectUri?.startsWith('http:') || !URL.canParse(redirectUri)) return false;
  return !/^(?:localhost|127\..*|\[::1\])$/.test(new URL(redirectUri).hostname);
}

function saysNotHttps(facts: Facts): boolean {
  return (
    says(facts, /redirect|callback|reply/i) &&
    says(
      facts,
      /(?:must|should|has to|only) (?:use |be |start with |have )?(?:a )?["']?(?:https|secure)|not (?:use |be )?(?:https|secure)|insecure/i,
    )
  );
}
