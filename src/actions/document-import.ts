import { Injectable } from '@nestjs/common';
import { CountersignError, InvalidRequestError } from '../common/index.js';
import { Egress, EgressError } from '../egress/index.js';
import {
  DEFAULT_LIMITS,
  describeDocument,
  InvalidDocumentError,
  readDocument,
  suggestAuth,
  type DocumentDescription,
  type Finding,
  type JsonObject,
} from '../openapi/index.js';
import { pack, type PackedDocument } from './document-store.js';

/** Where a document comes from: in the body, as an object or as text, or behind a URL. */
export interface DocumentSource {
  openapi?: string | object;
  openapi_url?: string;
}

/** A document that can be used, described and packed. */
export interface ImportedDocument {
  description: DocumentDescription;
  parts: PackedDocument;
  /** Cut to what a row holds. */
  warnings: Finding[];
  url: string | null;
  suggestedAuth: Record<string, unknown> | null;
}

const FETCH_TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 3;
const MAX_WARNINGS_BYTES = 48_000;

/** Longer ones than these fit no column, and no real document has them. */
const MAX_TEXT = 2000;

@Injectable()
export class DocumentImport {
  constructor(private readonly egress: Egress) {}

  /**
   * @throws {InvalidRequestError} neither or both of the two ways are there
   * @throws {CountersignError} `invalid_openapi` with pointers into the document; `egress_denied` and `upstream_*` for a URL
   */
  async read({ openapi, openapi_url }: DocumentSource): Promise<ImportedDocument> {
    if ((openapi === undefined) === (openapi_url === undefined)) {
      throw InvalidRequestError.at('/openapi', 'give either openapi or openapi_url');
    }
    const source = openapi_url === undefined ? (openapi as string | JsonObject) : await this.fetch(openapi_url);
    try {
      const document = readDocument(source, DEFAULT_LIMITS);
      const description = describeDocument(document, { documentUrl: openapi_url });
      refuseOverlong(description);
      const parts = await pack(JSON.stringify(document.json));
      const suggestedAuth = suggestAuth(document) ?? null;
      return { description, parts, warnings: cut(description.warnings), url: openapi_url ?? null, suggestedAuth };
    } catch (error) {
      if (!(error instanceof InvalidDocumentError)) throw error;
      throw invalid(error.findings);
    }
  }

  private async fetch(url: string): Promise<string> {
    const headers = { accept: 'application/json, application/yaml;q=0.9, */*;q=0.5' };
    const limits = { timeoutMs: FETCH_TIMEOUT_MS, maxResponseBytes: DEFAULT_LIMITS.maxBytes, redirects: MAX_REDIRECTS };
    try {
      const { status, body } = await this.egress.request({ url, headers, ...limits });
      if (status === 200) return body.toString('utf8');
      throw invalid([{ pointer: '', message: `the URL answered with status ${status}` }]);
    } catch (error) {
      if (!(error instanceof EgressError)) throw error;
      throw fetchFailed(error);
    }
  }
}

function fetchFailed(error: EgressError): CountersignError {
  const at = [{ pointer: '/openapi_url', message: error.message }];
  switch (error.code) {
    case 'upstream_too_large':
      return new CountersignError('request_too_large', 'the document is larger than 32 MiB', at);
    case 'aborted':
      return new CountersignError('upstream_unreachable', 'the request was given up', at);
    default:
      return new CountersignError(error.code, error.message, at);
  }
}

function invalid(findings: readonly { pointer: string; message: string }[]): CountersignError {
  const errors = findings.map(({ pointer, message }) => ({ pointer, message }));
  const [first] = errors;
  const detail = errors.length === 1 && first ? first.message : `the document has ${errors.length} problems`;
  return new CountersignError('invalid_openapi', detail, errors);
}

function refuseOverlong({ server, operations }: DocumentDescription): void {
  const pointer = '/servers/0/url';
  if (server.url.length > MAX_TEXT) throw invalid([{ pointer, message: 'the server URL is too long' }]);
  const long = operations.find(({ operationId, path }) => operationId.length > MAX_TEXT || path.length > MAX_TEXT);
  if (long)
    throw invalid([{ pointer: '/paths', message: `the path or id of ${long.operationId.slice(0, 80)} is too long` }]);
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
