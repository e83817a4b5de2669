import { isErrorCode, isWordy } from '../../../redaction/index.js';
import type { Facts } from './facts.js';

type Words = string | ((facts: Facts) => string);

/** A mistake that can be recognized. */
export interface Rule {
  /** Stable, and unique. */
  readonly code: string;
  matches(facts: Facts): boolean;
  /** In plain words, for whoever set the action up. */
  readonly wrong: Words;
  /** What to change: the field of the schema and its value, or what to do at the provider. */
  readonly change: Words;
}

/** Codes of a `TokenError` that are ours: the provider has not said them. */
const OWN_CODES = new Set([
  'redirected',
  'unreadable_answer',
  'no_access_token',
  'invalid_token',
  'provider_unavailable',
  'not_revoked',
]);

export function textOf(words: Words, facts: Facts): string {
  return typeof words === 'string' ? words : words(facts);
}

/** Whether the provider's own words, code and description, have this in them. */
export function says({ error, details }: Facts, pattern: RegExp): boolean {
  const words = [providersCode(error?.code), error?.description, details?.words];
  return pattern.test(words.filter(Boolean).join(' '));
}

/** Whether the provider's error has one of these codes, in any case. */
export function hasCode({ error }: Facts, ...codes: string[]): boolean {
  return codes.includes(providersCode(error?.code)?.toLowerCase() ?? '');
}

/** Whether the provider has refused in words of its own. */
export function isRefused(facts: Facts): boolean {
  return says(facts, /\S/);
}

/** Whether the provider has named an error by a code of OAuth or of its own. */
export function hasAnyCode({ error }: Facts): boolean {
  return providersCode(error?.code) !== undefined;
}

function providersCode(code: string | undefined): string | undefined {
  return code === undefined || OWN_CODES.has(code) ? undefined : code;
}

/** The provider's code as it may be shown: nothing that is not made of words or a short number. */
export function quotedCode({ error }: Facts): string {
  const code = providersCode(error?.code) ?? '';
  return isErrorCode(code) || isWordy(code) ? `"${code}"` : 'an error of its own';
}

/** A token endpoint was asked: for a code, or to renew a token. */
export function isTokenRequest({ phase }: Facts): boolean {
  return phase === 'token' || phase === 'refresh';
}

/** A token or revocation endpoint was asked. */
export function isEndpointRequest(facts: Facts): boolean {
  return isTokenRequest(facts) || facts.phase === 'revocation';
}

/** What was called: the field that has its URL, and the URL. */
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

/** The field, and the host that its URL leads to. */
export function endpointName(facts: Facts): string {
  const { field, url } = endpointOf(facts);
  const host = hostOf(url);
  return host ? `${field} (${host})` : field;
}

export function hostOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).host : undefined;
}

/** The client as the provider knows it. */
export function clientName({ settings }: Facts): string {
  return settings ? `client ${settings.client_id}` : 'client';
}

/** The redirect URI, as it is to be registered. */
export function callbackName({ redirectUri }: Facts): string {
  return redirectUri ?? "the action's callback_url";
}
