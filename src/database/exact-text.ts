import { Raw, type EntityManager, type FindOperator } from 'typeorm';

/**
 * Returns a condition for exactly this text. A collation may treat `Ann`, `ann` and `ann ` as equal; the second comparison is by bytes.
 * An index on the column is used.
 */
export function equalsExactly(text: string): FindOperator<string> {
  const parameters = { exactText: text, exactBytes: hexOf(text) };
  return Raw((column) => `${column} = :exactText AND HEX(${column}) = :exactBytes`, parameters);
}

/**
 * Returns a condition for text that starts with exactly `prefix`. An index on the column is used: as a range on SQLite, which compares by
 * bytes, and through `LIKE` on databases that compare by a collation.
 *
 * @param prefix of a column of at most 255 characters
 */
export function startsWithExactly({ connection: { options } }: EntityManager, prefix: string): FindOperator<string> {
  const prefixBytes = `${hexOf(prefix)}%`;
  if (options.type === 'better-sqlite3') {
    const parameters = { prefix, rangeEnd: prefix + HIGHEST_CHARACTER.repeat(MAX_LENGTH), prefixBytes };
    return Raw((column) => `${column} BETWEEN :prefix AND :rangeEnd AND HEX(${column}) LIKE :prefixBytes`, parameters);
  }
  const parameters = { prefix: `${prefix.replaceAll(/[%_!]/g, '!$&')}%`, prefixBytes };
  return Raw((column) => `${column} LIKE :prefix ESCAPE '!' AND HEX(${column}) LIKE :prefixBytes`, parameters);
}

const HIGHEST_CHARACTER = '\u{10ffff}';
const MAX_LENGTH = 255;

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase();
}
