import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Settings } from '../config/index.js';
import { Database } from '../database/index.js';
import type { Action } from './action.entity.js';
import type { ActionDto } from './actions.dto.js';
import { AuthSelections } from '../auth-registry/index.js';
import { callbackUrl } from '../oauth/index.js';
import { Operation } from './operation.entity.js';
import { operationView } from './operation-rows.js';

/** Actions as clients read them. */
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
    const operations = await this.database
      .tenant(first.tenantId)
      .read((store) => store.find(Operation, { actionId: In(rows.map(({ id }) => id)) }));
    return Promise.all(
      rows.map((row) =>
        this.view(
          row,
          operations.filter(({ actionId }) => actionId === row.id),
        ),
      ),
    );
  }

  private async view(row: Action, operations: Operation[]): Promise<ActionDto> {
    return {
      id: row.id,
      gpt_id: row.gptId,
      title: row.title,
      domain: row.domain,
      server_url: row.serverUrl,
      operations: operations.toSorted((a, b) => a.position - b.position).map(operationView),
      auth: await this.selections.view(row),
      callback_url: callbackUrl(this.settings, row),
      suggested_auth: row.suggestedAuth,
      warnings: row.warnings,
      openapi_url: row.openapiUrl,
      openapi_format: row.openapiFormat,
      privacy_policy_url: row.privacyPolicyUrl,
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
    };
  }
}
