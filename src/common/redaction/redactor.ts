import { setImmediate } from 'node:timers/promises';
import { SecretFinder, type Search, type SearchedPart } from './secret-finder.js';

/** Replaces a secret that must not be shown. Clients send it back to keep a stored secret unchanged. */
export const HIDDEN = '[HIDDEN]';

/** One finder for all redactors of a credential, by the array of its secrets. */
const FINDERS = new WeakMap<readonly string[], SecretFinder>();

/** Replaces known secrets in a text. */
export type Redact = (text: string) => string;

/**
 * Replaces known secrets in a text of any length. Returns a promise if it takes more than some milliseconds: other work runs in between.
 *
 * @param length the number of characters of the result that are needed; more may be missing from it
 */
export type RedactLong = (text: string, length?: number) => string | Promise<string>;

/**
 * Creates a function that replaces secrets in text with {@link HIDDEN}, in every encoding that {@link SecretFinder} knows.
 *
 * @param secrets secrets shorter than 6 characters are ignored
 */
export function redactor(secrets: readonly string[]): Redact {
  const finder = finderOf(secrets);
  return (text) => {
    if (finder.isTooShort(text)) return text;
    const search = finder.inText(text);
    const replacement = new Replacement(text);
    for (;;) {
      const step = search.next();
      replacement.add(step.value);
      if (step.done) return replacement.text;
    }
  };
}

/** Creates a function like {@link redactor} for texts of any length. */
export function longTextRedactor(secrets: readonly string[]): RedactLong {
  const finder = finderOf(secrets);
  return (text, length = Number.POSITIVE_INFINITY) => {
    const search = finder.inText(text);
    const step = search.next();
    if (step.done && step.value.ranges.length === 0) return text;
    const replacement = new Replacement(text);
    replacement.add(step.value);
    return step.done ? replacement.text : replaceInTurns(search, replacement, length);
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
    const search = finder.inBytes(bytes);
    for (;;) {
      const step = search.next();
      for (const [start, end] of step.value.ranges) bytes.fill('*', start, end);
      if (step.done) return;
      await setImmediate();
    }
  };
}

/** Returns the number of characters that the longest secret takes in any encoding. */
export function encodedLength(secrets: readonly string[]): number {
  return finderOf(secrets).longestEncoded;
}

function finderOf(secrets: readonly string[]): SecretFinder {
  const finder = FINDERS.get(secrets) ?? new SecretFinder(secrets);
  FINDERS.set(secrets, finder);
  return finder;
}

async function replaceInTurns(search: Search, replacement: Replacement, length: number): Promise<string> {
  while (replacement.length < length) {
    await setImmediate();
    const step = search.next();
    replacement.add(step.value);
    if (step.done) break;
  }
  return replacement.text;
}

/** A text with replaced secrets, up to where it has been searched. */
class Replacement {
  readonly #parts: string[] = [];
  #sourceEnd = 0;
  #length = 0;

  constructor(private readonly source: string) {}

  get length(): number {
    return this.#length;
  }

  get text(): string {
    return this.#parts.join('');
  }

  add({ ranges, end }: SearchedPart): void {
    for (const [from, to] of ranges) {
      this.#push(this.source.slice(this.#sourceEnd, from));
      this.#push(HIDDEN);
      this.#sourceEnd = to;
    }
    this.#push(this.source.slice(this.#sourceEnd, end));
    this.#sourceEnd = Math.max(this.#sourceEnd, end);
  }

  #push(part: string): void {
    this.#parts.push(part);
    this.#length += part.length;
  }
}
