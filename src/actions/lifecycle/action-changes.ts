import { Injectable } from '@nestjs/common';
import { AuditLog, type AuditType } from '../../audit/index.js';
import { CountersignError, type TenantCaller } from '../../common/index.js';
import { isDuplicate, type TenantStore } from '../../database/index.js';
import { Gpt } from '../../gpts/index.js';
import { Action } from '../store/action.entity.js';

/** Stores changes of actions: each raises the revision of its action and of its GPT, and is in the audit log. */
@Injectable()
export class ActionChanges {
  constructor(private readonly audit: AuditLog) {}

  /** @throws {CountersignError} `conflict`: the action has changed since it was read; `duplicate_domain` */
  async replace(store: TenantStore, before: Action, after: Action): Promise<void> {
    const changed = await store
      .update(Action, { id: before.id, revision: before.revision }, after)
      .catch((error: unknown) => duplicateDomain(error, after.domain));
    if (changed === 0)
      throw new CountersignError('conflict', 'the action was modified concurrently; reload it and retry');
  }

  /** Raises the revision of the action's GPT and records the change. Locks the GPT, so call this last. */
  async record(
    store: TenantStore,
    actor: TenantCaller,
    { id, gptId }: Action,
    type: AuditType & `action.${string}`,
    details: Record<string, unknown>,
  ): Promise<void> {
    await store.update(Gpt, { id: gptId }, { revision: () => 'revision + 1' });
    await this.audit.record(store, { type, actor, targetId: id, details: { gpt_id: gptId, ...details } });
  }
}

/** @throws {CountersignError} `duplicate_domain` for an error of the unique key, and other errors as they are */
export function duplicateDomain(error: unknown, domain: string, pointer?: string): never {
  if (!isDuplicate(error)) throw error;
  throw duplicateDomains([{ domain, pointer }]);
}

/** @param duplicates at least one; with the pointer of its document if it is imported */
export function duplicateDomains(duplicates: readonly { domain: string; pointer?: string }[]): CountersignError {
  const domains = [...new Set(duplicates.map(({ domain }) => domain))].join(', ');
  const errors = duplicates.flatMap(({ domain, pointer }) =>
    pointer === undefined ? [] : [{ pointer, message: `another action already uses ${domain}` }],
  );
  return new CountersignError('duplicate_domain', `another action of this GPT already uses ${domains}`, errors);
}
