import { Injectable } from '@nestjs/common';
import { In, LessThan, type EntityManager } from 'typeorm';
import { Clock, GroupCommit, randomText, RecurringJobs } from '../../common/index.js';
import { Database, isDuplicate, isHeldAt, LONG } from '../../database/index.js';
import { Vault } from '../../vault/index.js';
import type { ModelResult } from '../results/model-result.js';
import { packResult, unpackResult } from './kept-result.js';
import { partContext, resultContext, ToolCallResult, ToolCallResultPart } from './tool-call-result.entity.js';

/** How long results are kept. */
export const KEPT_MS = 24 * 3_600_000;

/** The lease of a call in flight, and how often it is renewed. After a crash, the outcome is unknown once the lease has expired. */
const LEASE_MS = 15_000;
const RENEWAL_MS = 5000;
const RENEWALS_PER_STATEMENT = 500;

const SWEEP_MS = 900_000;

/** Identifies a call within its tenant. */
export interface ResultKey {
  tenantId: string;
  id: string;
  gptId: string;
}

/** What is known about a call that was sent before. */
export type Known =
  { is: 'ended'; callId: string; result: ModelResult } | { is: 'running' | 'unknown'; callId: string };

/** A change of a row in a group commit. */
interface Change {
  row: ToolCallResult;
  /** `undefined` inserts the row; otherwise the row gets its result. */
  parts?: ToolCallResultPart[];
}

/**
 * The calls of turns that can be repeated: that a call is about to be sent, and later its result. A call that is repeated gets the same
 * result, and is never sent twice, not even after a crash.
 */
@Injectable()
export class ToolCallResults {
  /** Identifies this process. */
  private readonly owner = randomText(26);
  private readonly running = new Set<string>();
  private readonly changes = new GroupCommit<Change, boolean>({
    storeAll: (items) => this.database.write((manager) => storeAll(manager, items)),
    storeOne: (item) => this.storeOne(item),
  });

  constructor(
    private readonly database: Database,
    private readonly vault: Vault,
    private readonly clock: Clock,
    jobs: RecurringJobs,
  ) {
    jobs.add('leases of tool calls', RENEWAL_MS, () => this.renew());
    jobs.add('old results of tool calls', SWEEP_MS, () => this.sweep());
  }

  /** Returns what is known about calls, by their ids. */
  async find(tenantId: string, ids: readonly string[]): Promise<Map<string, Known>> {
    if (ids.length === 0) return new Map();
    const rows = await this.database.tenant(tenantId).read((store) => store.find(ToolCallResult, { id: In([...ids]) }));
    const now = this.clock.now();
    const current = rows.filter(({ expiresAt }) => expiresAt > now);
    return new Map(await Promise.all(current.map(async (row) => [row.id, await this.known(row, now)] as const)));
  }

  /**
   * Records that a call is about to be sent.
   *
   * @returns `false` if it was sent before, or is being sent by another request
   */
  async start(key: ResultKey, callId: string): Promise<boolean> {
    const isFirst = await this.changes.store({ row: this.row(key, callId, this.owner) });
    if (isFirst) this.running.add(key.id);
    return isFirst;
  }

  /** Forgets that a call was started: its upstream has refused the credential, so that it may be sent again. */
  async cancel({ tenantId, id }: ResultKey): Promise<void> {
    this.running.delete(id);
    await this.database.tenant(tenantId).write((store) => store.delete(ToolCallResult, { id }));
  }

  /** Stores the result of a call that was started. If that fails, the lease is not renewed, so that the outcome becomes unknown. */
  async end(key: ResultKey, callId: string, result: ModelResult): Promise<void> {
    try {
      await this.changes.store(await this.ended(key, callId, result));
    } finally {
      this.running.delete(key.id);
    }
  }

