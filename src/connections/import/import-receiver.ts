import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { In, Not } from 'typeorm';
import { Action } from '../../actions/index.js';
import { AuditLog } from '../../audit/index.js';
import {
  Clock,
  CountersignError,
  InvalidRequestError,
  newId,
  NotFoundError,
  type TenantCaller,
} from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { Database } from '../../database/index.js';
import { Vault } from '../../vault/index.js';
import { ConnectionImportLine, lineContext } from './connection-import-line.entity.js';
import { ConnectionImport, MAX_FAILURES, type LineFailure } from './connection-import.entity.js';
import type { CreateConnectionDto } from './create-connection.dto.js';
import { ImportQueue } from './import-queue.js';
import { invalidLine } from './line-failure.js';
import { isBlank, parseLine } from './parse-line.js';
import { readLines, tooLarge, type Line } from './read-lines.js';

/** The maximum size of a body. */
export const MAX_BODY_BYTES = 32 * 1_048_576;

const MAX_LINES = 100_000;

/** Sealed, a line fits its column. */
const MAX_LINE_BYTES = 48_000;

/** Imports of a tenant that have not completed. */
const MAX_UNFINISHED = 10;

/** Lines of one transaction. */
const BATCH_SIZE = 50;

/** The time that the lines of a body take of one turn of the event loop. */
const SLICE_MS = 5;

/** The time to store the last lines after the body has arrived. */
const STORE_MS = 60_000;

