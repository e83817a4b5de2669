import { Injectable } from '@nestjs/common';
import { In, IsNull, LessThanOrEqual, Not } from 'typeorm';
import { Cluster } from '../../cluster/index.js';
import { Clock, RecurringJobs } from '../../common/index.js';
import { Database, isDuplicate, LONG, type TenantStore } from '../../database/index.js';
import { McpSignal } from './mcp-signal.entity.js';

/** Interval for finding signals of other replicas that no cluster message has announced. */
const POLL_INTERVAL_MS = 1000;
const SWEEP_INTERVAL_MS = 600_000;

/** Lifetime of a signal that no request was registered for. */
const UNREAD_LIFETIME_MS = 300_000;

/** The ids in one statement. */
const BATCH_SIZE = 500;

interface Listener {
  tenantId: string;
  notify: (value: string) => void;
}

/**
 * Carries signals of clients to the replica that serves the request which they are about. They are stored in the database; the cluster announces
 * them, and without an announcement they are found within a second.
 */
@Injectable()
export class McpSignals {
  /** The requests of this replica, by the id of the signal that they wait for. */
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly cluster: Cluster,
    jobs: RecurringJobs,
  ) {
    const job = jobs.add('signals of MCP clients', POLL_INTERVAL_MS, () => this.readAll());
    cluster.on('mcp-signal', (id) => {
      if (this.listeners.has(id)) job.wake();
    });
    jobs.add('expired MCP signals', SWEEP_INTERVAL_MS, () => this.sweep());
  }

  /** Calls `notify` once when a signal is sent. @returns a function that stops listening */
  listen(tenantId: string, id: string, notify: (value: string) => void): () => void {
    const listener = { tenantId, notify };
    const all = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, all.add(listener));
    return () => {
      all.delete(listener);
      if (all.size === 0 && this.listeners.get(id) === all) this.listeners.delete(id);
    };
  }

  /** Waits for a signal. It is received from the time of the call. @returns `undefined` if `until` aborts first */
  next(tenantId: string, id: string, until: AbortSignal): Promise<string | undefined> {
    return new Promise((resolve) => {
      const stop = this.listen(tenantId, id, resolve);
      const end = (): void => {
        stop();
        resolve(undefined);
      };
      if (until.aborted) end();
      else until.addEventListener('abort', end, { once: true });
    });
  }

  /** Allows a signal to be sent by {@link answer}. */
  async expect(tenantId: string, id: string, lifetimeMs: number): Promise<void> {
    const row = { id, value: null, expiresAt: this.clock.in(lifetimeMs) };
    await this.database.tenant(tenantId).write((store) => store.insert(McpSignal, [row]));
  }

  /** Sends a signal that is expected. @returns `false` if it is not, or was sent before */
  async answer(tenantId: string, id: string, value: string): Promise<boolean> {
    const count = await this.database
      .tenant(tenantId)
      .write((store) => store.update(McpSignal, { id, value: IsNull() }, { value }));
    if (count > 0) this.cluster.publish('mcp-signal', id);
    return count > 0;
  }

  /** Sends a signal to the replica that listens for it, if one does. */
  async send(tenantId: string, id: string, value: string): Promise<void> {
    if (this.notify(tenantId, id, value)) return;
    try {
      await this.database.tenant(tenantId).write((store) => this.record(store, id, value));
    } catch (error) {
      // The client sent it twice.
      if (!isDuplicate(error)) throw error;
    }
    this.cluster.publish('mcp-signal', id);
  }

  /** Stores a signal in a transaction. {@link announce} it afterwards. */
  async record(store: TenantStore, id: string, value: string): Promise<void> {
    await store.insert(McpSignal, [{ id, value, expiresAt: this.clock.in(UNREAD_LIFETIME_MS) }]);
  }

  /** Tells all replicas that a signal was stored. */
  announce(tenantId: string, id: string, value: string): void {
    this.notify(tenantId, id, value);
    this.cluster.publish('mcp-signal', id);
  }

  /** @returns whether a request of this replica listens */
  private notify(tenantId: string, id: string, value: string): boolean {
    const own = [...(this.listeners.get(id) ?? [])].filter((listener) => listener.tenantId === tenantId);
    if (own.length === 0) return false;
    this.listeners.delete(id);
    for (const { notify } of own) notify(value);
    return true;
  }

  private async readAll(): Promise<void> {
    const ids = [...this.listeners.keys()];
    for (let start = 0; start < ids.length; start += BATCH_SIZE) {
      const batch = ids.slice(start, start + BATCH_SIZE);
      const tenantIds = batch.flatMap((id) => [...(this.listeners.get(id) ?? [])].map(({ tenantId }) => tenantId));
      const where = { tenantId: In([...new Set(tenantIds)]), id: In(batch), value: Not(IsNull()) };
      const rows = await this.database.read((manager) => manager.findBy(McpSignal, where));
      for (const { tenantId, id, value } of rows) if (value !== null) this.notify(tenantId, id, value);
    }
  }

  private async sweep(): Promise<void> {
    const now = this.clock.now();
    await this.database.write((manager) => manager.delete(McpSignal, { expiresAt: LessThanOrEqual(now) }), LONG);
  }
}
