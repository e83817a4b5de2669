const NEEDED =
  /^\/(?:paths|servers|security|components\/(?:parameters|requestBodies|pathItems|mediaTypes|schemas))(?:\/|$)/;
const IGNORED_OF_OPERATIONS =
  /^\/(?:paths|components\/pathItems)\/[^/]*\/(?:additionalOperations\/)?[^/]*\/(?:responses|callbacks|tags|externalDocs)(?:\/|$)/;
/** Except for properties and components that have such a name. */
const IGNORED_OF_CONTENT =
  /(?<!\/(?:properties|patternProperties|schemas|parameters|paths))\/(?:examples?|encoding|x-[^/]*)(?:\/|$)/;
const ANNOTATION = /\/(?:summary|description|deprecated)$/;

/**
 * Returns whether requests depend on the value at a pointer. An error elsewhere, such as in a contact's address or a response's headers, does
 * not prevent calls.
 */
export function isUsedByCalls(pointer: string): boolean {
  if (!NEEDED.test(pointer) || ANNOTATION.test(pointer)) return false;
  return !IGNORED_OF_OPERATIONS.test(pointer) && !IGNORED_OF_CONTENT.test(pointer);
}
