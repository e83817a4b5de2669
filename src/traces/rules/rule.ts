import { parseUrl } from '../../common/index.js';
import { isErrorCode, isWordy } from '../../redaction/index.js';
import type { Facts } from '../facts/facts.js';
import { missingParameters } from '../facts/missing-parameters.js';

type Text = string | ((facts: Facts) => string);

/** A problem that can be recognized from the facts about a step. */
export interface Rule {
  /** Stable and unique. */
  readonly code: string;
  matches(facts: Facts): boolean;
  /** The problem in plain words, for the person who configured the action. */
  readonly problem: Text;
  /** The fix: a field of the schema and its value, or a change at the provider. */
  readonly change: Text;
}

/** Codes that `TokenError` sets itself, without an error code of the provider. */
const OWN_CODES = new Set([
  'redirected',
  'unreadable_answer',
  'no_access_token',
  'invalid_token',
  'provider_unavailable',
  'not_revoked',
  'connection_value_refused',
]);

/** Returns a text of a rule. */
export function textOf(text: Text, facts: Facts): string {
  return typeof text === 'string' ? text : text(facts);
}

/** Returns whether the provider's error code, description or other error text matches the pattern. */
export function mentions({ error, details }: Facts, pattern: RegExp): boolean {
  const texts = [providerErrorCode(error?.code), error?.description, details?.errorText];
  return pattern.test(texts.filter(Boolean).join(' '));
}

/** Returns whether the provider sent one of these error codes. Case does not matter. */
export function hasCode({ error }: Facts, ...codes: string[]): boolean {
  return codes.includes(providerErrorCode(error?.code)?.toLowerCase() ?? '');
}

/** Returns the parameters that the provider calls missing in a validation error, by names that can be quoted. */
export function absentParameters({ error, details }: Facts): string[] {
  const texts = [error?.description, details?.errorText];
  return [...new Set(texts.flatMap((text) => missingParameters(text)))].filter(isWordy);
}

/** Returns whether the provider sent any error code or error text. */
export function hasErrorText(facts: Facts): boolean {
  return mentions(facts, /\S/);
}

/** Returns whether the provider sent an error code, of OAuth or its own. */
export function hasAnyCode({ error }: Facts): boolean {
  return providerErrorCode(error?.code) !== undefined;
}

function providerErrorCode(code: string | undefined): string | undefined {
  return code === undefined || OWN_CODES.has(code) ? undefined : code;
}

/** Returns the provider's error code for quoting, unless it might be something else, such as a token. */
export function quotedCode({ error }: Facts): string {
  const code = providerErrorCode(error?.code) ?? '';
  return isErrorCode(code) || isWordy(code) ? `"${code}"` : 'an error code of its own';
}

/** Returns whether the step is a token request, with a code or a refresh token. */
export function isTokenRequest({ phase }: Facts): boolean {
  return phase === 'token' || phase === 'refresh';
}

/** Returns whether the step is a request to the token or the revocation endpoint. */
export function isEndpointRequest(facts: Facts): boolean {
  return isTokenRequest(facts) || facts.phase === 'revocation';
}

/** Returns the URL that the step's request went to, and the field that it is configured in. */
export function endpointOf({ phase, settings }: Facts): { field: string; url?: string } {
  switch (phase) {
    case 'refresh':
      if (settings?.refresh_url) return { field: 'refresh_url', url: settings.refresh_url };
      return { field: 'token_url', url: settings?.token_url };
    case 'token':
      return { field: 'token_url', url: settings?.token_url };
    case 'revocation':
      return { field: 'revocation_url', url: settings?.revocation_url };
    case 'key_check':
      return { field: "the server URL of the action's document" };
    case 'verification':
      return { field: 'user_verification_url' };
    default:
      return { field: 'authorization_url', url: settings?.authorization_url };
  }
}

/** Returns the field of the endpoint, and the host of its URL in parentheses. */
export function endpointName(facts: Facts): string {
  const { field, url } = endpointOf(facts);
  const host = hostOf(url);
  return host ? `${field} (${host})` : field;
}

export function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : parseUrl(url)?.host;
}

/** Returns the word "client" with the client id, if known. */
export function clientName({ settings }: Facts): string {
  return settings ? `client ${settings.client_id}` : 'client';
}

/** Returns the redirect URI to register at the provider. */
export function callbackName({ redirectUri }: Facts): string {
  return redirectUri ?? "the action's callback_url";
}
