const NEEDED =
  /^\/(?:paths|servers|security|components\/(?:parameters|requestBodies|pathItems|mediaTypes|schemas))(?:\/|$)/;
const IGNORED_OF_OPERATIONS =
  /^\/(?:paths|components\/pathItems)\/[^/]*\/(?:additionalOperations\/)?[^/]*\/(?:responses|callbacks|tags|externalDocs)(?:\/|$)/;
/** Not where an author has given a property or a component such a name. */
const IGNORED_OF_CONTENT =
  /(?<!\/(?:properties|patternProperties|schemas|parameters|paths))\/(?:examples?|encoding|x-[^/]*)(?:\/|$)/;
const ANNOTATION = /\/(?:summary|description|deprecated)$/;

/**
 * Whether a request is built from what stands at this place of a document. What is wrong elsewhere (a contact's address,
 * a response's headers) does not keep anybody from calling.
 */
export function servesCalls(pointer: string): boolean {
  if (!NEEDED.test(pointer) || ANNOTATION.test(pointer)) return false;
  return !IGNORED_OF_OPERATIONS.test(pointer) && !IGNORED_OF_CONTENT.test(pointer);
}
