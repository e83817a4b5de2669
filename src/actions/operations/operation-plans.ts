import { Injectable } from '@nestjs/common';
import { Cluster, FreshCache, TenantCache } from '../../cluster/index.js';
import { CountersignError, NotFoundError } from '../../common/index.js';
import { Database, type TenantStore } from '../../database/index.js';
import { Gpt, gptTopicId } from '../../gpts/index.js';
import type { CheckedArguments, CompiledOperation, JsonObject, ToolFormat } from '@countersign/openapi';
import { TenantsService } from '../../tenants/index.js';
import { SEALED_MAX_AGE_MS } from '../../vault/index.js';
import type { Action } from '../store/action.entity.js';
import type { CallPolicy, FixedArguments, OperationPolicy } from '../policies/operation-policy.js';
import { ArgumentChecks } from './argument-checks.js';
import { loadIndex } from './load-index.js';
import { isAllowed, type AllowedOperations, type NamedOperation, type OperationIndex } from './operation-index.js';
import { OperationLoader } from './operation-loader.js';
import type { RenderedTools, ToolName } from './render-tools.js';
import type { StoredOperation } from './stored-operation.js';
import { matchingOperations, type ToolFilter } from './tool-filter.js';

/** The action and the operation of a call, independent of its caller. */
export interface OperationPlan {
  action: Action;
  operation: CompiledOperation;
  /** Whether the user has to confirm a call, by the document and the policy. */
  requiresConfirmation: boolean;
  /** Whether the user may confirm all later calls at once. */
  canAlwaysAllow: boolean;
  /** Arguments that the caller must not send. `undefined` if the policy fixes none. */
  fixedArguments?: FixedArguments;
  /** `undefined` if the policy neither bounds the response nor follows redirects. */
  policy?: CallPolicy;
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
  /** The operations that the caller's key is restricted to. */
  allowed?: AllowedOperations;
}

/** The limits of a page of tools. */
export interface PageLimits {
  characters: number;
  /** The number of tools. */
  count?: number;
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
   * @param limits `characters` ends the page before the tool that would exceed them; the first tool of each action is complete
   */
  render(start: number, format: ToolFormat, limits: PageLimits): Promise<RenderedTools[]>;
  /** Returns the tools that match a filter. */
  matching(filter: ToolFilter): Promise<GptTools>;
}

/** Operations in all indexes, which take some 500 bytes each without a policy. The largest published document has 11,422. */
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
    sizeOf: ({ weight }) => weight,
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
    private readonly tenants: TenantsService,
    cluster: Cluster,
  ) {
    this.gpts = new FreshCache(cluster, ['gpt'], 10_000);
    cluster.on('data-key', () => this.indexes.clear());
    cluster.onMissed(() => this.indexes.clear());
  }

  /**
   * @throws {NotFoundError} the tenant has no such GPT
   * @throws {CountersignError} `operation_not_found`; `ambiguous_operation`: two actions have it and `actionId` is missing
   */
  async plan(tenantId: string, { gptId, operationId, actionId, allowed }: OperationName): Promise<OperationPlan> {
    const { index } = await this.index(tenantId, gptId);
    const { action, operationId: id, policy, callPolicy } = index.find(operationId, actionId, allowed);
    const key = `${action.id} ${action.revision} ${id}`;
    const stored = await this.operations.get(tenantId, key, () => this.loader.load(key, action, id));
    if (!stored) throw new CountersignError('operation_not_found', `operation ${operationId} not found`);
    const { operation } = stored;
    return {
      action,
      operation,
      requiresConfirmation: operation.isConsequential,
      canAlwaysAllow: operation.canAlwaysAllow,
      ...(policy?.confirmation && (await this.confirmationOf(tenantId, operation, policy.confirmation))),
      ...(policy?.fixedArguments && { fixedArguments: policy.fixedArguments }),
      ...(callPolicy && { policy: callPolicy }),
      checkArguments: (args) => this.checks.check(tenantId, stored, args),
    };
  }

  /**
   * @param allowed the operations that the caller's key is restricted to
   * @throws {NotFoundError} the tenant has no such GPT
   */
  async tools(tenantId: string, gptId: string, allowed?: AllowedOperations): Promise<GptTools> {
    const { index, revision } = await this.index(tenantId, gptId);
    const operations = allowed ? index.operations.filter((each) => isAllowed(each, allowed)) : index.operations;
    return this.gptTools(tenantId, operations, revision);
  }

  private gptTools(tenantId: string, operations: readonly NamedOperation[], revision: number): GptTools {
    return {
      revision,
      toolNames: operations.map(({ toolName }) => toolName),
      render: async (start, format, { characters, count = operations.length }) => {
        const pages: RenderedTools[] = [];
        let left = characters;
        for (const { action, tools } of byAction(operations.slice(start, start + count))) {
          const page = await this.loader.tools(action, tools, format, left);
          pages.push(page);
          left -= page.json.length;
          if (page.count < tools.length || left <= 0) break;
        }
        return pages;
      },
      matching: async (filter) => {
        const read = (store: TenantStore) => matchingOperations(store, operations, filter);
        return this.gptTools(tenantId, await this.database.tenant(tenantId).read(read), revision);
      },
    };
  }

  /** Applies a policy. The document's `x-openai-isConsequential: true` prevails unless the tenant allows to skip its confirmations. */
  private async confirmationOf(
    tenantId: string,
    { canAlwaysAllow }: CompiledOperation,
    confirmation: NonNullable<OperationPolicy['confirmation']>,
  ): Promise<Partial<OperationPlan>> {
    if (confirmation === 'always') return { requiresConfirmation: true, canAlwaysAllow: false };
    if (confirmation === 'document') return {};
    const isSkipped = canAlwaysAllow || (await this.tenants.allowsSkippingConfirmation(tenantId));
    return isSkipped ? { requiresConfirmation: false } : {};
  }

  private async index(tenantId: string, gptId: string): Promise<{ index: OperationIndex; revision: number }> {
    const gpt = await this.gpts.get(gptTopicId(tenantId, gptId), () => this.findGpt(tenantId, gptId));
    if (!gpt) throw new NotFoundError('GPT');
    const index = await this.indexes.get(tenantId, `${gptId} ${gpt.revision}`, () =>
      this.database.tenant(tenantId).read((store) => loadIndex(store, gptId)),
    );
    if (!index) throw new NotFoundError('GPT');
    return { index, revision: gpt.revision };
  }

  private async findGpt(tenantId: string, id: string): Promise<Gpt | undefined> {
    return (await this.database.tenant(tenantId).read((store) => store.findOne(Gpt, { id }))) ?? undefined;
  }
}

/** Groups operations by their actions; those of one action follow each other. */
function byAction(operations: readonly NamedOperation[]): { action: Action; tools: ToolName[] }[] {
  const groups: { action: Action; tools: ToolName[] }[] = [];
  for (const { action, operationId, toolName, policy } of operations) {
    const hidden = policy?.fixedArguments && Object.keys(policy.fixedArguments);
    const tool = { operationId, toolName, description: policy?.description, hidden };
    const last = groups.at(-1);
    if (last?.action === action) last.tools.push(tool);
    else groups.push({ action, tools: [tool] });
  }
  return groups;
}