  /** Stores the results of calls that were not recorded before they were sent. One that another request has stored stays as it is. */
  async insertEnded(ended: readonly { key: ResultKey; callId: string; result: ModelResult }[]): Promise<void> {
    await Promise.all(
      ended.map(async ({ key, callId, result }) => {
        const { row, parts } = await this.ended(key, callId, result);
        await this.unlessDuplicate(async (manager) => {
          await manager.insert(ToolCallResult, row);
          if (parts.length > 0) await manager.insert(ToolCallResultPart, parts);
        });
      }),
    );
  }

  private async known(row: ToolCallResult, now: Date): Promise<Known> {
    const { callId } = row;
    if (row.result === null) return { is: isHeldAt(row.leaseUntil, now) ? 'running' : 'unknown', callId };
    return { is: 'ended', callId, result: await this.open(row) };
  }

  private async open({ tenantId, id, result, parts: count }: ToolCallResult): Promise<ModelResult> {
    const parts = [await this.vault.unseal(resultContext(tenantId, id), result ?? '')];
    if (count > 1) {
      const rows = await this.database
        .tenant(tenantId)
        .read((store) => store.find(ToolCallResultPart, { resultId: id }, { order: { position: 'ASC' } }));
      for (const row of rows) parts.push(await this.vault.unseal(partContext(tenantId, row.id), row.data ?? ''));
    }
    return unpackResult(parts);
  }

  private async ended(key: ResultKey, callId: string, result: ModelResult): Promise<Required<Change>> {
    const { tenantId, id } = key;
    const [first = '', ...others] = packResult(result);
    const parts = others.map(async (part, index): Promise<ToolCallResultPart> => {
      const position = index + 1;
      const partId = `${id}/${position}`;
      const data = await this.vault.seal(partContext(tenantId, partId), part);
      return { tenantId, id: partId, resultId: id, position, data };
    });
    const sealed = await this.vault.seal(resultContext(tenantId, id), first);
    const row = { ...this.row(key, callId, null), result: sealed, parts: 1 + others.length };
    return { row, parts: await Promise.all(parts) };
  }

  private row({ tenantId, id, gptId }: ResultKey, callId: string, owner: string | null): ToolCallResult {
    const leaseUntil = owner === null ? null : this.clock.in(LEASE_MS);
    return {
      tenantId,
      id,
      gptId,
      callId,
      owner,
      leaseUntil,
      result: null,
      parts: 0,
      expiresAt: this.clock.in(KEPT_MS),
    };
  }

  private storeOne(change: Change): Promise<boolean> {
    return this.unlessDuplicate((manager) => storeAll(manager, [change]));
  }

  /** @returns `false` if the row exists, and nothing was written */
  private async unlessDuplicate(write: (manager: EntityManager) => Promise<unknown>): Promise<boolean> {
    try {
      await this.database.write(write);
      return true;
    } catch (error) {
      if (!isDuplicate(error)) throw error;
      return false;
    }
  }

  /** Renews the leases of the calls that this process is making. */
  async renew(): Promise<void> {
    const leaseUntil = this.clock.in(LEASE_MS);
    const running = [...this.running];
    for (let from = 0; from < running.length; from += RENEWALS_PER_STATEMENT) {
      const own = { owner: this.owner, id: In(running.slice(from, from + RENEWALS_PER_STATEMENT)) };
      await this.database.write((manager) => manager.update(ToolCallResult, own, { leaseUntil }));
    }
  }

  private async sweep(): Promise<void> {
    const expiresAt = LessThan(this.clock.now());
    await this.database.write((manager) => manager.delete(ToolCallResult, { expiresAt }), LONG);
  }
}

async function storeAll(manager: EntityManager, changes: readonly Change[]): Promise<boolean[]> {
  const started = changes.filter(({ parts }) => parts === undefined).map(({ row }) => row);
  if (started.length > 0) await manager.insert(ToolCallResult, started);
  for (const { row, parts } of changes) {
    if (parts === undefined) continue;
    const { tenantId, id, owner, leaseUntil, result, parts: count } = row;
    await manager.update(ToolCallResult, { tenantId, id }, { owner, leaseUntil, result, parts: count });
    if (parts.length > 0) await manager.insert(ToolCallResultPart, parts);
  }
  return changes.map(() => true);
}
