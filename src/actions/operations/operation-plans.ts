import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Cluster, FreshCache, LoadingCache } from '../../cluster/index.js';
import { CountersignError, NotFoundError } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Gpt, gptTopicId } from '../../gpts/index.js';
import {
  compileOperation,
  trustedDocument,
  type CompiledOperation,
  type OpenApiDocument,
} from '../../openapi/index.js';
import { SEALED_MAX_AGE_MS } from '../../vault/index.js';
import { Action } from '../store/action.entity.js';
import { loadDocument } from '../store/document-store.js';
import { GptIndex, type IndexedOperation } from './operation-index.js';
import { Operation } from '../store/operation.entity.js';

/** Everything about a call that does not depend on who makes it. */
export interface OperationPlan {
  action: Action;
  operation: CompiledOperation;
}

/** Which operation of which GPT. */
export interface OperationName {
  gptId: string;
  operationId: string;
  actionId?: string;
}

/** All operations of a GPT, compiled one by one. */
export interface GptOperations {
  /** Another one for each change of what the operations are. */
  readonly revision: number;
  each(): AsyncGenerator<OperationPlan & { toolName: string }>;
}

/** How many documents stay in memory. */
const MAX_DOCUMENTS = 200;

/** Finds and compiles operations, each once for as long as its action does not change. */
@Injectable()
export class OperationPlans {
  private readonly gpts: FreshCache<Gpt>;
  /** They hold sealed secrets. */
  private readonly indexes = new LoadingCache<GptIndex>({ max: 2000, ttl: SEALED_MAX_AGE_MS });
  private readonly documents = new LoadingCache<OpenApiDocument>({ max: MAX_DOCUMENTS });

  constructor(
    private readonly database: Database,
    cluster: Cluster,
  ) {
    this.gpts = new FreshCache(cluster, ['gpt'], 10_000);
    cluster.on('data-key', () => this.indexes.clear());
  }

  /**
   * @throws {NotFoundError} there is no such GPT of this tenant
   * @throws {CountersignError} `operation_not_found`; `ambiguous_operation` where two actions have it and none is named
   */
  async plan(tenantId: string, { gptId, operationId, actionId }: OperationName): Promise<OperationPlan> {
    const { index } = await this.index(tenantId, gptId);
    const plan = await this.compiled(index.find(operationId, actionId));
    if (!plan) throw new CountersignError('operation_not_found', `there is no operation ${operationId}`);
    return plan;
  }

  /** @throws {NotFoundError} there is no such GPT of this tenant */
  async all(tenantId: string, gptId: string): Promise<GptOperations> {
    const { index, revision } = await this.index(tenantId, gptId);
    const each = async function* (this: OperationPlans) {
      for (const named of index.operations) {
        const plan = await this.compiled(named);
        if (plan) yield { ...plan, toolName: named.toolName };
      }
    };
    return { revision, each: each.bind(this) };
  }

  /** @returns nothing where the document was changed meanwhile */
  private async compiled({ action, operationId }: IndexedOperation): Promise<OperationPlan | undefined> {
    const document = await this.document(action);
    const operation = compileOperation(document, operationId, { documentUrl: action.openapiUrl ?? undefined });
    return operation && { action, operation };
  }

  private async index(tenantId: string, gptId: string): Promise<{ index: GptIndex; revision: number }> {
    const gpt = await this.gpts.get(gptTopicId(tenantId, gptId), () => this.findGpt(tenantId, gptId));
    if (!gpt) throw new NotFoundError('GPT');
    const index = await this.indexes.get(`${gptId} ${gpt.revision}`, () => this.loadIndex(tenantId, gptId));
    if (!index) throw new NotFoundError('GPT');
    return { index, revision: gpt.revision };
  }

  private async findGpt(tenantId: string, id: string): Promise<Gpt | undefined> {
    return (await this.database.tenant(tenantId).read((store) => store.findOne(Gpt, { id }))) ?? undefined;
  }

  private loadIndex(tenantId: string, gptId: string): Promise<GptIndex> {
    return this.database.tenant(tenantId).read(async (store) => {
      const actions = await store.find(Action, { gptId });
      const ofGpt = { actionId: In(actions.map(({ id }) => id)) };
      const operations = await store.find(Operation, ofGpt, {
        select: { actionId: true, operationId: true, position: true },
        order: { position: 'ASC' },
      });
      return new GptIndex(actions.toSorted(oldestFirst), operations);
    });
  }

  private async document(action: Action): Promise<OpenApiDocument> {
    const { tenantId, id, revision } = action;
    const document = await this.documents.get(`${id} ${revision}`, async () => {
      const text = await this.database.tenant(tenantId).read((store) => loadDocument(store, id));
      return text ? trustedDocument(JSON.parse(text)) : undefined;
    });
    if (!document) throw new NotFoundError('action');
    return document;
  }
}

function oldestFirst(one: Action, other: Action): number {
  return Number(one.createdAt) - Number(other.createdAt) || (one.id < other.id ? -1 : 1);
}
