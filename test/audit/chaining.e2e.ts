import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../migrations/index.js';
import { AuditChainer } from '../../src/audit/audit-chainer.js';
import type { AuditRecord } from '../../src/audit/chain.js';
import { AuditEvents, AuditLog, verifyChain } from '../../src/audit/index.js';
import { Clock, createLogger, newId, RecurringJobs } from '../../src/common/index.js';
import { readSettings } from '../../src/config/index.js';
import { Database, openDataSources } from '../../src/database/index.js';
import { ENTITIES } from '../../src/entities.js';
import { allChained } from '../support/all-chained.js';
import { TestApp } from '../support/app.js';
import { BuiltServer, runNode } from '../support/built-server.js';
import { createMigratedDatabase, database as kind, type TestDatabase } from '../support/test-database.js';

const COMMAND = 'dist/src/cli/audit-verify.js';

/** A process that records events and chains them only when a test says so. */
class Recorder {
  private constructor(
    readonly database: Database,
    readonly chainer: AuditChainer,
    readonly events: AuditEvents,
    private readonly log: AuditLog,
  ) {}

  static async open({ url }: TestDatabase): Promise<Recorder> {
    const { database: settings } = readSettings({ DATABASE_URL: url });
    const database = new Database(await openDataSources(settings, ENTITIES, MIGRATIONS));
    const logger = createLogger('silent');
    const jobs = new RecurringJobs(logger);
    const chainer = new AuditChainer(database, logger, jobs);
    await jobs.beforeApplicationShutdown();
    return new Recorder(database, chainer, new AuditEvents(database), new AuditLog(chainer, new Clock()));
  }

  record(tenantId: string, targetId: string): Promise<void> {
    return this.database.write((manager) =>
      this.log.record({ manager, tenantId }, { type: 'gpt.created', actor: 'system', targetId }),
    );
  }

  async list(tenantId: string, order: 'asc' | 'desc' = 'asc', limit = 200, cursor?: string) {
    return this.events.list(tenantId, {}, { limit, cursor, order });
  }
}

let database: TestDatabase;
let one: Recorder;
let two: Recorder;
let tenantId: string;

beforeAll(async () => {
  await BuiltServer.build();
}, 150_000);

beforeEach(async () => {
  database = await createMigratedDatabase();
  [one, two] = [await Recorder.open(database), await Recorder.open(database)];
  tenantId = newId('t');
});

afterEach(async () => {
  for (const recorder of [one, two]) await recorder.database.close();
  await database.remove();
});

const targets = (events: AuditRecord[]) => events.map(({ target_id }) => target_id);
const positions = (events: AuditRecord[]) => events.map(({ sequence }) => sequence);

