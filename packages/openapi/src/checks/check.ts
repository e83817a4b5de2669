import { type DocumentOptions, type OpenApiDocument } from '../document/document.js';
import { type JsonObject, type JsonValue, type Located } from '../document/json.js';
import { type DocumentSecurity, type SecurityScheme } from '../document/security.js';
import { type DeclaredOperation, type OperationPlan } from '../operations/operation-plan.js';
import { type DocumentServer } from '../operations/servers.js';

/** The input of checks. Only callable operations are checked; the others already have findings. */
export interface CheckContext {
  readonly document: OpenApiDocument;
  readonly server: DocumentServer;
  /** the Server Object of `server`, or one with the document's origin if the document has none */
  readonly declaredServer: Located;
  /** the choice of `server`, if there is one */
  readonly choice: DocumentOptions['server'];
  readonly operations: readonly CheckedOperation[];
  /** the parameters of each operation and path item that has some */
  readonly parameterLists: readonly (readonly DeclaredParameter[])[];
  readonly security: DocumentSecurity;
  /** whether the application supports a security scheme */
  readonly isSchemeSupported: (scheme: SecurityScheme) => boolean;
  /** the names of the schemes of type `apiKey`, by the {@link parameterPlace} that they use */
  readonly apiKeys: ReadonlyMap<string, string>;
}

export interface CheckedOperation extends DeclaredOperation {
  readonly plan: OperationPlan;
}

/** A path that has operations. */
export type CheckedPath = Pick<DeclaredOperation, 'path' | 'pathItem'>;

/** A parameter as declared in the document, after any reference. */
export interface DeclaredParameter {
  readonly name: string;
  /** the field `in` */
  readonly location: string;
  readonly object: JsonObject;
  /** the pointer of the parameter itself */
  readonly pointer: string;
  /** the pointer of its entry in the list of an operation or path item; differs from `pointer` for a reference */
  readonly place: string;
}

/** A schema of requests, and one of its keywords. */
export interface CheckedKeyword {
  readonly schema: JsonObject;
  readonly keyword: string;
  readonly value: JsonValue;
}

/**
 * A check of one subject of a document.
 *
 * Its message says what is wrong, what happens, and what to do. It returns `undefined` if all is well or if it cannot be sure.
 */
export interface Check<Subject> {
  /** stable, in snake case; docs/documents.md has a row for it */
  readonly code: string;
  /** the field of the subject that the finding is about; by default the subject itself */
  readonly at?: string;
  readonly find: (subject: Subject, context: CheckContext) => string | undefined;
}

/** A check of schemas that have one of these keywords. The finding is about the keyword. */
export interface SchemaCheck {
  readonly code: string;
  readonly keywords: readonly string[];
  readonly find: (keyword: CheckedKeyword, context: CheckContext) => string | undefined;
}

/** A check of the document as a whole, or of several of its parts. */
export interface DocumentCheck {
  readonly code: string;
  readonly find: (context: CheckContext) => readonly CheckFinding[];
}

/** A finding of such a check, without its code. */
export interface CheckFinding {
  readonly message: string;
  readonly pointer: string;
}

/** Returns a key for a place in a request; two values with the same key conflict. Header names are case-insensitive (RFC 9110, section 5.1). */
export function parameterPlace(location: string, name: string): string {
  return `${location} ${location === 'header' ? name.toLowerCase() : name}`;
}
