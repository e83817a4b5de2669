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

/** What an error prevents: calls of all operations, calls of the operations that need the part of the document, or none. */
export type Scope = 'document' | 'part' | 'none';

/** An operation or component, or something in it. */
const PART = /^\/(?:paths|components\/[^/]+)\/./;
/** Returns what an error at a pointer prevents. */
export function scopeOf(pointer: string): Scope {
  if (!isUsedByCalls(pointer)) return 'none';
  return PART.test(pointer) ? 'part' : 'document';
}
