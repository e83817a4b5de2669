import type { OAuthSettings } from '../../oauth/index.js';
import type { Facts } from '../facts/facts.js';
import { unsupportedClientAuthentication } from '../../oauth/index.js';
import { absentParameters, clientName, hasAnyCode, hasCode, isTokenRequest, mentions, type Rule } from './rule.js';

type Method = OAuthSettings['token_exchange_method'];

/** Names of the methods in provider metadata (RFC 8414, section 2). */
const METADATA_NAMES: Record<Method, string> = {
  default_post: 'client_secret_post',
  basic_auth_header: 'client_secret_basic',
  basic_auth_header_raw: 'client_secret_basic',
};

const ASSERTION = /client[ _]assertion|private_key_jwt|client_secret_jwt/i;

const CERTIFICATE = /\bmtls\b|mutual[ -]tls|client certificate|tls_client_auth/i;

const WRONG_SECRET =
  /AADSTS7000215\b|bad_client_secret|incorrect_client_credentials|(?:invalid|incorrect|wrong|bad) client[ _]?secret|client[ _]?secret .*(?:invalid|incorrect|wrong|(?:does|do) not match|mismatch)|validating client secret/i;

/** Rules for client authentication at the token endpoint (RFC 6749, section 2.3). */
export const CLIENT: readonly Rule[] = [
  {
    code: 'client_auth_unsupported',
    matches: (facts) =>
      isTokenRequest(facts) &&
      ((isClientRejected(facts) && unsupported(facts) !== undefined) ||
        (mentions(facts, ASSERTION) && !mentions(facts, /client_secret\b(?!_jwt)/i)) ||
        mentions(facts, CERTIFICATE)),
    problem: (facts) =>
      unsupported(facts)?.message ??
      `The provider requires the ${clientName(facts)} to authenticate with ${mentions(facts, CERTIFICATE) ? 'a certificate (mTLS)' : 'a signed JWT (private_key_jwt or client_secret_jwt)'}; Countersign authenticates with a secret.`,
    change: (facts) =>
      `Set the authentication method of the ${clientName(facts)} at the provider to client_secret_basic or client_secret_post, and set client_secret to its secret.`,
  },
  {
    code: 'client_secret_unwanted',
    matches: (facts) =>
      hasSecret(facts) &&
      mentions(
        facts,
        /AADSTS700025\b|client is public|public client.*(?:secret|must not)|client_secret.*(?:should|must) not/i,
      ),
    problem: (facts) => `The ${clientName(facts)} is registered as a public client, but a client_secret was sent.`,
    change:
      'Remove client_secret from the schema and keep pkce at "auto", or register the client as a web (confidential) client and set client_secret to its secret.',
  },
  {
    code: 'client_secret_missing',
    matches: (facts) =>
      isTokenRequest(facts) &&
      !hasSecret(facts) &&
      (isClientRejected(facts) ||
        absentParameters(facts).includes('client_secret') ||
        mentions(
          facts,
          /AADSTS7000218\b|client[ _]?secret.*(?:missing|required)|(?:missing|required).*client[ _]?secret/i,
        )),
    problem: (facts) =>
      `The provider requires the ${clientName(facts)} to authenticate, but the schema has no client_secret.`,
    change: "Set client_secret to the client's secret, or register the client as a public client with PKCE.",
  },
  {
    code: 'client_secret_expired',
    matches: (facts) => mentions(facts, /AADSTS7000222\b|client[ _]secret.*expired|expired.*client[ _]secret/i),
    problem: (facts) => `The secret of the ${clientName(facts)} has expired.`,
    change: 'Create a new secret at the provider and set client_secret to it.',
  },
  {
    code: 'client_secret_wrong',
    matches: (facts) => hasSecret(facts) && mentions(facts, WRONG_SECRET),
    problem: (facts) => `The provider reports that the secret of the ${clientName(facts)} is wrong.`,
    change: "Set client_secret again to this client's secret: its complete value without spaces, not its id or name.",
  },
  {
    code: 'client_secret_lost',
    matches: (facts) =>
      hasSecret(facts) &&
      (absentParameters(facts).some((name) => name === 'client_secret' || name === 'client_id') ||
        mentions(facts, /client_secret is missing|missing .*client_secret|client credentials missing/i)),
    problem: (facts) => `The provider did not find the client_secret, which was sent ${described(methodOf(facts))}.`,
    change: (facts) => `Set token_exchange_method to ${other(methodOf(facts))}.`,
  },
  {
    code: 'client_method_unsupported',
    matches: (facts) => isClientRejected(facts) && isOtherListed(facts),
    problem: (facts) =>
      `The client credentials were sent ${described(methodOf(facts))}, but the provider's metadata lists ${METADATA_NAMES[other(methodOf(facts))]}, not ${METADATA_NAMES[methodOf(facts)]}.`,
    change: (facts) => `Set token_exchange_method to ${other(methodOf(facts))}.`,
  },
  {
    code: 'refresh_client_refused',
    matches: (facts) => facts.phase === 'refresh' && isClientRejected(facts),
    problem: 'The provider accepted this client when the user signed in, but rejects it when the token is refreshed.',
    change:
      'Set client_secret again: it may have changed or expired. If the secret is correct, try the other token_exchange_method, and check refresh_url.',
  },
  {
    code: 'client_refused',
    matches: isClientRejected,
    problem: (facts) =>
      `The provider rejects the client credentials, which were sent ${described(methodOf(facts))}${facts.details?.asksForBasic ? '; it asks for Basic authentication' : ''}.`,
    change: clientRefusedChange,
  },
];

