import type { OpenApiDocument } from './document.js';

/** What a document's security schemes say of authentication, in the fields of an action's schema; `undefined` where they say nothing. */
export function suggestAuth(_document: OpenApiDocument): Record<string, unknown> | undefined {
  return undefined;
}
