import { CountersignError, type FieldError, type ProblemCode } from '../../../common/index.js';

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

/**
 * Does the same work for each action of an export, one after the other.
 *
 * @param code of failures that are reported together; any other failure ends the work
 * @throws {CountersignError} with the errors of all actions
 */
export async function forEachAction<A, T>(
  actions: readonly A[],
  code: ProblemCode,
  work: (action: A, index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const failures: CountersignError[] = [];
  for (const [index, action] of actions.entries()) {
    try {
      results.push(await work(action, index));
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code !== code) throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined) return results;
  if (failures.length === 1) throw first;
  const errors = failures.flatMap((failure) => failure.errors);
  throw new CountersignError(code, `${failures.length} actions of the export cannot be imported`, errors);
}
