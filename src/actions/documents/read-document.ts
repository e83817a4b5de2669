import {
  decodeText,
  documentSecurity,
  formatDocument,
  InvalidDocumentError,
  locateFindings,
  MissingFilesError,
  parseJsonExactly,
  readAndDescribe,
  stringifyExactly,
  type DocumentDescription,
  type DocumentFormat,
  type DeclaredServer,
  type Finding,
  type JsonObject,
  type OperationSummary,
  type ReferencedFiles,
  type ServerChoice,
  pointerTo,
  pointerTokens,
  type TextPosition,
} from '@countersign/openapi';
import type { FieldError } from '../../common/index.js';
import { RESERVED_HEADERS } from '../operations/document-options.js';
import { pack, type PackedDocument } from '../store/packed-document.js';
import { authOfScheme } from './security-scheme-auth.js';
import { scopeDescriptions } from './scope-descriptions.js';
import { suggestAuth } from './suggest-auth.js';
import { UnreadDocument } from './unread-document.js';

/*
 * The functions of this file are pure and return plain data: they run on the main thread for small documents, and in worker threads for all
 * others.
 */

/** A result, or why there is none. */
export type Outcome<T> =
  | { readonly value: T }
  | Failure
  /** The document does not have the chosen server; pointers are of the request. */
  | { readonly invalidChoice: readonly FieldError[] };

interface Failure {
  readonly errors: readonly FieldError[];
  /** the URLs of files that the document refers to; with them, there may be a result */
  readonly missingFiles?: readonly string[];
}

/** What a document does not say itself. */
export interface ImportOptions {
  /** The URL that the document was fetched from. */
  url?: string;
  /** The files that the document refers to, as far as they were fetched. */
  references?: ReferencedFiles;
  /** The stored JSON in UTF-8, if the same document was imported before and the files that it refers to are not at hand. */
  stored?: Uint8Array<ArrayBuffer>;
  /** The server to use instead of the first. */
  server?: ServerChoice;
}

/** A description without the long texts of its operations, which nothing stores. */
export interface ImportedDescription extends Pick<DocumentDescription, 'title' | 'server'> {
  operations: OperationSummary[];
}

/** A document that was read, described and packed. */
export interface ImportedDocument {
  description: ImportedDescription;
  parts: PackedDocument;
  /** The original text; empty if the document was sent as an object. */
  source: PackedDocument;
  /** The format of the text; `null` if the document was sent as an object. */
  format: DocumentFormat | null;
  /** Truncated to what a row holds. */
  warnings: Finding[];
  url: string | null;
  serverChoice: ServerChoice | null;
  /** Truncated to what a row holds. */
  servers: DeclaredServer[];
  suggestedAuth: Record<string, unknown> | null;
  scopeDescriptions: Record<string, string> | null;
  /** The URL of the MCP server whose tools the document describes. */
  mcpUrl?: string;
}

/** A finding, with its position if the document was sent as text. */
type PlacedWarning = Omit<Finding, 'position'> & Partial<TextPosition>;

/** The result of a check: a description, or the problems that prevent an import. */
export interface CheckedDocument {
  description: ImportedDescription | null;
  warnings: PlacedWarning[];
  problems: readonly FieldError[];
}

/** A document as an object, as text, or unread. */
export type GivenDocument = string | object | UnreadDocument;

const MAX_WARNINGS_BYTES = 48_000;
const MAX_SERVERS_BYTES = 48_000;

/** Reads a document to import it. */
export async function importDocument(
  given: GivenDocument,
  options: ImportOptions = {},
): Promise<Outcome<ImportedDocument>> {
  const source = read(given);
  const examined = attempt(source, () => examine(source, options));
  if (!('value' in examined)) return examined;
  const { document, description, servers, warnings } = examined.value;
  const parts = await pack(stringifyExactly(document.json));
  const text = typeof source === 'string' ? await pack(source) : [];
  const format = document.format ?? null;
  const security = documentSecurity(document);
  const suggestedAuth = suggestAuth(security, description.server.url) ?? null;
  const file = { parts, source: text, format, url: options.url ?? null };
  const server = { servers: withinBytes(servers, MAX_SERVERS_BYTES), serverChoice: options.server ?? null };
  return {
    value: { description, ...file, ...server, warnings, suggestedAuth, scopeDescriptions: scopeDescriptions(security) },
  };
}

