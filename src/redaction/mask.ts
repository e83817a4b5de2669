import { HIDDEN } from '../common/index.js';

/** Minimum length of text that may be a token. Words are shorter. */
const MIN_TOKEN_LENGTH = 20;

const RUN = /[\w.~+/=%-]{20,}/g;

/** Hides text that looks like a token: at least 20 characters without a break, with a digit or in mixed case. */
export function maskTokens(text: string): string {
  return text.replaceAll(RUN, (run) => (looksRandom(run) ? HIDDEN : run));
}

/** Hides a path segment that looks like a token and is longer than an id. */
export function maskSegment(segment: string, maxIdLength: number): string {
  return segment.length > maxIdLength && looksRandom(segment) ? HIDDEN : segment;
}

/** Hides tokens in scopes. Scopes are long words in mixed case, so only a digit indicates a token. */
export function maskScopes(text: string): string {
  return text.replaceAll(/[\w~+=%-]{20,}/g, (run) => (/\d/.test(run) ? HIDDEN : run));
}

/** Hides email addresses. */
export function maskAddresses(text: string): string {
  return text.replaceAll(/[^\s@<>"'(),:;=]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, HIDDEN);
}

/** Returns whether a text consists of words, like `invalid_grant`, `AADSTS50011` or `NotAuthorizedException`. */
export function isWordy(text: string): boolean {
  if (text.length > 2 * MIN_TOKEN_LENGTH || !/^[a-z]+(?:[ _.:-][a-z]+)*[ _.:-]?\d{0,6}$/i.test(text)) return false;
  if (text.length >= MIN_TOKEN_LENGTH && /^[a-z]+\d+$/i.test(text)) return false;
  const caseChanges = text.match(/[a-z][A-Z]/g)?.length ?? 0;
  return caseChanges <= text.length / 6;
}

/** Returns whether a text is too short for a token, and contains no email address, URL or name-value pair. */
export function isPlain(text: string): boolean {
  return text.length < MIN_TOKEN_LENGTH && !/[@=:>]/.test(text);
}

/** Returns whether a text is an error code and not an authorization code: words, a short number, or capitals with a number. */
export function isErrorCode(text: string): boolean {
  return /^\d{1,5}$/.test(text) || (isWordy(text) && /^(?:\D+|[A-Z_-]+\d+)$/.test(text));
}

/** Replaces line breaks and control characters by spaces, and lone surrogates by U+FFFD. */
export function toSingleLine(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toWellFormed();
}

/** Truncates a text between characters and appends the number of characters left out. */
export function truncate(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(maxLength - 1));
  const kept = text.slice(0, isInsidePair ? maxLength - 1 : maxLength);
  return `${kept} … (${text.length - kept.length} more characters)`;
}

function looksRandom(text: string): boolean {
  return /\d/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text));
}
