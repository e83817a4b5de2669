import { Injectable } from '@nestjs/common';
import { type JsonObject, type JsonValue, unpackJson } from '@countersign/openapi';
import { CountersignError, InvalidRequestError, redactLikelySecrets } from '../../common/index.js';
import { type RunJob, transferable, WorkerLimitError, Workers } from '../../workers/index.js';
import type * as jobs from './document-jobs.js';
import type { ReadBody, RemovedDocument } from './read-body.js';
import { UnreadDocument } from './unread-document.js';

/** Longer bodies and manifests are parsed in worker threads. */
export const MAX_INLINE_BYTES = 32_768;

/** Parses bodies that hold large documents, in worker threads. */
@Injectable()
export class LargeBodies {
  private readonly run: RunJob<typeof jobs>;

  constructor(workers: Workers) {
    this.run = workers.jobsOf<typeof jobs>(new URL('./document-jobs.js', import.meta.url));
  }

  /**
   * Parses JSON, and leaves the documents in it unread.
   *
   * @param parts the bytes of the JSON, moved to the worker, so that they cannot be used afterwards
   * @returns the value, with an {@link UnreadDocument} in place of each large document
   * @throws {CountersignError} `invalid_request`, `request_too_large`, `rate_limited`
   */
  async read(tenantId: string, parts: readonly Uint8Array[]): Promise<JsonValue> {
    const sent = parts.map((part) => transferable(part));
    const read = await this.parse(tenantId, sent);
    if (!('error' in read)) return insertDocuments(unpackJson(read.body), read.documents);
    if (read.error === 'invalid_json') throw InvalidRequestError.at('', redactLikelySecrets(read.message));
    throw new CountersignError('request_too_large', 'the fields other than the document have more than 10000 values');
  }

  private async parse(tenantId: string, parts: Uint8Array<ArrayBuffer>[]): Promise<ReadBody> {
    try {
      const transfer = (moved: Uint8Array<ArrayBuffer>[]) => moved.map(({ buffer }) => buffer);
      return await this.run('readBody', { kind: 'reading', tenantId, input: () => parts, transfer });
    } catch (error) {
      if (!(error instanceof WorkerLimitError)) throw error;
      throw new CountersignError('request_too_large', `the body cannot be read: ${error.message}`, [], {
        cause: error,
      });
    }
  }
}

function insertDocuments(body: JsonValue, documents: readonly RemovedDocument[]): JsonValue {
  for (const { path, bytes, form } of documents) {
    const name = path.at(-1) ?? '';
    const owner = path.slice(0, -1).reduce<JsonValue>((value, key) => (value as JsonObject)[key] ?? null, body);
    (owner as Record<string, unknown>)[name] = new UnreadDocument(bytes, form);
  }
  return body;
}
