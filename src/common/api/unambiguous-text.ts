import { Matches } from 'class-validator';

const UNAMBIGUOUS = /^[^\0\p{Cs}]*$/u;

/** Returns whether `@IsUnambiguousText` accepts a text. */
export function isUnambiguous(text: string): boolean {
  return UNAMBIGUOUS.test(text);
}

/**
 * Requires text that every store returns unchanged: SQLite truncates at NUL, and UTF-8 maps all lone surrogates to one character, so
 * that two user ids could become the same. Headers and URLs cannot carry either.
 */
export function IsUnambiguousText(): PropertyDecorator {
  return Matches(UNAMBIGUOUS, { message: '$property must not contain NUL or lone surrogates' });
}
