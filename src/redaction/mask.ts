import { HIDDEN } from '../common/index.js';

/** Words are shorter. */
const MIN_TOKEN = 20;

const RUN = /[\w.~+/=%-]{20,}/g;

/** Hides what looks like a token: 20 characters or more without a break, with a digit or in mixed case. */
export function maskTokens(text: string): string {
  return text.replaceAll(RUN, (run) => (looksRandom(run) ? HIDDEN : run));
}

/** Hides parts of a path that look like a token and are longer than ids are. */
export function maskSegment(segment: string, longestId: number): string {
  return segment.length > longestId && looksRandom(segment) ? HIDDEN : segment;
}

/** Scopes are long words in mixed case, so that only digits give a token away. */
export function maskScopes(text: string): string {
  return text.replaceAll(/[\w~+=%-]{20,}/g, (run) => (/\d/.test(run) ? HIDDEN : run));
}

export function maskAddresses(text: string): string {
  return text.replaceAll(/[^\s@<>"'(),:;=]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+/g, HIDDEN);
}

/** Whether a text is made of words, as names are: `invalid_grant`, `AADSTS50011`, `NotAuthorizedException`. */
export function isWordy(text: string): boolean {
  if (text.length > 2 * MIN_TOKEN || !/^[a-z]+(?:[ _.:-][a-z]+)*[ _.:-]?\d{0,6}$/i.test(text)) return false;
  if (text.length >= MIN_TOKEN && /^[a-z]+\d+$/i.test(text)) return false;
  const humps = text.match(/[a-z][A-Z]/g)?.length ?? 0;
  return humps <= text.length / 6;
}

/** Whether a text is too short for a token, and without what stands in an address, in a URL and between a name and its value. */
export function isPlain(text: string): boolean {
  return text.length < MIN_TOKEN && !/[@=:>]/.test(text);
}

/** An error's code, rather than an authorization code: words, a short number, or capitals before one. */
export function isErrorCode(text: string): boolean {
  return /^\d{1,5}$/.test(text) || (isWordy(text) && /^(?:\D+|[A-Z_-]+\d+)$/.test(text));
}

/** One line, without control characters and halves of surrogate pairs. */
export function tidy(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .toWellFormed();
}

/** The beginning of a text, never half a character, and how much there was besides. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const isInsidePair = /[\uD800-\uDBFF]/.test(text.charAt(length - 1));
  const kept = text.slice(0, isInsidePair ? length - 1 : length);
  return `${kept} … (${text.length - kept.length} more characters)`;
}

function looksRandom(text: string): boolean {
  return /\d/.test(text) || (/[a-z]/.test(text) && /[A-Z]/.test(text));
}
