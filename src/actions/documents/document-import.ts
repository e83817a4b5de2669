import { Injectable } from '@nestjs/common';
import { CountersignError, InvalidRequestError, type FieldError } from '../../common/index.js';
import { BufferMemory, Egress } from '../../egress/index.js';
import type { DocumentFormat } from '@countersign/openapi';
import { type RunJob, WorkerLimitError, Workers } from '../../workers/index.js';
import type * as jobs from './document-jobs.js';
import type { SentDocument } from './document-jobs.js';
import { fetchBytes } from './fetch-bytes.js';
import { isQuick } from './is-quick.js';
import {
  checkDocument,
  formatText,
  importDocument,
  type CheckedDocument,
  type GivenDocument,
  type ImportedDocument,
  type Outcome,
} from './read-document.js';
import { UnreadDocument } from './unread-document.js';

/** Where a document comes from: from the body, as an object or as text, or from a URL. */
export interface DocumentSource {
  openapi?: GivenDocument;
  openapi_url?: string;
}

/** Reads documents: small ones here, others in worker threads. */
@Injectable()
export class DocumentImport {
  private readonly run: RunJob<typeof jobs>;

  constructor(
    private readonly egress: Egress,
    private readonly bufferMemory: BufferMemory,
    workers: Workers,
  ) {
    this.run = workers.jobsOf<typeof jobs>(new URL('./document-jobs.js', import.meta.url));
  }

  /**
   * @throws {InvalidRequestError} both or neither of `openapi` and `openapi_url` are there
   * @throws {CountersignError} `invalid_openapi` with pointers into the document; `rate_limited`; `egress_denied` and `upstream_*` for a URL
   */
  async read(tenantId: string, { openapi, openapi_url }: DocumentSource): Promise<ImportedDocument> {
    if ((openapi === undefined) === (openapi_url === undefined)) {
      throw InvalidRequestError.at('/openapi', 'give either openapi or openapi_url');
    }
    if (openapi_url === undefined) return this.import(tenantId, openapi as GivenDocument);
    const memory = this.bufferMemory.openCall(tenantId);
    try {
      const { status, bytes } = await fetchBytes(this.egress, memory, openapi_url, '/openapi_url');
      if (status !== 200) throw invalid([{ pointer: '', message: `the URL answered with status ${status}` }]);
      return await this.import(tenantId, new UnreadDocument(bytes, 'encoded'), openapi_url);
    } finally {
      memory.end();
    }
  }

  /**
   * Formats a text, or converts it to the other language. Nothing is stored.
   *
   * @throws {CountersignError} `invalid_openapi`: it cannot be read
   */
  async format(
    tenantId: string,
    openapi: GivenDocument,
    to?: DocumentFormat,
  ): Promise<{ text: string; format: DocumentFormat }> {
    if (isQuick(openapi)) return valueOf(formatText(openapi, to));
    const document = sentDocument(openapi);
    return valueOf(await limited(this.run('formatSent', { ...JOB, tenantId, input: () => ({ document, to }) })));
  }

  /** Returns what {@link read} would make of a document, or why it would reject it. Nothing is stored or fetched. */
  async check(tenantId: string, openapi: GivenDocument): Promise<CheckedDocument> {
    if (isQuick(openapi)) return checkDocument(openapi);
    const document = sentDocument(openapi);
    try {
      return await this.run('checkSent', { ...JOB, tenantId, input: () => ({ document }) });
    } catch (error) {
      if (!(error instanceof WorkerLimitError)) throw error;
      return { description: null, warnings: [], problems: [beyondLimit(error)] };
    }
  }

  private async import(tenantId: string, openapi: GivenDocument, url?: string): Promise<ImportedDocument> {
    if (isQuick(openapi)) return valueOf(await importDocument(openapi, url));
    const document = sentDocument(openapi);
    return valueOf(await limited(this.run('importSent', { ...JOB, tenantId, input: () => ({ document, url }) })));
  }
}

/** The documents are moved to the thread. */
const JOB = {
  kind: 'reading' as const,
  transfer: ({ document }: { document: SentDocument }) => [document.bytes.buffer],
};

/** @throws {CountersignError} `invalid_openapi`: the job exceeds the limits of its thread */
function limited<T>(job: Promise<T>): Promise<T> {
  return job.catch((error: unknown) => {
    throw error instanceof WorkerLimitError ? invalid([beyondLimit(error)]) : error;
  });
}

/** Returns a document as a thread gets it. */
function sentDocument(given: GivenDocument): SentDocument {
  if (given instanceof UnreadDocument) return { bytes: given.bytes, form: given.form };
  if (typeof given === 'string') return { bytes: new TextEncoder().encode(given), form: 'text' };
  return { bytes: new TextEncoder().encode(JSON.stringify(given)), form: 'object' };
}

/** @throws {CountersignError} `invalid_openapi` */
function valueOf<T>(outcome: Outcome<T>): T {
  if ('errors' in outcome) throw invalid(outcome.errors);
  return outcome.value;
}

function beyondLimit({ message }: WorkerLimitError): FieldError {
  return { pointer: '', message: `the document cannot be read: ${message}; split it or remove what is not needed` };
}

function invalid(errors: readonly FieldError[]): CountersignError {
  const [first] = errors;
  const detail = errors.length === 1 && first ? first.message : `the document has ${errors.length} problems`;
  return new CountersignError('invalid_openapi', detail, errors);
}
