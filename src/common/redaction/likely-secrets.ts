import { HIDDEN } from './redactor.js';

/** What is read of a text, and what is shown of it: a secret that the first cut breaks lies behind the second. */
const [MOST_READ, MOST_SHOWN] = [10_000, 2000];

/** What a password or a header's credential stands behind. */
const URL_CREDENTIALS = /(:\/\/)[^\s/@'"]+@/g;
const AUTHORIZATION = /\b(bearer|basic)(\s+)\S{15,}/gi;

/** V8 quotes what it could not read, with quotes inside of quotes. */
const JSON_EXCERPT = /(Unexpected token .{1,12}?, ).*( is not valid JSON)/gs;

/** A value or a name in quotes; an apostrophe inside of a word opens nothing. */
const QUOTED = /(?<!\w)(["'`])((?:(?!\1).)*)\1(?!\w)/gs;
const NAME = /^[\w.$:@/-]*$/;

const RUN = /[\w+/=~%-]{20,}/g;
/** Ours say what was concerned, and open nothing. */
const ID = /^(t|g|act|conn|key|si|call|evt|dk|rev|rot)-[a-z2-9]{26}$/;

/**
 * Takes out of a text that others wrote (a driver's, the runtime's, a library's) what may be a secret: credentials in URLs and
 * headers, values in quotes, and runs of letters and digits that are longer than a word. Names, codes and our ids stay.
 *
 * A last net, and no more: where the secrets are known, {@link hider} finds them whatever they look like.
 */
export function withoutLikelySecrets(text: string): string {
  return text
    .slice(0, MOST_READ)
    .replaceAll(URL_CREDENTIALS, `$1${HIDDEN}@`)
    .replaceAll(AUTHORIZATION, `$1$2${HIDDEN}`)
    .replaceAll(JSON_EXCERPT, `$1${HIDDEN}$2`)
    .replaceAll(QUOTED, (all, quote: string, inner: string) => (NAME.test(inner) ? all : `${quote}${HIDDEN}${quote}`))
    .replaceAll(RUN, (run) => (isLikelySecret(run) ? HIDDEN : run))
    .slice(0, MOST_SHOWN);
}

function isLikelySecret(run: string): boolean {
  if (ID.test(run)) return false;
  const isMixed = (part: string) => /\d/.test(part) && /[a-z]/i.test(part);
  if (run.split('/').some((part) => part.length >= 20 && isMixed(part))) return true;
  // Base64 has slashes too; a path begins with one, and its letters are mostly of one case.
  return !run.startsWith('/') && isMixed(run) && /[a-z]/.test(run) && /[A-Z]/.test(run);
}
