import { setImmediate } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { ToolFormat } from '@countersign/openapi';
import { CountersignError, NotFoundError } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { type RunJob, WorkerLimitError, Workers } from '../../workers/index.js';
import type { PolicyCheck } from '../policies/policy-check.js';
import type { Action } from '../store/action.entity.js';
import { loadPackedDocument, loadSinglePart } from '../store/document-store.js';
import { unpack, unpackedBytes, type PackedDocument } from '../store/packed-document.js';
import { documentOptions } from './document-options.js';
import type * as jobs from './operation-jobs.js';
import type { CheckedPolicy } from './policy-checks.js';
import { renderTools, type RenderedTools, type ToolName } from './render-tools.js';
import { readOperation, storedOperation, type StoredOperation } from './stored-operation.js';

/** An operation of a document of this size is read in less than 50 ms. */
const MAX_INLINE_BYTES = 32_768;
/** Characters of tools that are rendered before the event loop serves other requests. */
const BATCH_CHARACTERS = 65_536;

/** Reads operations of stored documents: of small documents here, of others in worker threads. */
@Injectable()
export class OperationLoader {
  private readonly run: RunJob<typeof jobs>;

  constructor(
    private readonly database: Database,
    workers: Workers,
  ) {
    this.run = workers.jobsOf<typeof jobs>(new URL('./operation-jobs.js', import.meta.url));
  }

  /**
   * @param id identifies this version of the operation
   * @returns `undefined` if the document has no such operation any more
   * @throws {NotFoundError} the action was deleted
   * @throws {CountersignError} `unavailable`: a worker thread could not read the document; `rate_limited`
   */
  async load(id: string, action: Action, operationId: string): Promise<StoredOperation | undefined> {
    const options = documentOptions(action);
    const json = await this.smallDocument(action);
    const input = async () => ({ parts: await this.parts(action), operationId, options });
    const read =
      json === undefined
        ? await limited(this.run('readPacked', { kind: 'reading', tenantId: action.tenantId, input }))
        : readOperation(json, operationId, options);
    return read && storedOperation(id, read);
  }

  /**
   * Renders operations of an action as tools.
   *
   * @param characters as for {@link renderTools}
   * @throws as {@link load}
   */
  async tools(
    action: Action,
    names: readonly ToolName[],
    format: ToolFormat,
    characters: number,
  ): Promise<RenderedTools> {
    const request = { format, options: documentOptions(action), characters };
    const json = await this.smallDocument(action);
    if (json === undefined) {
      const input = async () => ({ parts: await this.parts(action), names, ...request });
      return limited(this.run('renderPacked', { kind: 'reading', tenantId: action.tenantId, input }));
    }
    const rendering = renderTools(json, names, request);
    let rendered = 0;
    for (;;) {
      const step = rendering.next();
      if (step.done) return step.value;
      rendered += step.value.length;
      if (rendered < BATCH_CHARACTERS) continue;
      rendered = 0;
      await setImmediate();
    }
  }

  /**
   * Checks policies against a document.
   *
   * @param document a document that is not stored yet; that of the action by default
   * @throws as {@link load}
   */
  checkPolicies(action: Action, checks: readonly PolicyCheck[], document?: PackedDocument): Promise<CheckedPolicy[]> {
    const options = documentOptions(action);
    const input = async () => ({ parts: document ?? (await this.parts(action)), checks, options });
    return limited(this.run('checkPoliciesPacked', { kind: 'reading', tenantId: action.tenantId, input }));
  }

  /** Returns the JSON of a document that the main thread may read, `undefined` for others. */
  private async smallDocument({ tenantId, id }: Action): Promise<string | undefined> {
    const parts = await this.database.tenant(tenantId).read((store) => loadSinglePart(store, id));
    return parts && unpackedBytes(parts) <= MAX_INLINE_BYTES ? (await unpack(parts)).toString() : undefined;
  }

  private async parts({ tenantId, id }: Pick<Action, 'tenantId' | 'id'>): Promise<PackedDocument> {
    const parts = await this.database.tenant(tenantId).read((store) => loadPackedDocument(store, id));
    if (parts.length === 0) throw new NotFoundError('action');
    return parts;
  }
}

function limited<T>(job: Promise<T>): Promise<T> {
  return job.catch((error: unknown) => {
    if (!(error instanceof WorkerLimitError)) throw error;
    throw new CountersignError('unavailable', `the document cannot be read: ${error.message}`, [], { cause: error });
  });
}
