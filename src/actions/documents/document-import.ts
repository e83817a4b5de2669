import { Injectable } from '@nestjs/common';
import { CountersignError, InvalidRequestError, type FieldError } from '../../common/index.js';
import { BufferMemory, type CallReservation, Egress } from '../../egress/index.js';
import {
  formatDocument,
  InvalidDocumentError,
  locateFindings,
  documentSecurity,
  readAndDescribe,
  type DocumentDescription,
  type DocumentFormat,
  type Finding,
  type JsonObject,
  type TextPosition,
} from '@countersign/openapi';
import { pack, type PackedDocument } from '../store/document-store.js';
import { RESERVED_HEADERS } from '../operations/document-options.js';
import { fetchText } from './fetch-text.js';
import { authOfScheme } from './security-scheme-auth.js';
import { suggestAuth } from './suggest-auth.js';

/** Where a document comes from: in the body, as an object or as text, or behind a URL. */
export interface DocumentSource {
  openapi?: string | object;
  openapi_url?: string;
}

/** A document that can be used, described and packed. */
export interface ImportedDocument {
  description: DocumentDescription;
  parts: PackedDocument;
  /** The text that it was given as; no parts and no format where it was an object. */
  source: PackedDocument;
  format: DocumentFormat | null;
  /** Cut to what a row holds. */
  warnings: Finding[];
  url: string | null;
  suggestedAuth: Record<string, unknown> | null;
}

/** A finding, with its place in the text where the document was one. */
type PlacedWarning = Omit<Finding, 'position'> & Partial<TextPosition>;

/** What became of a check: a description, or the problems in its way. */
export interface CheckedDocument {
  description: DocumentDescription | null;
  warnings: PlacedWarning[];
  problems: readonly FieldError[];
}

const MAX_WARNINGS_BYTES = 48_000;

@Injectable()
export class DocumentImport {
  constructor(
    private readonly egress: Egress,
    private readonly bufferMemory: BufferMemory,
  ) {}

  /**
   * @throws {InvalidRequestError} neither or both of the two ways are there
   * @throws {CountersignError} `invalid_openapi` with pointers into the document; `egress_denied` and `upstream_*` for a URL
   */
  async read(tenantId: string, { openapi, openapi_url }: DocumentSource): Promise<ImportedDocument> {
    if ((openapi === undefined) === (openapi_url === undefined)) {
      throw InvalidRequestError.at('/openapi', 'give either openapi or openapi_url');
    }
    if (openapi_url === undefined) return this.import(openapi as string | object);
    const memory = this.bufferMemory.openCall(tenantId);
    try {
      return await this.import(await this.fetch(memory, openapi_url), openapi_url);
    } finally {
      memory.end();
    }
  }

  private async import(source: string | object, openapi_url?: string): Promise<ImportedDocument> {
    const { document, description, warnings } = examine(source, openapi_url);
    const parts = await pack(JSON.stringify(document.json));
    const text = typeof source === 'string' ? await pack(source) : [];
    const format = document.format ?? null;
    const suggestedAuth = suggestAuth(documentSecurity(document), description.server.url) ?? null;
    return { description, parts, source: text, format, warnings, url: openapi_url ?? null, suggestedAuth };
  }

  /**
   * A text set out evenly, or in the other language. Nothing is stored.
   *
   * @throws {CountersignError} `invalid_openapi`: it cannot be read
   */
  format(openapi: string, to?: DocumentFormat): { text: string; format: DocumentFormat } {
    return refusing(openapi, () => formatDocument(openapi, to));
  }

  /** What {@link read} would make of a document, or why it would refuse it. Nothing is stored or fetched. */
  check(openapi: string | object): CheckedDocument {
    try {
      const { description, warnings } = examine(openapi);
      return { description, warnings: placed(openapi, warnings), problems: [] };
    } catch (error) {
      if (!(error instanceof CountersignError) || error.code !== 'invalid_openapi') throw error;
      return { description: null, warnings: [], problems: error.errors };
    }
  }

  private async fetch(memory: CallReservation, url: string): Promise<string> {
    const { status, text } = await fetchText(this.egress, memory, url, '/openapi_url');
    if (status === 200) return text;
    throw invalid([{ pointer: '', message: `the URL answered with status ${status}` }]);
  }
}

/** @throws {CountersignError} `invalid_openapi` */
function examine(source: string | object, documentUrl?: string) {
  return refusing(source, () => {
    const { document, description } = readAndDescribe(source as string | JsonObject, {
      documentUrl,
      reservedHeaders: RESERVED_HEADERS,
      isSchemeSupported: (scheme, serverUrl) => authOfScheme(scheme, [], serverUrl) !== undefined,
    });
    return { document, description, warnings: cut(description.warnings) };
  });
}

/** @throws {CountersignError} `invalid_openapi`, with lines where the document is text */
function refusing<T>(source: string | object, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof InvalidDocumentError)) throw error;
    throw invalid(placed(source, error.findings));
  }
}

function placed(source: string | object, findings: readonly Finding[]): PlacedWarning[] {
  if (typeof source !== 'string') return [...findings];
  return locateFindings(source, findings).map(({ position, ...finding }) => ({ ...finding, ...position }));
}

function invalid(findings: readonly FieldError[]): CountersignError {
  const errors = findings.map(({ pointer, message, line, column }) =>
    line === undefined || column === undefined ? { pointer, message } : { pointer, message, line, column },
  );
  const [first] = errors;
  const detail = errors.length === 1 && first ? first.message : `the document has ${errors.length} problems`;
  return new CountersignError('invalid_openapi', detail, errors);
}

function cut(warnings: readonly Finding[]): Finding[] {
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
