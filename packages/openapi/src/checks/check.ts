import { type OpenApiDocument } from '../document/document.js';
import { type JsonObject, type JsonValue } from '../document/json.js';
import { type OperationPlace, type OperationPlan } from '../operations/operation-plan.js';
import { type DocumentServer } from '../operations/servers.js';

/** What checks know of a document. Operations are those that can be called: of others it is known already why they cannot. */
export interface CheckContext {
  readonly document: OpenApiDocument;
  readonly server: DocumentServer;
  readonly operations: readonly CheckedOperation[];
  /** the parameters of each operation and path item that has some */
  readonly parameterLists: readonly (readonly DeclaredParameter[])[];
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  /** the names of the schemes that are API keys, by where they are sent, as {@link placeOfParameter} says it */
  readonly apiKeys: ReadonlyMap<string, string>;
}

export interface CheckedOperation extends OperationPlace {
  readonly plan: OperationPlan;
}

/** A security scheme of the document, after any reference. */
export interface SecurityScheme {
  readonly object: JsonObject;
  readonly pointer: string;
  /** whether an authentication schema of an action does what it describes */
  readonly isSupported: boolean;
}

/** A path that has operations. */
export type CheckedPath = Pick<OperationPlace, 'path' | 'pathItem'>;

/** A parameter as the document has it, after any reference to it. */
export interface DeclaredParameter {
  readonly name: string;
  /** where it goes: the field `in` */
  readonly location: string;
  readonly object: JsonObject;
  /** where it is described */
  readonly pointer: string;
  /** where it stands in the list of an operation or path item; the same where that is no reference */
  readonly place: string;
}

/** A schema that requests are made of, and one of its keywords. */
export interface CheckedKeyword {
  readonly schema: JsonObject;
  readonly keyword: string;
  readonly value: JsonValue;
}

/**
 * One thing that is worth telling an author. A check finds it in something that the document has many of.
 *
 * Its words say what will happen and what to do; it says nothing where all is well or where it cannot be sure.
 */
export interface Check<Subject> {
  /** stable, in snake case; docs/documents.md has a row for it */
  readonly code: string;
  /** the field of the subject that it is about, where it is not about the whole */
  readonly at?: string;
  readonly find: (subject: Subject, context: CheckContext) => string | undefined;
}

/** A check of a schema that has one of these keywords; it is about that keyword. */
export interface SchemaCheck {
  readonly code: string;
  readonly keywords: readonly string[];
  readonly find: (keyword: CheckedKeyword, context: CheckContext) => string | undefined;
}

/** A check that looks at the document as a whole, or compares its parts. */
export interface DocumentCheck {
  readonly code: string;
  readonly find: (context: CheckContext) => readonly Complaint[];
}

/** What such a check says, and of which place. */
export interface Complaint {
  readonly message: string;
  readonly pointer: string;
}

/** Where a value goes in a request: two of the same place are in each other's way. Header names are the same in any case (RFC 9110, 5.1). */
export function placeOfParameter(location: string, name: string): string {
  return `${location} ${location === 'header' ? name.toLowerCase() : name}`;
}