/** Receives the bodies of imports: each line is checked, sealed and stored while the next ones arrive. */
@Injectable()
export class ImportReceiver {
  constructor(
    private readonly database: Database,
    private readonly queue: ImportQueue,
    private readonly vault: Vault,
    private readonly audit: AuditLog,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores the lines of a body as an import that is ready to run.
   *
   * @returns the id of the import
   * @throws {CountersignError} nothing is stored then: `invalid_request`: no line is a JSON object; `request_too_large`; `request_timeout`;
   *   `conflict`: another body of the tenant is being received; `limit_reached`: too many imports have not completed
   */
  async receive(caller: TenantCaller, body: Readable): Promise<string> {
    const reception = new Reception(caller.tenantId, newId('imp'));
    await this.open(reception);
    try {
      await this.storeLines(reception, body);
      if (!reception.hasObject)
        throw InvalidRequestError.at('', 'no line is a JSON object; send one JSON object a line');
      await this.start(reception, caller);
      return reception.id;
    } catch (error) {
      await this.queue.delete(caller.tenantId, reception.id);
      throw error;
    }
  }

  private async open({ tenantId, id }: Reception): Promise<void> {
    const createdAt = this.clock.now();
    const leaseUntil = this.clock.in(this.settings.http.requestTimeoutMs + STORE_MS);
    const counts = { total: 0, created: 0, replaced: 0, skipped: 0, failed: 0, failures: [] };
    const row = {
      id,
      status: 'receiving' as const,
      ...counts,
      fencingToken: 0,
      leaseUntil,
      createdAt,
      completedAt: null,
    };
    await this.database.tenant(tenantId).write(async (store) => {
      await store.lockTenant();
      const unfinished = await store.find(ConnectionImport, { status: Not('completed') });
      const isLive = (each: ConnectionImport) => each.leaseUntil !== null && each.leaseUntil > createdAt;
      if (unfinished.some((each) => each.status === 'receiving' && isLive(each))) {
        throw new CountersignError(
          'conflict',
          'another import of this tenant is being received; retry when it has ended',
        );
      }
      if (unfinished.filter(({ status }) => status === 'running').length >= MAX_UNFINISHED) {
        const message = `a tenant may have at most ${MAX_UNFINISHED} unfinished imports; retry when one has completed`;
        throw new CountersignError('limit_reached', message);
      }
      await store.insert(ConnectionImport, [row]);
    });
  }

  private async storeLines(reception: Reception, body: Readable): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MS;
    for await (const line of readLines(body, { bytes: MAX_BODY_BYTES, lineBytes: MAX_LINE_BYTES })) {
      reception.add(line);
      if (reception.pending.length >= BATCH_SIZE) await this.storeBatch(reception);
      else if (performance.now() < sliceEnd) continue;
      // Other requests take their turns.
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    await this.storeBatch(reception);
  }

  /** Seals and stores the lines that were checked. Lines of an unknown action fail; repeats once if an action was deleted meanwhile. */
  private async storeBatch(reception: Reception, isRepeated = false): Promise<void> {
    const { tenantId, pending } = reception;
    const tenant = this.database.tenant(tenantId);
    const ids = [...new Set(pending.map(({ tokens }) => tokens.action_id))];
    const actions = await tenant.read((store) => store.find(Action, { id: In(ids) }, { select: { id: true } }));
    const known = new Set(actions.map(({ id }) => id));
    for (const { line, tokens } of pending) {
      if (!known.has(tokens.action_id)) reception.fail({ line, code: 'not_found', pointer: '/action_id' });
    }
    reception.pending = pending.filter(({ tokens }) => known.has(tokens.action_id));
    const rows = await Promise.all(reception.pending.map((each) => this.seal(reception, each)));
    try {
      // The commit that starts the import makes the lines durable.
      await tenant.write((store) => store.insert(ConnectionImportLine, rows), { relaxedDurability: true });
      reception.pending = [];
    } catch (error) {
      if (isRepeated || !(error instanceof NotFoundError)) throw error;
      await this.storeBatch(reception, true);
    }
  }

  private async seal({ tenantId, id: importId }: Reception, { line, tokens }: CheckedLine) {
    const id = `${importId}:${line}`;
    const data = await this.vault.sealJson(lineContext({ tenantId, id }), tokens);
    return { id, importId, actionId: tokens.action_id, line, data };
  }

  private async start(reception: Reception, caller: TenantCaller): Promise<void> {
    const { tenantId, id, total, failed, failures } = reception;
    await this.database.tenant(tenantId).write(async (store) => {
      const changes = { status: 'running' as const, total, failed, failures, leaseUntil: null };
      const started = await store.update(ConnectionImport, { id, status: 'receiving' }, changes);
      if (started === 0) throw new CountersignError('request_timeout', 'the body arrived too slowly');
      const event = { type: 'connections.import_started', actor: caller, targetId: id } as const;
      await this.audit.record(store, { ...event, details: { total } });
    });
  }
}

interface CheckedLine {
  line: number;
  tokens: CreateConnectionDto;
}

/** The body of an import while it arrives. */
class Reception {
  /** Lines without blank ones. */
  total = 0;
  failed = 0;
  readonly failures: LineFailure[] = [];
  /** Whether any line was a JSON object. */
  hasObject = false;
  /** Lines that were checked and are not stored yet. */
  pending: CheckedLine[] = [];

  constructor(
    readonly tenantId: string,
    readonly id: string,
  ) {}

  /** Checks a line. @throws {CountersignError} `request_too_large` */
  add({ number: line, bytes }: Line): void {
    if (bytes && isBlank(bytes)) return;
    this.total += 1;
    if (this.total > MAX_LINES) throw tooLarge(`the body has more than ${MAX_LINES} lines; split it`);
    if (!bytes) return this.fail({ line, code: 'line_too_long' });
    const parsed = parseLine(bytes);
    if ('code' in parsed && parsed.code === 'invalid_json') return this.fail({ line, code: parsed.code });
    this.hasObject = true;
    if ('tokens' in parsed) this.pending.push({ line, tokens: parsed.tokens });
    else this.fail(invalidLine(line, parsed.errors));
  }

  fail(failure: LineFailure): void {
    this.failed += 1;
    if (this.failures.length < MAX_FAILURES) this.failures.push(failure);
  }
}
