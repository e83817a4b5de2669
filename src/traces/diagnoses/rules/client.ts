import type { Facts } from './facts.js';
import { clientName, hasAnyCode, hasCode, isTokenRequest, says, type Rule } from './rule.js';

type Method = 'default_post' | 'basic_auth_header';

/** As metadata calls them (RFC 8414, 2). */
const METADATA_NAMES: Record<Method, string> = {
  default_post: 'client_secret_post',
  basic_auth_header: 'client_secret_basic',
};

const WRONG_SECRET =
  /AADSTS7000215\b|bad_client_secret|incorrect_client_credentials|(?:invalid|incorrect|wrong|bad) client[ _]?secret|client[ _]?secret .*(?:invalid|incorrect|wrong|(?:does|do) not match|mismatch)|validating client secret/i;

/** Client authentication at the token endpoint (RFC 6749, 2.3). */
export const CLIENT: readonly Rule[] = [
  {
    code: 'client_secret_unwanted',
    matches: (facts) =>
      hasSecret(facts) &&
      says(
        facts,
        /AADSTS700025\b|client is public|public client.*(?:secret|must not)|client_secret.*(?:should|must) not/i,
      ),
    wrong: (facts) => `The ${clientName(facts)} is registered as a public client, and a client_secret was sent.`,
    change:
      'Take client_secret out of the schema and leave pkce at "auto"; or register the client as a web (confidential) one, and set the secret that it gets.',
  },
  {
    code: 'client_secret_missing',
    matches: (facts) =>
      isTokenRequest(facts) &&
      !hasSecret(facts) &&
      (isClientRefused(facts) ||
        says(
          facts,
          /AADSTS7000218\b|client[ _]?secret.*(?:missing|required)|(?:missing|required).*client[ _]?secret/i,
        )),
    wrong: (facts) =>
      `The provider wants the ${clientName(facts)} to authenticate itself, and the schema has no client_secret.`,
    change: 'Set client_secret to the one of the registration, or register the client as a public one with PKCE.',
  },
  {
    code: 'client_secret_expired',
    matches: (facts) => says(facts, /AADSTS7000222\b|client[ _]secret.*expired|expired.*client[ _]secret/i),
    wrong: (facts) => `The secret of the ${clientName(facts)} has expired.`,
    change: 'Make a new secret at the provider and set client_secret to it.',
  },
  {
    code: 'client_secret_wrong',
    matches: (facts) => hasSecret(facts) && says(facts, WRONG_SECRET),
    wrong: (facts) => `The provider says that the secret of the ${clientName(facts)} is wrong.`,
    change:
      'Set client_secret again: the value of the secret, not its id or name, whole and without spaces, and of this client.',
  },
  {
    code: 'client_secret_lost',
    matches: (facts) =>
      hasSecret(facts) && says(facts, /client_secret is missing|missing .*client_secret|client credentials missing/i),
    wrong: (facts) => `The provider did not find the client_secret, which was sent ${described(methodOf(facts))}.`,
    change: (facts) => `Set token_exchange_method to ${other(methodOf(facts))}.`,
  },
  {
    code: 'client_method_unsupported',
    matches: (facts) => isClientRefused(facts) && isOtherListed(facts),
    wrong: (facts) =>
      `The client was sent ${described(methodOf(facts))}, and by the provider's metadata that is not how it is taken.`,
    change: (facts) => `Set token_exchange_method to ${other(methodOf(facts))}.`,
  },
  {
    code: 'refresh_client_refused',
    matches: (facts) => facts.phase === 'refresh' && isClientRefused(facts),
    wrong: 'The provider took this client when the user signed in, and refuses it now that the token is to be renewed.',
    change:
      'Set client_secret again: it may have been changed or have expired since. If the secret is right, try the other token_exchange_method, and check refresh_url.',
  },
  {
    code: 'client_refused',
    matches: isClientRefused,
    wrong: (facts) =>
      `The provider does not accept the client, which was sent ${described(methodOf(facts))}${facts.details?.asksForBasic ? '; it asks for Basic' : ''}.`,
    change: (facts) =>
      `Set token_exchange_method to ${other(methodOf(facts))}. If it is refused then too, set client_id and client_secret again, as they are at the provider.`,
  },
];

function isClientRefused(facts: Facts): boolean {
  if (!isTokenRequest(facts)) return false;
  const codes = ['invalid_client', 'invalid_client_credentials', 'bad_client_secret', 'incorrect_client_credentials'];
  const isNamed =
    hasCode(facts, ...codes) ||
    (hasCode(facts, 'unauthorized_client') && says(facts, /credentials/i)) ||
    says(facts, WRONG_SECRET);
  // Auth0 and those built on it say `access_denied` to a wrong secret; others say nothing but 401.
  const isBare =
    facts.answer?.status === 401 && (!hasAnyCode(facts) || hasCode(facts, 'access_denied', 'unauthorized'));
  return isNamed || isBare;
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
  return method === 'default_post' ? 'in the body (default_post)' : 'in the Authorization header (basic_auth_header)';
}

function isOtherListed(facts: Facts): boolean {
  const listed = facts.settings?.metadata?.token_endpoint_auth_methods_supported;
  const mine = methodOf(facts);
  return listed !== undefined && !listed.includes(METADATA_NAMES[mine]) && listed.includes(METADATA_NAMES[other(mine)]);
}