/** Returns what an import would make of a document, or why it would reject it. */
export function checkDocument(given: GivenDocument, server?: ServerChoice): Outcome<CheckedDocument> {
  const source = read(given);
  const examined = attempt(source, () => examine(source, { server }));
  if ('invalidChoice' in examined) return examined;
  if ('errors' in examined) return { value: { description: null, warnings: [], problems: examined.errors } };
  const { description, warnings } = examined.value;
  return { value: { description, warnings: withPositions(source, warnings), problems: [] } };
}

/** Formats the text of a document, or converts it to the other language. */
export function formatText(
  given: GivenDocument,
  to?: DocumentFormat,
): Outcome<{ text: string; format: DocumentFormat }> {
  const text = read(given) as string;
  return attempt(text, () => formatDocument(text, to));
}

/** Parses or decodes an unread document. */
function read(given: GivenDocument): string | JsonObject {
  if (!(given instanceof UnreadDocument)) return given as string | JsonObject;
  const { bytes, form } = given;
  if (form === 'encoded') return decodeText(bytes);
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return form === 'text' ? text : (parseJsonExactly(text) as JsonObject);
}

function examine(source: string | JsonObject, { url, references, stored, server: choice }: ImportOptions) {
  const { document, description } = readAndDescribe(source, {
    documentUrl: url,
    references,
    stored: stored && (parseJsonExactly(new TextDecoder().decode(stored)) as JsonObject),
    server: choice,
    reservedHeaders: RESERVED_HEADERS,
    isSchemeSupported: (scheme, serverUrl) => authOfScheme(scheme, [], serverUrl) !== undefined,
  });
  const { title, server, servers, operations, warnings } = description;
  const summaries = operations.map((operation) => ({ ...operation, description: null }));
  return { document, description: { title, server, operations: summaries }, servers, warnings: truncate(warnings) };
}

function attempt<T>(source: string | object, work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof MissingFilesError) {
      return { errors: [{ pointer: '', message: error.message }], missingFiles: error.urls };
    }
    if (!(error instanceof InvalidDocumentError)) throw error;
    const invalidChoice = error.findings.flatMap(choiceError);
    if (invalidChoice.length > 0) return { invalidChoice };
    const findings = withPositions(source, error.findings);
    return {
      errors: findings.map(({ pointer, message, line, column }) =>
        line === undefined || column === undefined ? { pointer, message } : { pointer, message, line, column },
      ),
    };
  }
}

function withPositions(source: string | object, findings: readonly Finding[]): PlacedWarning[] {
  if (typeof source !== 'string') return [...findings];
  return locateFindings(source, findings).map(({ position, ...finding }) => ({ ...finding, ...position }));
}

/** Maps a finding about the choice of a server to the field of the request that chose it. */
function choiceError({ code, pointer, message }: Finding): FieldError[] {
  if (code === 'unknown_server') return [{ pointer: '/server_url', message }];
  if (code !== 'invalid_server_variable') return [];
  return [{ pointer: pointerTo('/server_variables', pointerTokens(pointer).at(-1) ?? ''), message }];
}

function withinBytes<T>(values: readonly T[], max: number): T[] {
  const kept: T[] = [];
  let bytes = 0;
  for (const value of values) {
    bytes += Buffer.byteLength(JSON.stringify(value)) + 1;
    if (bytes > max) break;
    kept.push(value);
  }
  return kept;
}

function truncate(warnings: readonly Finding[]): Finding[] {
  const kept = withinBytes(warnings, MAX_WARNINGS_BYTES);
  const left = warnings.length - kept.length;
  if (left > 0) kept.push({ code: 'more_warnings', message: `${left} more warnings are not shown`, pointer: '' });
  return kept;
}
