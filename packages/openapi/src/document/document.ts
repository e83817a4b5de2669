import { type Finding } from './errors.js';
import { type JsonObject, member } from './json.js';
import { type Origins } from './origins.js';

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
  /** the parts that violate the standard, with pointers into `json`; an operation that depends on one is left out */
  readonly invalidParts: readonly Finding[];
  /** where the parts of `json` come from, if it was changed while it was read; findings refer to the original */
  readonly origins?: Origins;
}

/**
 * Wraps a document that {@link readDocument} has accepted before, for example one that was stored. Nothing is checked again.
 */
export function trustedDocument(json: JsonObject): OpenApiDocument {
  return { json, version: isVersion30(json) ? '3.0' : '3.1', warnings: [], invalidParts: [] };
}

/** Returns whether the schemas of a document are those of OpenAPI 3.0, in which keywords beside `$ref`, `$id` and `$anchor` have no meaning. */
export function isVersion30(json: JsonObject): boolean {
  return /^3(?:\.0|$)/.test(String(member(json, 'openapi')));
}

/** The server that calls go to, instead of the first with the defaults of its variables. */
export interface ServerChoice {
  /** the URL of one of the document's servers, as the document writes it or with the defaults of its variables; the first server by default */
  readonly url?: string | undefined;
  /** values of variables; `{connection.…}` is left for the application to replace, and need not be in the variable's `enum` */
  readonly variables?: { readonly [name: string]: string } | undefined;
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
  /** Headers that every request gets after it was built, in lower case. Their parameters are left out of the arguments. None by default. */
  readonly presetHeaders?: readonly string[];
  /** The server that calls go to; the first one by default. Operations and path items with servers of their own keep these. */
  readonly server?: ServerChoice | undefined;
}
