import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Cluster, FreshCache, LoadingCache } from '../../cluster/index.js';
import { CountersignError, NotFoundError } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Gpt, gptTopicId } from '../../gpts/index.js';
import { compileOperation, trustedDocument, type CompiledOperation, type OpenApiDocument } from '@countersign/openapi';
import { SEALED_MAX_AGE_MS } from '../../vault/index.js';
import { Action } from '../store/action.entity.js';
import { RESERVED_HEADERS } from './document-options.js';
import { loadDocument } from '../store/document-store.js';
import { Operation } from '../store/operation.entity.js';
import { OperationIndex, type IndexedOperation } from './operation-index.js';

/** The action and the compiled operation of a call, independent of its caller. */
export interface OperationPlan {
  action: Action;
  operation: CompiledOperation;
}

/** Identifies an operation of a GPT. */
export interface OperationName {
  gptId: string;
  operationId: string;
  actionId?: string;
}

/** The operations of a GPT, compiled on iteration. */
export interface GptOperations {
  /** Changes whenever an operation changes. */
  readonly revision: number;
  /** In the order of {@link each}. */
  readonly toolNames: readonly string[];
  /** @param start the number of operations that are left out */
  each(start: number): AsyncGenerator<OperationPlan & { toolName: string }>;
}

/** A document with the length of its text, which its size in memory depends on. */
interface LoadedDocument {
  document: OpenApiDocument;
  characters: number;
}

/** Limits of the document cache. A document takes several times the length of its text, and its compiled operations as much again. */
const MAX_DOCUMENTS = 200;
const MAX_CACHED_CHARACTERS = 48 * 1024 * 1024;

/** Finds and compiles operations. Each is compiled once until its action changes. */
@Injectable()
export class OperationPlans {
  private readonly gpts: FreshCache<Gpt>;
  /** Entries hold sealed secrets, hence the limited lifetime. */
  private readonly indexes = new LoadingCache<OperationIndex>({ max: 2000, ttl: SEALED_MAX_AGE_MS });
  private readonly documents = new LoadingCache<LoadedDocument>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CACHED_CHARACTERS,
    sizeOf: ({ characters }) => characters,
  });

  constructor(
    private readonly database: Database,
    cluster: Cluster,
  ) {
    this.gpts = new FreshCache(cluster, ['gpt'], 10_000);
    cluster.on('data-key', () => this.indexes.clear());
  }

  /**
   * @throws {NotFoundError} the tenant has no such GPT
   * @throws {CountersignError} `operation_not_found`; `ambiguous_operation`: two actions have it and `actionId` is missing
   */
  async plan(tenantId: string, { gptId, operationId, actionId }: OperationName): Promise<OperationPlan> {
    const { index } = await this.index(tenantId, gptId);
    const plan = await this.compiled(index.find(operationId, actionId));
    if (!plan) throw new CountersignError('operation_not_found', `operation ${operationId} not found`);
    return plan;
  }

  /** @throws {NotFoundError} the tenant has no such GPT */
  async all(tenantId: string, gptId: string): Promise<GptOperations> {
    const { index, revision } = await this.index(tenantId, gptId);
    const each = async function* (this: OperationPlans, start: number) {
      for (const named of index.operations.slice(start)) {
        const plan = await this.compiled(named);
        if (plan) yield { ...plan, toolName: named.toolName };
      }
    };
    const toolNames = index.operations.map(({ toolName }) => toolName);
    return { revision, toolNames, each: each.bind(this) };
  }

  /** @returns `undefined` if the document was changed in the meantime */
  private async compiled({ action, operationId }: IndexedOperation): Promise<OperationPlan | undefined> {
    const document = await this.document(action);
    const documentUrl = action.openapiUrl ?? undefined;
    const operation = compileOperation(document, operationId, { documentUrl, reservedHeaders: RESERVED_HEADERS });
    return operation && { action, operation };
  }

  private async index(tenantId: string, gptId: string): Promise<{ index: OperationIndex; revision: number }> {
    const gpt = await this.gpts.get(gptTopicId(tenantId, gptId), () => this.findGpt(tenantId, gptId));
    if (!gpt) throw new NotFoundError('GPT');
    const index = await this.indexes.get(`${gptId} ${gpt.revision}`, () => this.loadIndex(tenantId, gptId));
    if (!index) throw new NotFoundError('GPT');
    return { index, revision: gpt.revision };
  }

  private async findGpt(tenantId: string, id: string): Promise<Gpt | undefined> {
    return (await this.database.tenant(tenantId).read((store) => store.findOne(Gpt, { id }))) ?? undefined;
  }

  private loadIndex(tenantId: string, gptId: string): Promise<OperationIndex> {
    return this.database.tenant(tenantId).read(async (store) => {
      const actions = await store.find(Action, { gptId });
      const ofGpt = { actionId: In(actions.map(({ id }) => id)) };
      const operations = await store.find(Operation, ofGpt, {
        select: { actionId: true, operationId: true, position: true },
        order: { position: 'ASC' },
      });
      return new OperationIndex(actions.toSorted(oldestFirst), operations);
    });
  }

  private async document(action: Action): Promise<OpenApiDocument> {
    const { tenantId, id, revision } = action;
    const loaded = await this.documents.get(`${id} ${revision}`, async () => {
      const text = await this.database.tenant(tenantId).read((store) => loadDocument(store, id));
      return text ? { document: trustedDocument(JSON.parse(text)), characters: text.length } : undefined;
    });
    if (!loaded) throw new NotFoundError('action');
    return loaded.document;
  }
}

function oldestFirst(one: Action, other: Action): number {
  return Number(one.createdAt) - Number(other.createdAt) || (one.id < other.id ? -1 : 1);
}
