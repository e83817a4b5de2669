import { Raw, type FindOperator } from 'typeorm';

/** For a condition: exactly this text, where a collation may find `Ann`, `ann` and `ann ` to be the same. An index of the column finds it. */
export function toTheLetter(text: string): FindOperator<string> {
  const parameters = { letters: text, letterBytes: hexOf(text) };
  return Raw((column) => `${column} = :letters AND HEX(${column}) = :letterBytes`, parameters);
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase();
}
