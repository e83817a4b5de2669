import { CountersignError, type FieldError } from '../../../common/index.js';

/**
 * Runs all functions, each of which reads a part of a source.
 *
 * @returns their results
 * @throws {CountersignError} `invalid_import` with the errors of all of them
 */
export function readAll<T extends readonly unknown[]>(...reads: { [Index in keyof T]: () => T[Index] }): T {
  const errors: FieldError[] = [];
  const results = reads.map((read) => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code !== 'invalid_import') throw error;
      errors.push(...error.errors);
      return undefined;
    }
  });
  if (errors.length > 0) throw invalidImport(errors);
  return results as unknown as T;
}

/** Returns the error for a source that cannot be imported. @param errors with pointers into the source */
export function invalidImport(errors: readonly FieldError[]): CountersignError {
  const [first] = errors;
  const detail = errors.length === 1 && first ? first.message : `the manifest has ${errors.length} problems`;
  return new CountersignError('invalid_import', detail, errors);
}
