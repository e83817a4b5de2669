import { CountersignError, type FieldError } from '../../common/index.js';

/** The refusal of a form that cannot be used. @param errors with pointers into the form */
export function invalidForm(errors: readonly FieldError[]): CountersignError {
  const [first] = errors;
  const detail = errors.length === 1 && first ? first.message : `the form has ${errors.length} problems`;
  return new CountersignError('invalid_import', detail, errors);
}
