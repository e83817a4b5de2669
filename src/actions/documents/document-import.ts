import { Injectable } from '@nestjs/common';
import { CountersignError, InvalidRequestError, type FieldError } from '../../common/index.js';
import { BufferMemory, type CallReservation, Egress } from '../../egress/index.js';
import { stringifyExactly, type DocumentFormat, type ServerChoice } from '@countersign/openapi';
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
  type ImportOptions,
  type Outcome,
} from './read-document.js';
import { ReferencedFiles } from './referenced-files.js';
import { UnreadDocument } from './unread-document.js';

/** Where a document comes from: from the body, as an object or as text, or from a URL. */
export interface DocumentSource {
  openapi?: GivenDocument;
  openapi_url?: string;
}

/** A document that was imported before. */
export interface StoredDocument {
  json: () => Promise<Uint8Array<ArrayBuffer>>;
  /** `undefined` if the document was sent as an object */
  text: () => Promise<Uint8Array<ArrayBuffer> | undefined>;
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
   * @param server the server to use instead of the document's first
   * @throws {InvalidRequestError} both or neither of `openapi` and `openapi_url` are there, or the document has no such server
   * @throws {CountersignError} `invalid_openapi` with pointers into the document; `rate_limited`; `egress_denied` and `upstream_*` for a URL
   */
  async read(
    tenantId: string,
    { openapi, openapi_url }: DocumentSource,
    server?: ServerChoice,
  ): Promise<ImportedDocument> {
    if ((openapi === undefined) === (openapi_url === undefined)) {
      throw InvalidRequestError.at('/openapi', 'give either openapi or openapi_url');
    }
    if (openapi_url === undefined)
      return valueOf(await this.import(tenantId, sentOnce(openapi as GivenDocument), { server }));
    const memory = this.bufferMemory.openCall(tenantId);
    try {
      return await this.fetch(tenantId, memory, openapi_url, server);
    } finally {
      memory.end();
    }
  }

  /** Imports the document of a URL, with the files that it refers to. */
  private async fetch(
    tenantId: string,
    memory: CallReservation,
    url: string,
    server: ServerChoice | undefined,
  ): Promise<ImportedDocument> {
    const fetched = await fetchBytes(this.egress, memory, url, '/openapi_url');
    if (fetched.status !== 200)
      throw invalid([{ pointer: '', message: `the URL answered with status ${fetched.status}` }]);
    const document = new UnreadDocument(fetched.bytes, 'encoded');
    if (!mayReferToFiles(fetched.bytes))
      return valueOf(await this.import(tenantId, sentOnce(document), { url, server }));
    const references = new ReferencedFiles(this.egress, memory, fetched);
    for (;;) {
      const { url: base, files } = references;
      const sent = { document, isSentAgain: true };
      const outcome = await this.import(tenantId, sent, { url, server, references: { url: base, files } });
      if (!('errors' in outcome) || outcome.missingFiles === undefined) return valueOf(outcome);
      await references.fetch(outcome.missingFiles);
    }
  }

  /**
   * Reads a stored document again, to use another server. Nothing is fetched: what it has of other files is stored.
   *
   * @throws {InvalidRequestError} the document has no such server
   */
  async reread(tenantId: string, document: StoredDocument, { url, server }: ImportOptions): Promise<ImportedDocument> {
    const text = await document.text();
    const unread =
      text === undefined ? new UnreadDocument(await document.json(), 'object') : new UnreadDocument(text, 'text');
    const hasFiles = text !== undefined && url !== undefined && mayReferToFiles(text);
    const stored = hasFiles ? await document.json() : undefined;
    return valueOf(await this.import(tenantId, sentOnce(unread), { url, server, stored }));
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

  /**
   * Returns what {@link read} would make of a document, or why it would reject it. Nothing is stored or fetched.
   *
   * @throws {InvalidRequestError} the document has no such server
   */
  async check(tenantId: string, openapi: GivenDocument, server?: ServerChoice): Promise<CheckedDocument> {
    if (isQuick(openapi)) return valueOf(checkDocument(openapi, server));
    const document = sentDocument(openapi);
    try {
      return valueOf(await this.run('checkSent', { ...JOB, tenantId, input: () => ({ document, server }) }));
    } catch (error) {
      if (!(error instanceof WorkerLimitError)) throw error;
      return { description: null, warnings: [], problems: [beyondLimit(error)] };
    }
  }

  private async import(
    tenantId: string,
    { document, isSentAgain }: Sent,
    options: ImportOptions,
  ): Promise<Outcome<ImportedDocument>> {
    const isAlone = options.stored === undefined && (options.references?.files.size ?? 0) === 0;
    if (isAlone && isQuick(document)) return importDocument(document, options);
    const { transfer, ...job } = JOB;
    const input = () => ({ document: sentDocument(document), ...options });
    return limited(this.run('importSent', { ...job, tenantId, input, ...(!isSentAgain && { transfer }) }));
  }
}

/** A document that is about to be read. */
interface Sent {
  readonly document: GivenDocument;
  /** whether it may have to be read once more, with other files; its bytes are copied then */
  readonly isSentAgain: boolean;
}

function sentOnce(document: GivenDocument): Sent {
  return { document, isSentAgain: false };
}

/** A `$ref` that does not lead into the document itself, in JSON or YAML. */
const FILE_REFERENCE = /\$ref["']?\s*:\s*["']?[^"'#\s]/;

/** Returns whether a document refers to files, as far as a text in UTF-8 tells. */
function mayReferToFiles(bytes: Uint8Array): boolean {
  return FILE_REFERENCE.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'));
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
  return { bytes: new TextEncoder().encode(stringifyExactly(given)), form: 'object' };
}

/** @throws {CountersignError} `invalid_openapi`, or `invalid_request` for a server that the document does not have */
function valueOf<T>(outcome: Outcome<T>): T {
  if ('invalidChoice' in outcome) throw new InvalidRequestError(outcome.invalidChoice);
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
