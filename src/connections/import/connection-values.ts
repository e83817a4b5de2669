import type { FieldError } from '../../common/index.js';

/**
 * Checks the values of an imported connection. Only names that the action's schema defines are accepted, and no schema defines any.
 *
 * @returns errors with pointers into the request
 */
export function checkValues(values: Record<string, string> | null | undefined): FieldError[] {
  return Object.keys(values ?? {}).map(() => ({
    pointer: '/values',
    message: "the action's authentication schema defines no value of this name",
  }));
}
