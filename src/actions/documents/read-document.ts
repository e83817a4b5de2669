import {
  decodeText,
  documentSecurity,
  formatDocument,
  InvalidDocumentError,
  locateFindings,
  readAndDescribe,
  type DocumentDescription,
  type DocumentFormat,
  type Finding,
  type JsonObject,
  type OperationSummary,
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
export type Outcome<T> = { readonly value: T } | { readonly errors: readonly FieldError[] };

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
  suggestedAuth: Record<string, unknown> | null;
  scopeDescriptions: Record<string, string> | null;
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

/** Reads a document to import it. @param url the URL that it was fetched from */
export async function importDocument(given: GivenDocument, url?: string): Promise<Outcome<ImportedDocument>> {
  const source = read(given);
  const examined = attempt(source, () => examine(source, url));
  if ('errors' in examined) return examined;
  const { document, description, warnings } = examined.value;
  const parts = await pack(JSON.stringify(document.json));
  const text = typeof source === 'string' ? await pack(source) : [];
  const format = document.format ?? null;
  const security = documentSecurity(document);
  const suggestedAuth = suggestAuth(security, description.server.url) ?? null;
  const file = { parts, source: text, format, url: url ?? null };
  return { value: { description, ...file, warnings, suggestedAuth, scopeDescriptions: scopeDescriptions(security) } };
}

/** Returns what an import would make of a document, or why it would reject it. */
export function checkDocument(given: GivenDocument): CheckedDocument {
  const source = read(given);
  const examined = attempt(source, () => examine(source));
  if ('errors' in examined) return { description: null, warnings: [], problems: examined.errors };
  const { description, warnings } = examined.value;
  return { description, warnings: withPositions(source, warnings), problems: [] };
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
  return form === 'text' ? text : (JSON.parse(text) as JsonObject);
}

function examine(source: string | JsonObject, documentUrl?: string) {
  const { document, description } = readAndDescribe(source, {
    documentUrl,
    reservedHeaders: RESERVED_HEADERS,
    isSchemeSupported: (scheme, serverUrl) => authOfScheme(scheme, [], serverUrl) !== undefined,
  });
  const { title, server, operations, warnings } = description;
  const summaries = operations.map((operation) => ({ ...operation, description: null }));
  return { document, description: { title, server, operations: summaries }, warnings: truncate(warnings) };
}

function attempt<T>(source: string | object, work: () => T): Outcome<T> {
  try {
    return { value: work() };
  } catch (error) {
    if (!(error instanceof InvalidDocumentError)) throw error;
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

function truncate(warnings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  let bytes = 0;
  for (const warning of warnings) {
    bytes += Buffer.byteLength(JSON.stringify(warning));
    if (bytes > MAX_WARNINGS_BYTES) break;
    kept.push(warning);
  }
  const left = warnings.length - kept.length;
  if (left > 0) kept.push({ code: 'more_warnings', message: `${left} more warnings are not shown`, pointer: '' });
  return kept;
}
