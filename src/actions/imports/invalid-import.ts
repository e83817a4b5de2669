import { CountersignError, type FieldError } from '../../common/index.js';

/** Returns the error for a source that cannot be imported. @param errors with pointers into the source */
export function invalidImport(errors: readonly FieldError[]): CountersignError {
  const [first] = errors;
  const detail = errors.length === 1 && first ? first.message : `the manifest has ${errors.length} problems`;
  return new CountersignError('invalid_import', detail, errors);
}
