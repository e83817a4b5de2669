import { type JsonObject, type Located, member } from '@countersign/openapi';
import { invalidImport } from './invalid-import.js';

/**
 * Reads string members. Empty strings count as absent.
 *
 * @param names maps our field names to the source's
 * @throws {CountersignError} `invalid_import`, with every member that is not a string
 */
export function readTexts(
  { value, pointer }: Located<JsonObject>,
  names: Record<string, string>,
): Record<string, Located<string>> {
  const texts: Record<string, Located<string>> = {};
  const errors = Object.entries(names).flatMap(([ours, theirs]) => {
    const place = `${pointer}/${theirs}`;
    const found = member(value, theirs) ?? '';
    if (typeof found !== 'string') return [{ pointer: place, message: `${theirs} must be a string` }];
    if (found !== '') texts[ours] = { value: found, pointer: place };
    return [];
  });
  if (errors.length > 0) throw invalidImport(errors);
  return texts;
}
