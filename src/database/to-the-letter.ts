import { Raw, type EntityManager, type FindOperator } from 'typeorm';

/** For a condition: exactly this text, where a collation may find `Ann`, `ann` and `ann ` to be the same. An index of the column finds it. */
export function toTheLetter(text: string): FindOperator<string> {
  const parameters = { letters: text, letterBytes: hexOf(text) };
  return Raw((column) => `${column} = :letters AND HEX(${column}) = :letterBytes`, parameters);
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase();
}

/**
 * The same of text that begins so. What a database compares by differs: where a collation decides, `LIKE` narrows it down; where bytes do,
 * a range does.
 *
 * @param start of what a column of at most 255 characters holds
 */
export function beginsToTheLetter({ connection: { options } }: EntityManager, start: string): FindOperator<string> {
  const letterBytes = `${hexOf(start)}%`;
  if (options.type === 'better-sqlite3') {
    const parameters = { start, end: start + LAST.repeat(MAX_LENGTH), letterBytes };
    return Raw((column) => `${column} BETWEEN :start AND :end AND HEX(${column}) LIKE :letterBytes`, parameters);
  }
  const parameters = { start: `${start.replaceAll(/[%_!]/g, '!$&')}%`, letterBytes };
  return Raw((column) => `${column} LIKE :start ESCAPE '!' AND HEX(${column}) LIKE :letterBytes`, parameters);
}

/** Nothing comes after it. */
const LAST = '\u{10ffff}';
const MAX_LENGTH = 255;
