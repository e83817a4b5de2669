import { Injectable } from '@nestjs/common';
import { CountersignError, InvalidRequestError, type FieldError } from '../../common/index.js';
import { Egress } from '../../egress/index.js';
import {
  DEFAULT_LIMITS,
  describeDocument,
  formatted,
  InvalidDocumentError,
  located,
  readDocument,
  suggestAuth,
  type DocumentDescription,
  type DocumentFormat,
  type Finding,
  type JsonObject,
  type Place,
} from '../../openapi/index.js';
import { pack, type PackedDocument } from '../store/document-store.js';
import { fetchText } from './fetch-text.js';

/** A document in the body, as an object or text, or at a URL. */
export interface DocumentSource {
  openapi?: string | object;
  openapi_url?: string;
}

/** A valid document, described and packed for storage. */
export interface ImportedDocument {
  description: DocumentDescription;
  parts: PackedDocument;
  /** The original text; empty if the document was sent as an object. */
  source: PackedDocument;
  format: DocumentFormat | null;
  /** Limited to what a row can hold. */
  warnings: Finding[];
  url: string | null;
  suggestedAuth: Record<string, unknown> | null;
}

/** A finding, with line and column if the document was sent as text. */
type LocatedFinding = Omit<Finding, 'place'> & Partial<Place>;

/** The result of a check: a description, or the errors that prevent an import. */
export interface CheckedDocument {
  description: DocumentDescription | null;
  warnings: LocatedFinding[];
  problems: readonly FieldError[];
}

const MAX_WARNINGS_BYTES = 48_000;

/** Limit of the columns. Real documents do not exceed it. */
const MAX_TEXT_LENGTH = 2000;

@Injectable()
export class DocumentImport {
  constructor(private readonly egress: Egress) {}

  /**
   * Reads, checks and packs a document.
   *
   * @throws {InvalidRequestError} `source` must have exactly one of the two fields
   * @throws {CountersignError} `invalid_openapi` with pointers into the document; `egress_denied` and `upstream_*` for a URL
   */
  async read({ openapi, openapi_url }: DocumentSource): Promise<ImportedDocument> {
    if ((openapi === undefined) === (openapi_url === undefined)) {
      throw InvalidRequestError.at('/openapi', 'send either openapi or openapi_url');
    }
    const source = openapi_url === undefined ? (openapi as string | object) : await this.fetch(openapi_url);
    const { document, description, warnings } = examine(source, openapi_url);
    const parts = await pack(JSON.stringify(document.json));
    const text = typeof source === 'string' ? await pack(source) : [];
    const format = document.format ?? null;
    const suggestedAuth = suggestAuth(document, description.server.url) ?? null;
    return { description, parts, source: text, format, warnings, url: openapi_url ?? null, suggestedAuth };
  }

  /**
   * Formats a document, or converts it to the other format. Stores nothing.
   *
   * @throws {CountersignError} `invalid_openapi`: the text cannot be parsed
   */
  format(openapi: string, to?: DocumentFormat): { text: string; format: DocumentFormat } {
    return mapDocumentErrors(openapi, () => formatted(openapi, to));
  }

  /** Returns what {@link read} would import, or the errors. Stores and fetches nothing. */
  check(openapi: string | object): CheckedDocument {
    try {
      const { description, warnings } = examine(openapi);
      return { description, warnings: withLocations(openapi, warnings), problems: [] };
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code !== 'invalid_openapi') throw error;
      return { description: null, warnings: [], problems: error.errors };
    }
  }

  private async fetch(url: string): Promise<string> {
    const { status, text } = await fetchText(this.egress, url, '/openapi_url');
    if (status === 200) return text;
    throw invalid([{ pointer: '', message: `the URL answered with status ${status}` }]);
  }
}

/** @throws {CountersignError} `invalid_openapi` */
function examine(source: string | object, documentUrl?: string) {
  return mapDocumentErrors(source, () => {
    const document = readDocument(source as string | JsonObject, DEFAULT_LIMITS);
    const description = describeDocument(document, { documentUrl });
    checkLengths(description);
    return { document, description, warnings: limitWarnings(description.warnings) };
  });
}

/** @throws {CountersignError} `invalid_openapi`, with lines if the document is text */
function mapDocumentErrors<T>(source: string | object, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidDocumentError)) throw error;
    throw invalid(withLocations(source, error.findings));
  }
}

function withLocations(source: string | object, findings: readonly Finding[]): LocatedFinding[] {
  if (typeof source !== 'string') return [...findings];
  return located(source, findings).map(({ place, ...finding }) => ({ ...finding, ...place }));
}

function invalid(findings: readonly FieldError[]): CountersignError {
  const errors = findings.map(({ pointer, message, line, column }) =>
    line === undefined || column === undefined ? { pointer, message } : { pointer, message, line, column },
  );
  const [first] = errors;
  const detail = errors.length === 1 && first ? first.message : `the document has ${errors.length} problems`;
  return new CountersignError('invalid_openapi', detail, errors);
}

function checkLengths({ server, operations }: DocumentDescription): void {
  if (server.url.length > MAX_TEXT_LENGTH) throw tooLong('/servers/0/url', 'the server URL is too long');
  const long = operations.find(
    ({ operationId, path }) => operationId.length > MAX_TEXT_LENGTH || path.length > MAX_TEXT_LENGTH,
  );
  if (long) throw tooLong('/paths', `the path or id of ${long.operationId.slice(0, 80)} is too long`);
}

function tooLong(pointer: string, message: string): InvalidDocumentError {
  return new InvalidDocumentError([{ code: 'too_long', message, pointer }]);
}

function limitWarnings(warnings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  let bytes = 0;
  for (const warning of warnings) {
    bytes += Buffer.byteLength(JSON.stringify(warning));
    if (bytes > MAX_WARNINGS_BYTES) break;
    kept.push(warning);
  }
  const omitted = warnings.length - kept.length;
  if (omitted > 0) kept.push({ code: 'more_warnings', message: `${omitted} more warnings were omitted`, pointer: '' });
  return kept;
}