async function recordAll(...names: string[]): Promise<void> {
  for (const name of names) {
    await one.record(tenantId, name);
    // Events of one millisecond are ordered by their random ids.
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe('events that are not chained yet', () => {
  it('are listed without a position, after the chain and in the order of their times', async () => {
    await recordAll('a', 'b');
    await one.chainer.chainAll();
    await recordAll('c', 'd');
    const { data } = await one.list(tenantId);
    expect(targets(data)).toEqual(['a', 'b', 'c', 'd']);
    expect(positions(data)).toEqual([1, 2, null, null]);
    expect(data[2]).toMatchObject({ previous_hash: null, hash: null });
    expect(targets((await one.list(tenantId, 'desc')).data)).toEqual(['d', 'c', 'b', 'a']);
  });

  it.each(['asc', 'desc'] as const)(
    'are not lost or repeated in pages (%s), although they are chained meanwhile',
    async (order) => {
      await recordAll('a', 'b', 'c');
      await one.chainer.chainAll();
      await recordAll('d', 'e', 'f');
      const seen: string[] = [];
      for (let cursor: string | undefined; ;) {
        const page = await one.list(tenantId, order, 1, cursor);
        seen.push(...targets(page.data));
        if (page.next_cursor === null) break;
        cursor = page.next_cursor;
        if (seen.includes('e')) await one.chainer.chainAll();
      }
      expect(seen).toEqual(order === 'asc' ? ['a', 'b', 'c', 'd', 'e', 'f'] : ['f', 'e', 'd', 'c', 'b', 'a']);
    },
  );

  it('are counted by the verification, which checks the others', async () => {
    await recordAll('a');
    await one.chainer.chainAll();
    await recordAll('b', 'c');
    expect(await verifyChain(one.events, tenantId)).toMatchObject({ reached: { sequence: 1 }, unchained: 2 });
    const line = new RegExp(`^${tenantId}: sound, 1 events, head 1:[0-9a-f]{64}, 2 not chained yet$`, 'm');
    expect(runNode([COMMAND], { DATABASE_URL: database.url })).toMatch(line);
  });

  it('reveal an event that was taken out of the chain, also after it is chained again', async () => {
    await recordAll('a', 'b', 'c');
    await one.chainer.chainAll();
    await one.database.write((manager) =>
      manager.query(`UPDATE audit_events SET sequence = NULL, hash = '' WHERE target_id = 'b'`),
    );
    expect((await verifyChain(one.events, tenantId)).fault).toEqual({ sequence: 2, fault: 'the event is missing' });
    await one.chainer.chainAll();
    expect((await verifyChain(one.events, tenantId)).fault).toEqual({ sequence: 2, fault: 'the event is missing' });
  });

  it('get no position if their transaction is rolled back', async () => {
    await recordAll('a');
    const failing = one.database.write(async (manager) => {
      await manager.query(
        `INSERT INTO audit_events (id, type, actor, target_id, details, created_at, chain)
         VALUES ('evt-x', 'gpt.created', '{}', 'x', '{}', '2026-01-01 00:00:00.000', '${tenantId}')`,
      );
      throw new Error('the change failed');
    });
    await expect(failing).rejects.toThrow('the change failed');
    await one.chainer.chainAll();
    expect(targets((await one.list(tenantId)).data)).toEqual(['a']);
  });
});

it('two processes that record and chain at once give each event one position', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `target-${index}`);
  // Two connections of one process that write to an SQLite file block each other.
  const recorders = kind === 'sqlite' ? [one] : [one, two];
  const recording = { isOver: false };
  const chaining = recorders.map(async ({ chainer }) => {
    while (!recording.isOver) await chainer.chainAll();
  });
  await Promise.all(names.map((name, index) => recorders[index % recorders.length]?.record(tenantId, name)));
  recording.isOver = true;
  await Promise.all(chaining);
  await one.chainer.chainAll();
  const { data } = await two.list(tenantId);
  expect(positions(data)).toEqual(names.map((_, index) => index + 1));
  expect(targets(data).toSorted()).toEqual(names.toSorted());
  expect(await verifyChain(two.events, tenantId)).toMatchObject({ unchained: 0, fault: undefined });
}, 60_000);

it('continues a chain of more events than one transaction chains', async () => {
  await one.database.write(async (manager) => {
    for (let index = 0; index < 450; index++) {
      await manager.query(
        `INSERT INTO audit_events (id, type, actor, target_id, details, created_at, chain)
         VALUES ('evt-${index}', 'gpt.created', '{}', 'g-${index}', '{}', '2026-01-01 00:00:00.000', '${tenantId}')`,
      );
    }
  });
  expect(await one.chainer.chainAll()).toBe(450);
  expect(await verifyChain(one.events, tenantId)).toMatchObject({ reached: { sequence: 450 }, unchained: 0 });
});

describe('a server', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  afterAll(() => app.stop());

  it('chains the events of a process that ended before it could', async () => {
    const crashed = await Recorder.open(app.database);
    await crashed.record(tenantId, 'a');
    await crashed.database.close();
    await allChained(app);
    expect(await verifyChain(app.get(AuditEvents), tenantId)).toMatchObject({ reached: { sequence: 1 } });
  });

  it('chains an event whose transaction is still open when it first looks', async () => {
    const log = app.get(AuditLog);
    let commit!: () => void;
    const isCommitted = new Promise<void>((resolve) => (commit = resolve));
    const writing = app.get(Database).write(async (manager) => {
      await log.record({ manager, tenantId }, { type: 'gpt.created', actor: 'system', targetId: 'slow' });
      await isCommitted;
    });
    setTimeout(commit, 500);
    await writing;
    await allChained(app);
    expect(app.logLines.filter((line) => line.includes('recurring job failed'))).toEqual([]);
    expect((await app.get(AuditEvents).list(tenantId, {}, { limit: 5, order: 'asc' })).data).toMatchObject([
      { target_id: 'slow', sequence: 1 },
    ]);
  });

  it('chains the last events before it stops', async () => {
    const own = await TestApp.start();
    const tenant = await own.tenant();
    await own.restart();
    expect(await verifyChain(own.get(AuditEvents), tenant.id)).toMatchObject({
      reached: { sequence: 2 },
      unchained: 0,
    });
    await own.stop();
  });

  it('chains what was recorded before it exports, the export included', async () => {
    const tenant = await app.tenant();
    const { body } = await tenant.admin.get('/v1/audit-events/export');
    const lines = String(body)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['tenant.created', expect.any(Number)],
      ['key.created', expect.any(Number)],
      ['audit.exported', 3],
      [undefined, undefined],
    ]);
  });
});
