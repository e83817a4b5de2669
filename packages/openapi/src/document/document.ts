import { type Finding } from './errors.js';
import { type JsonObject, member } from './json.js';

/** The dialects of OpenAPI; 3.2 is read as 3.1. */
export type OpenApiVersion = '3.0' | '3.1';

/** The formats of a document's text. */
export const DOCUMENT_FORMATS = ['json', 'yaml'] as const;
export type DocumentFormat = (typeof DOCUMENT_FORMATS)[number];

/** An OpenAPI document that has been read: plain JSON, with warnings about its structure. */
export interface OpenApiDocument {
  readonly json: JsonObject;
  readonly version: OpenApiVersion;
  /** the format of its text; `undefined` if it was read from an object */
  readonly format?: DocumentFormat;
  readonly warnings: readonly Finding[];
}

/**
 * Wraps a document that {@link readDocument} has accepted before, for example one that was stored. Nothing is checked again.
 */
export function trustedDocument(json: JsonObject): OpenApiDocument {
  const isOld = /^3(?:\.0|$)/.test(String(member(json, 'openapi')));
  return { json, version: isOld ? '3.0' : '3.1', warnings: [] };
}

/** How the operations of a document are read. */
export interface DocumentOptions {
  /** the URL that the document was fetched from; relative server URLs are resolved against it (OAS 3.1.1, section 4.5) */
  readonly documentUrl?: string | undefined;
  /**
   * Headers that no parameter may set, in lower case, in addition to those that HTTP itself uses (`host`, `cookie`, `content-length`,
   * `connection`, `via`, `forwarded`, `x-forwarded-*`, `proxy-*` and others); a `*` at the end matches any suffix. None by default.
   */
  readonly reservedHeaders?: readonly string[];
}
