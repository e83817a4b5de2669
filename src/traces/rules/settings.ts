import { parseUrl } from '../../common/index.js';
import type { OAuthSettings } from '../../oauth/index.js';
import type { Facts } from '../facts/facts.js';
import { callbackName, mentions, type Rule } from './rule.js';

const PLACEHOLDER =
  /^(?:<.*>|\{.*\}|\$\{?\w+\}?|\[.*\]|x{3,}|\.{3,}|todo|tbd|changeme|placeholder|(?:your|my|the|insert|enter)?[-_ ]*(?:client|app|application)[-_ ]*(?:id|key)(?:[-_ ]*here)?)$/i;

/** Rules for mistakes in the settings, independent of the provider's response. */
export const SETTINGS: readonly Rule[] = [
  {
    code: 'urls_swapped',
    matches: unlessGranted(
      ({ authorization_url, token_url }) => isTokenPath(authorization_url) && isAuthorizationPath(token_url),
    ),
    problem: 'authorization_url looks like a token URL and token_url like an authorization URL.',
    change:
      'Exchange them: authorization_url is the page where the user signs in, token_url is the endpoint that issues tokens.',
  },
  {
    code: 'urls_identical',
    matches: unlessGranted(
      ({ authorization_url, token_url }) => withoutQuery(authorization_url) === withoutQuery(token_url),
    ),
    problem: 'authorization_url and token_url are the same.',
    change:
      "Set authorization_url to the provider's page where the user signs in, and token_url to its token endpoint.",
  },
  {
    code: 'client_id_is_placeholder',
    matches: unlessGranted(({ client_id }) => PLACEHOLDER.test(client_id.trim())),
    problem: ({ settings }) => `client_id is "${settings?.client_id.slice(0, 40)}", which looks like a placeholder.`,
    change: 'Set client_id to the id that the provider assigned when the client was registered.',
  },
  {
    code: 'redirect_uri_not_https',
    matches: (facts) => (facts.phase === 'authorization' && isPlainHttp(facts)) || mentionsHttps(facts),
    problem: (facts) =>
      `The redirect URI ${callbackName(facts)} is not https. Providers accept http only on a developer's own machine.`,
    change:
      "Set PUBLIC_URL to the https address of Countersign, and register the action's new callback_url at the provider.",
  },
];

/** Matches settings in which something looks wrong, unless they have been shown to work by granted tokens. */
function unlessGranted(isWrong: (settings: OAuthSettings) => boolean): (facts: Facts) => boolean {
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
  const url = redirectUri === undefined ? undefined : parseUrl(redirectUri);
  return url?.protocol === 'http:' && !/^(?:localhost|127\..*|\[::1\])$/.test(url.hostname);
}

function mentionsHttps(facts: Facts): boolean {
  return (
    mentions(facts, /redirect|callback|reply/i) &&
    mentions(
      facts,
      /(?:must|should|has to|only) (?:use |be |start with |have )?(?:a )?["']?(?:https|secure)|not (?:use |be )?(?:https|secure)|insecure/i,
    )
  );
}
