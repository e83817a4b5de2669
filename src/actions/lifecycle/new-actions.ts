import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { type AuthSelection, missingFields } from '../../auth-registry/index.js';
import { Cluster } from '../../cluster/index.js';
import { Clock, LimitReachedError, newId, NotFoundError, type TenantCaller } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database, LONG, type TenantStore } from '../../database/index.js';
import { Gpt, gptTopicId } from '../../gpts/index.js';
import type { ImportedDocument } from '../documents/read-document.js';
import { Action } from '../store/action.entity.js';
import { ActionChanges, duplicateDomain, duplicateDomains } from './action-changes.js';
import { ActionViews } from './action-views.js';
import type { ActionDto } from './actions.dto.js';
import { documentColumns, storeImported } from './imported-action.js';

/** The parts of a new action. */
export interface NewAction {
  id: string;
  imported: ImportedDocument;
  /** Its secrets are sealed for the action's id. */
  selection: AuthSelection;
  privacyPolicyUrl: string | null;
  /** The format that the action was imported from, for the audit log. */
  form?: string;
  /** Points to its document in an export, for errors. */
  pointer?: string;
}

/** Adds actions to GPTs. */
@Injectable()
export class NewActions {
  constructor(
    private readonly database: Database,
    private readonly views: ActionViews,
    private readonly changes: ActionChanges,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    private readonly settings: Settings,
  ) {}

  /**
   * Adds actions, whose schemas were checked for their domains, to an existing GPT: all or none.
   *
   * @throws {CountersignError} `duplicate_domain` with the pointers of the actions; `limit_reached`
   */
  async addAll(caller: TenantCaller, gptId: string, actions: readonly NewAction[]): Promise<ActionDto[]> {
    const { tenantId } = caller;
    const added = actions.map((action) => ({ ...action, row: this.newRow(tenantId, gptId, action) }));
    const write = async (store: TenantStore) => {
      await lockGpt(store, gptId);
      await requireFreeDomains(store, gptId, added);
      await this.requireRoom(store, gptId, added.length);
      for (const { row, imported, pointer } of added) {
        await store.insert(Action, [row]).catch((error: unknown) => duplicateDomain(error, row.domain, pointer));
        await storeImported(store, row.id, imported);
      }
      for (const { row, form } of added) {
        const missing = missingFields(row);
        const from = { ...(missing && { missing_fields: missing }), ...(form && { form }) };
        const details = { domain: row.domain, auth: row.authType, ...from };
        await this.changes.record(store, caller, row, 'action.created', details);
      }
    };
    await this.database.tenant(tenantId).write(write, added.length > 1 ? LONG : {});
    this.cluster.publish('gpt', gptTopicId(tenantId, gptId));
    return this.views.many(added.map(({ row }) => row));
  }

  private newRow(tenantId: string, gptId: string, { id, imported, selection, privacyPolicyUrl }: NewAction): Action {
    const { keepsSecrets: _, ...auth } = selection;
    const now = this.clock.now();
    return {
      tenantId,
      id,
      gptId,
      ...documentColumns(imported),
      privacyPolicyUrl,
      callbackId: newId('g'),
      ...auth,
      bindingVersion: 1,
      revision: 1,
      createdAt: now,
      updatedAt: now,
    };
  }

  /** @throws {LimitReachedError} the GPT would have more actions than allowed */
  private async requireRoom(store: TenantStore, gptId: string, added: number): Promise<void> {
    const { actionsPerGpt } = this.settings.maximum;
    if ((await store.count(Action, { gptId })) + added <= actionsPerGpt) return;
    throw new LimitReachedError(`a GPT may have at most ${actionsPerGpt} actions`, 'MAX_ACTIONS_PER_GPT');
  }
}

/** Locks the GPT, so that concurrent additions take turns. */
async function lockGpt(store: TenantStore, gptId: string): Promise<void> {
  if (!(await store.findOneForUpdate(Gpt, { id: gptId }))) throw new NotFoundError('GPT');
}

/** @throws {CountersignError} `duplicate_domain`: actions of the GPT, or others that are added, have the same domains */
async function requireFreeDomains(
  store: TenantStore,
  gptId: string,
  added: readonly { row: Action; pointer?: string }[],
): Promise<void> {
  const domains = added.map(({ row }) => row.domain);
  const found = await store.find(Action, { gptId, domain: In(domains) }, { select: { domain: true } });
  const taken = new Set(found.map(({ domain }) => domain));
  const duplicates = added.filter(({ row: { domain } }) => {
    const isTaken = taken.has(domain);
    taken.add(domain);
    return isTaken;
  });
  if (duplicates.length > 0)
    throw duplicateDomains(duplicates.map(({ row, pointer }) => ({ domain: row.domain, pointer })));
}
