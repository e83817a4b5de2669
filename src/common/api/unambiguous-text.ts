import { Matches } from 'class-validator';

/**
 * Requires text that every store returns unchanged: SQLite truncates at NUL, and UTF-8 maps all lone surrogates to one character, so
 * that two user ids could become the same. Headers and URLs cannot carry either.
 */
export function IsUnambiguousText(): PropertyDecorator {
  return Matches(/^[^\0\p{Cs}]*$/u, { message: '$property must not contain NUL or lone surrogates' });
}
