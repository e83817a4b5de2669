import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Cluster, FreshCache, TenantCache } from '../../cluster/index.js';
import { CountersignError, NotFoundError } from '../../common/index.js';
import { Database } from '../../database/index.js';
import { Gpt, gptTopicId } from '../../gpts/index.js';
import type { CheckedArguments, CompiledOperation, JsonObject, ToolFormat } from '@countersign/openapi';
import { SEALED_MAX_AGE_MS } from '../../vault/index.js';
import { Action } from '../store/action.entity.js';
import { Operation } from '../store/operation.entity.js';
import { ArgumentChecks } from './argument-checks.js';
import { OperationIndex, type NamedOperation } from './operation-index.js';
import { OperationLoader } from './operation-loader.js';
import type { RenderedTools } from './render-tools.js';
import type { StoredOperation } from './stored-operation.js';

/** The action and the operation of a call, independent of its caller. */
export interface OperationPlan {
  action: Action;
  operation: CompiledOperation;
  /**
   * Checks arguments.
   *
   * @throws {InvalidArgumentsError} they do not match the schema of the operation, or the check takes too long
   * @throws {InvalidDocumentError} the schema cannot be compiled
   * @throws {CountersignError} `rate_limited`: the tenant's checks have used too much CPU time
   */
  checkArguments(args: JsonObject): CheckedArguments | Promise<CheckedArguments>;
}

/** Identifies an operation of a GPT. */
export interface OperationName {
  gptId: string;
  operationId: string;
  actionId?: string;
}

/** The operations of a GPT as tools. */
export interface GptTools {
  /** Changes whenever an operation changes. */
  readonly revision: number;
  readonly toolNames: readonly string[];
  /**
   * Renders the tools of a page.
   *
   * @param start the number of tools that are left out
   * @param characters ends the page before the tool that would exceed them; the first tool of each action is complete
   */
  render(start: number, format: ToolFormat, characters: number): Promise<RenderedTools[]>;
}

/** Operations in all indexes, which take some 500 bytes each. The largest published document has 11,422. */
const MAX_INDEXED_OPERATIONS = 100_000;

/** Limits of the cache of operations. One tenant may use half of it. */
const MAX_OPERATIONS = 10_000;
const MAX_OPERATIONS_BYTES = 64 * 1024 * 1024;

/** Finds operations and compiles them: each once until its action changes, or until others need the memory. */
@Injectable()
export class OperationPlans {
  private readonly gpts: FreshCache<Gpt>;
  /** Entries hold sealed secrets, hence the limited lifetime. */
  private readonly indexes = new TenantCache<OperationIndex>({
    max: 2000,
    ttl: SEALED_MAX_AGE_MS,
    maxSize: MAX_INDEXED_OPERATIONS,
    sizeOf: ({ operations }) => operations.length + 1,
  });
  private readonly operations = new TenantCache<StoredOperation>({
    max: MAX_OPERATIONS,
    maxSize: MAX_OPERATIONS_BYTES,
    sizeOf: ({ bytes }) => bytes,
  });

  constructor(
    private readonly database: Database,
    private readonly loader: OperationLoader,
    private readonly checks: ArgumentChecks,
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
    const { action, operationId: id } = index.find(operationId, actionId);
    const key = `${action.id} ${action.revision} ${id}`;
    const stored = await this.operations.get(tenantId, key, () => this.loader.load(key, action, id));
    if (!stored) throw new CountersignError('operation_not_found', `operation ${operationId} not found`);
    const { operation } = stored;
    return { action, operation, checkArguments: (args) => this.checks.check(tenantId, stored, args) };
  }

  /** @throws {NotFoundError} the tenant has no such GPT */
  async tools(tenantId: string, gptId: string): Promise<GptTools> {
    const { index, revision } = await this.index(tenantId, gptId);
    const { loader } = this;
    return {
      revision,
      toolNames: index.operations.map(({ toolName }) => toolName),
      async render(start, format, characters) {
        const pages: RenderedTools[] = [];
        let left = characters;
        for (const { action, tools } of byAction(index.operations.slice(start))) {
          const page = await loader.tools(action, tools, format, left);
          pages.push(page);
          left -= page.json.length;
          if (page.count < tools.length || left <= 0) break;
        }
        return pages;
      },
    };
  }

  private async index(tenantId: string, gptId: string): Promise<{ index: OperationIndex; revision: number }> {
    const gpt = await this.gpts.get(gptTopicId(tenantId, gptId), () => this.findGpt(tenantId, gptId));
    if (!gpt) throw new NotFoundError('GPT');
    const index = await this.indexes.get(tenantId, `${gptId} ${gpt.revision}`, () => this.loadIndex(tenantId, gptId));
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
}

/** Groups operations by their actions; those of one action follow each other. */
function byAction(operations: readonly NamedOperation[]): { action: Action; tools: NamedOperation[] }[] {
  const groups: { action: Action; tools: NamedOperation[] }[] = [];
  for (const operation of operations) {
    const last = groups.at(-1);
    if (last?.action === operation.action) last.tools.push(operation);
    else groups.push({ action: operation.action, tools: [operation] });
  }
  return groups;
}

function oldestFirst(one: Action, other: Action): number {
  return Number(one.createdAt) - Number(other.createdAt) || (one.id < other.id ? -1 : 1);
}
