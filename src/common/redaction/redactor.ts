import { setImmediate } from 'node:timers/promises';
import { SecretFinder, type Range } from './secret-finder.js';

/** Replaces a secret that must not be shown. Clients send it back to keep a stored secret unchanged. */
export const HIDDEN = '[HIDDEN]';

/** One finder for all redactors of a credential, by the array of its secrets. */
const FINDERS = new WeakMap<readonly string[], SecretFinder>();

/** Replaces known secrets in a text. */
export type Redact = (text: string) => string;

/** Replaces known secrets in a text of any length. Returns a promise if it takes more than some milliseconds: other work runs in between. */
export type RedactLong = (text: string) => string | Promise<string>;

/**
 * Creates a function that replaces secrets in text with {@link HIDDEN}, in every encoding that {@link SecretFinder} knows.
 *
 * @param secrets secrets shorter than 6 characters are ignored
 */
export function redactor(secrets: readonly string[]): Redact {
  const finder = finderOf(secrets);
  return (text) => (finder.isTooShort(text) ? text : replace(text, finish(finder.inText(text))));
}

/** Creates a function like {@link redactor} for texts of any length. */
export function longTextRedactor(secrets: readonly string[]): RedactLong {
  const finder = finderOf(secrets);
  return (text) => {
    const search = finder.inText(text);
    const step = search.next();
    return step.done ? replace(text, step.value) : finishInTurns(search).then((ranges) => replace(text, ranges));
  };
}

/**
 * Creates a function that overwrites secrets in bytes with `*`, in place, so that a file's format keeps its offsets.
 *
 * @param secrets as for {@link redactor}; without an encoding also found in UTF-16
 */
export function byteRedactor(secrets: readonly string[]): (bytes: Buffer) => Promise<void> {
  const finder = new SecretFinder(secrets, ['utf8', 'utf16le']);
  return async (bytes) => {
    for (const [start, end] of await finishInTurns(finder.inBytes(bytes))) bytes.fill('*', start, end);
  };
}

function finderOf(secrets: readonly string[]): SecretFinder {
  const finder = FINDERS.get(secrets) ?? new SecretFinder(secrets);
  FINDERS.set(secrets, finder);
  return finder;
}

function finish(search: Generator<void, Range[]>): Range[] {
  let step = search.next();
  while (!step.done) step = search.next();
  return step.value;
}

async function finishInTurns(search: Generator<void, Range[]>): Promise<Range[]> {
  for (;;) {
    const step = search.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}

function replace(text: string, ranges: readonly Range[]): string {
  if (ranges.length === 0) return text;
  const parts: string[] = [];
  let end = 0;
  for (const [from, to] of ranges) {
    parts.push(text.slice(end, from), HIDDEN);
    end = to;
  }
  return parts.join('') + text.slice(end);
}