function isClientRejected(facts: Facts): boolean {
  if (!isTokenRequest(facts) || facts.error?.concern === 'grant') return false;
  const codes = ['invalid_client', 'invalid_client_credentials', 'bad_client_secret', 'incorrect_client_credentials'];
  const isExplicit =
    hasCode(facts, ...codes) ||
    (hasCode(facts, 'unauthorized_client') && mentions(facts, /credentials/i)) ||
    mentions(facts, WRONG_SECRET);
  // Auth0 and products built on it return `access_denied` for a wrong secret; others only status 401.
  const isBare =
    facts.response?.status === 401 && (!hasAnyCode(facts) || hasCode(facts, 'access_denied', 'unauthorized'));
  return isExplicit || isBare;
}

/** Says to change the method first, unless the metadata lists the one that was used. */
function clientRefusedChange(facts: Facts): string {
  const again = 'set client_id and client_secret again to the values at the provider';
  const method = methodOf(facts);
  const listed = listedMethods(facts) ?? [];
  if (!listed.includes(METADATA_NAMES[method])) {
    return `Set token_exchange_method to ${other(method)}. If they are still rejected, ${again}.`;
  }
  const isListed = `The provider's metadata lists this method (${METADATA_NAMES[method]}), so the credentials are wrong: ${again}.`;
  return listed.includes(METADATA_NAMES[other(method)])
    ? `${isListed} It also lists ${METADATA_NAMES[other(method)]}: if the credentials are right, set token_exchange_method to ${other(method)}.`
    : isListed;
}

function listedMethods({ settings }: Facts): string[] | undefined {
  return settings?.metadata?.token_endpoint_auth_methods_supported;
}

function unsupported({ settings }: Facts) {
  return settings?.metadata && unsupportedClientAuthentication(settings.metadata);
}

function hasSecret({ settings }: Facts): boolean {
  return settings?.hasSecret ?? true;
}

function methodOf({ settings }: Facts): Method {
  return settings?.token_exchange_method ?? 'default_post';
}

function other(method: Method): Method {
  return method === 'default_post' ? 'basic_auth_header' : 'default_post';
}

function described(method: Method): string {
  return method === 'default_post' ? 'in the body (default_post)' : `in the Authorization header (${method})`;
}

function isOtherListed(facts: Facts): boolean {
  const listed = listedMethods(facts);
  const mine = methodOf(facts);
  return listed !== undefined && !listed.includes(METADATA_NAMES[mine]) && listed.includes(METADATA_NAMES[other(mine)]);
}
