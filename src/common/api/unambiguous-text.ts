import { Matches } from 'class-validator';

/**
 * Text that stays the same text wherever it is kept: SQLite gives it back as far as its first NUL, and UTF-8 has one spelling for all
 * lone surrogates, so that two users could become one. Nor can a header or a URL carry either.
 */
export function IsUnambiguousText(): PropertyDecorator {
  return Matches(/^[^\0\p{Cs}]*$/u, { message: '$property must have no NUL and no lone surrogate' });
}
