import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Action } from '../store/action.entity.js';
import type { ActionDto } from './actions.dto.js';
import { AuthSelections } from '../../auth-registry/index.js';
import { callbackUrl } from '../../oauth/index.js';
import { Operation } from '../store/operation.entity.js';
import { findOperations } from '../operations/find-operations.js';
import { operationView } from '../operations/operation-rows.js';
import { loadAllPolicies, type ActionPolicies } from '../policies/policy-rows.js';

/** Maps actions to responses. */
@Injectable()
export class ActionViews {
  constructor(
    private readonly database: Database,
    private readonly selections: AuthSelections,
    private readonly settings: Settings,
  ) {}

  async one(row: Action): Promise<ActionDto> {
    const [view] = await this.many([row]);
    return view as ActionDto;
  }

  /** @param rows of one tenant */
  async many(rows: Action[]): Promise<ActionDto[]> {
    const [first] = rows;
    if (!first) return [];
    const ids = rows.map(({ id }) => id);
    const { operations, policies, servers } = await this.database.tenant(first.tenantId).read(async (store) => ({
      operations: await findOperations(store, ids),
      policies: await loadAllPolicies(store, ids),
      servers: await store.find(Action, { id: In(ids) }, { select: { id: true, servers: true } }),
    }));
    const ofAction = groupByAction(operations);
    const serversOf = ({ id }: Action) => servers.find((row) => row.id === id)?.servers ?? null;
    return Promise.all(
      rows.map((row) =>
        this.view({ ...row, servers: serversOf(row) }, ofAction.get(row.id) ?? [], policies.get(row.id)),
      ),
    );
  }

  private async view(row: Action, operations: Operation[], policies?: ActionPolicies): Promise<ActionDto> {
    return {
      id: row.id,
      gpt_id: row.gptId,
      title: row.title,
      domain: row.domain,
      server_url: row.serverUrl,
      server_variables: { ...row.serverChoice?.variables },
      servers: row.servers ?? null,
      operations: operations.map((operation) => operationView(operation, policies?.get(operation.operationId))),
      auth: await this.selections.view(row),
      callback_url: callbackUrl(this.settings, row),
      suggested_auth: row.suggestedAuth,
      warnings: row.warnings,
      openapi_url: row.openapiUrl,
      mcp_url: row.mcpUrl,
      openapi_format: row.openapiFormat,
      privacy_policy_url: row.privacyPolicyUrl,
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
    };
  }
}

function groupByAction(operations: readonly Operation[]): Map<string, Operation[]> {
  const byAction = new Map<string, Operation[]>();
  for (const operation of operations) {
    const known = byAction.get(operation.actionId);
    if (known) known.push(operation);
    else byAction.set(operation.actionId, [operation]);
  }
  return byAction;
}
