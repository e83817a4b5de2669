import { HIDDEN } from './redactor.js';

/** The input is truncated well before the output, so that a secret cut in half is never part of the output. */
const [MAX_INPUT_CHARACTERS, MAX_OUTPUT_CHARACTERS] = [10_000, 2000];

const URL_CREDENTIALS = /(:\/\/)[^\s/@'"]+@/g;
const AUTHORIZATION = /\b(bearer|basic)(\s+)\S{15,}/gi;

/** V8 quotes the JSON that it could not parse, including the quotes inside it. */
const JSON_EXCERPT = /(Unexpected token .{1,12}?, ).*( is not valid JSON)/gs;

/** A quoted value or name. An apostrophe inside a word does not open a quotation. */
const QUOTED = /(?<!\w)(["'`])((?:(?!\1).)*)\1(?!\w)/gs;
const NAME = /^[\w.$:@/-]*$/;

const RUN = /[\w+/=~%-]{20,}/g;

/** Our own ids: they identify the affected resource and grant no access. */
const ID = /^(t|g|act|conn|key|si|call|evt|dk|rev|rot)-[a-z2-9]{26}$/;

/**
 * Redacts likely secrets from a text that others wrote (a driver, the runtime, a library): credentials in URLs and headers, quoted
 * values, and runs of letters and digits that are longer than a word. Names, codes and our own ids remain.
 *
 * This is the last line of defense. Where the secrets are known, use {@link redactor}, which finds them whatever they look like.
 */
export function redactLikelySecrets(text: string): string {
  return text
    .slice(0, MAX_INPUT_CHARACTERS)
    .replaceAll(URL_CREDENTIALS, `$1${HIDDEN}@`)
    .replaceAll(AUTHORIZATION, `$1$2${HIDDEN}`)
    .replaceAll(JSON_EXCERPT, `$1${HIDDEN}$2`)
    .replaceAll(QUOTED, (all, quote: string, inner: string) => (NAME.test(inner) ? all : `${quote}${HIDDEN}${quote}`))
    .replaceAll(RUN, (run) => (isLikelySecret(run) ? HIDDEN : run))
    .slice(0, MAX_OUTPUT_CHARACTERS);
}

function isLikelySecret(run: string): boolean {
  if (ID.test(run)) return false;
  const isMixed = (part: string) => /\d/.test(part) && /[a-z]/i.test(part);
  if (run.split('/').some((part) => part.length >= 20 && isMixed(part))) return true;
  // Base64 may contain slashes too, but a path starts with one and mostly uses one case.
  return !run.startsWith('/') && isMixed(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
}
