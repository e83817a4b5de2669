import { type Finding } from './errors.js';
import { type JsonObject, member } from './json.js';

/** The dialects that we tell apart; OpenAPI 3.2 is read as 3.1. */
export type OpenApiVersion = '3.0' | '3.1';

/** The languages that a document's text may be in. */
export const DOCUMENT_FORMATS = ['json', 'yaml'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

/** An OpenAPI document that has been read: plain JSON, and what was odd but bearable about its structure. */
export interface OpenApiDocument {
  readonly json: JsonObject;
  readonly version: OpenApiVersion;
  /** that of the text that it was read from, if it was one */
  readonly format?: DocumentFormat;
  readonly warnings: readonly Finding[];
}

/**
 * Wraps a document that {@link readDocument} accepted earlier and that was stored since. Nothing is checked again.
 */
export function trustedDocument(json: JsonObject): OpenApiDocument {
  const isOld = /^3(?:\.0|$)/.test(String(member(json, 'openapi')));
  return { json, version: isOld ? '3.0' : '3.1', warnings: [] };
}

/** Where a document came from. */
export interface BaseLocation {
  /** the URL that the document was fetched from; relative server URLs are resolved against it (OAS 3.1.1, section 4.5) */
  documentUrl?: string;
}
