import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../migrations/index.js';
import type { ChainedEvent } from '../../src/audit/chain.js';
import { AuditEvents, verifyChain } from '../../src/audit/index.js';
import { readSettings } from '../../src/config/index.js';
import { Database, migrate, openDataSources } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';
import { BuiltServer, runNode } from '../support/built-server.js';
import { allChained } from '../support/all-chained.js';
import type { Client } from '../support/client.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';
import { createTestDatabase } from '../support/test-database.js';

const COMMAND = 'dist/src/cli/audit-verify.js';

let app: TestApp;
let tenant: TestTenant;

beforeAll(async () => {
  await BuiltServer.build();
  app = await TestApp.start();
}, 150_000);

afterAll(() => app.stop());

beforeEach(async () => {
  tenant = await app.tenant();
  for (const name of ['one', 'two', 'three']) {
    await tenant.admin.post('/v1/gpts', { name });
    await allChained(app);
  }
});

const sql = (statement: string) => app.get(Database).write((manager) => manager.query(statement));

/** Verifies the tenant's chain. */
async function verify(): Promise<string> {
  await allChained(app);
  const { fault, reached } = await verifyChain(app.get(AuditEvents), tenant.id);
  return fault ? `broken at event ${fault.sequence}: ${fault.fault}` : `sound, ${reached.sequence} events`;
}

const events = async (query = '', client: Client = tenant.admin): Promise<ChainedEvent[]> =>
  (await client.get(`/v1/audit-events?limit=200${query}`)).body.data;

async function exported(query = '', client: Client = tenant.admin): Promise<string> {
  const answer = await client.get(`/v1/audit-events/export${query}`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
  return typeof answer.body === 'string' ? answer.body : `${JSON.stringify(answer.body)}\n`;
}

describe('the chain of a tenant', () => {
  it('numbers its events, each with the hash of the previous one', async () => {
    const all = await events();
    expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(all.map(({ type }) => type)).toEqual([
      'tenant.created',
      'key.created',
      ...Array<string>(3).fill('gpt.created'),
    ]);
    for (const [index, event] of all.entries())
      expect(event.previous_hash).toBe(all[index - 1]?.hash ?? '0'.repeat(64));
    expect(await verify()).toBe('sound, 5 events');
  });

  it('stays sound under concurrent writes of two replicas', async () => {
    const replica = await app.replica();
    try {
      const clients = [tenant.admin, tenant.at(replica).admin];
      const writes = Array.from({ length: 60 }, (_, index) =>
        (clients[index % 2] as Client).post('/v1/gpts', { name: `gpt ${index}` }),
      );
      const statuses = (await Promise.all(writes)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([201]));
      expect(await verify()).toMatch(/^sound, 65 events/);
    } finally {
      await replica.stop();
    }
  });

  it('contains no event of a transaction that was rolled back', async () => {
    const { id } = (await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'x' })).body;
    const rotations = await Promise.all([1, 2, 3].map(() => tenant.admin.post(`/v1/keys/${id}/rotate`, {})));
    expect(rotations.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect(await verify()).toMatch(/^sound, 7 events/);
  });

  it('remains readable for the operator after its tenant was deleted', async () => {
    await app.operator.delete(`/v1/tenants/${tenant.id}`);
    await allChained(app);
    const all = await events(`&tenant_id=${tenant.id}`, app.operator);
    expect(all.at(-1)).toMatchObject({ type: 'tenant.deleted', sequence: 6 });
    expect(await verify()).toMatch(/^sound, 6 events/);
  });

  it.each<[string, (id: string) => string, RegExp]>([
    [
      'the type of an event was modified',
      () => `SET type = 'gpt.deleted'`,
      /^broken at event 3: the event was modified$/,
    ],
    [
      'the actor of an event was modified',
      () => `SET actor = '{"kind":"system"}'`,
      /^broken at event 3: the event was modified$/,
    ],
    [
      'the target of an event was modified',
      () => `SET target_id = 'g-other'`,
      /^broken at event 3: the event was modified$/,
    ],
    [
      'the details of an event were modified',
      () => `SET details = '{}'`,
      /^broken at event 3: the event was modified$/,
    ],
    [
      'the time of an event was modified',
      () => `SET created_at = '2020-01-01 00:00:00.000'`,
      /^broken at event 3: the event was modified$/,
    ],
    [
      'an event was moved to another tenant',
      () => `SET chain = 't-other'`,
      /^broken at event 3: the event is missing$/,
    ],
    ['the id of an event was modified', () => `SET id = 'evt-other'`, /^broken at event 3: the event was modified$/],
    [
      'the hash of an event was modified',
      () => `SET hash = '${'0'.repeat(64)}'`,
      /^broken at event 3: the event was modified$/,
    ],
  ])('is reported as broken if %s', async (_, change, expected) => {
    const [, , third] = await events();
    await sql(`UPDATE audit_events ${change(third?.id ?? '')} WHERE id = '${third?.id}'`);
    expect(await verify()).toMatch(expected);
    await sql(`DELETE FROM audit_events WHERE chain = 't-other'`);
  });

  it.each<[string, number[], RegExp]>([
    ['the first event was', [1], /^broken at event 1: the event is missing$/],
    ['a middle event was', [3], /^broken at event 3: the event is missing$/],
    ['the last event was', [5], /^broken at event 5: the events up to 5 are missing$/],
    ['the last three events were', [3, 4, 5], /^broken at event 3: the events up to 5 are missing$/],
    ['all events were', [1, 2, 3, 4, 5], /^broken at event 1: the events up to 5 are missing$/],
  ])('is reported as broken if %s removed', async (_, sequences, expected) => {
    await sql(`DELETE FROM audit_events WHERE chain = '${tenant.id}' AND sequence IN (${sequences.join()})`);
    expect(await verify()).toMatch(expected);
  });

  it('is reported as broken if two events were swapped', async () => {
    const move = (from: number, to: number) =>
      sql(`UPDATE audit_events SET sequence = ${to} WHERE chain = '${tenant.id}' AND sequence = ${from}`);
    await move(2, 99);
    await move(3, 2);
    await move(99, 3);
    expect(await verify()).toMatch(/^broken at event 2: /);
  });

  it('is reported as broken if an event was inserted', async () => {
    await sql(
      `INSERT INTO audit_events (id, type, actor, target_id, details, created_at, chain, sequence, previous_hash, hash)
       SELECT 'evt-forged-${tenant.id.slice(2, 12)}', type, actor, target_id, details, created_at, chain, 6, hash, hash
       FROM audit_events WHERE chain = '${tenant.id}' AND sequence = 5`,
    );
    expect(await verify()).toMatch(/^broken at event 6: /);
  });

  it('is reported as broken if its head was changed to hide removed events', async () => {
    await sql(`DELETE FROM audit_events WHERE chain = '${tenant.id}' AND sequence = 5`);
    await sql(`UPDATE audit_chains SET sequence = 4 WHERE chain = '${tenant.id}'`);
    expect(await verify()).toMatch(/^broken at event 4: the event is not the one that was known to be there$/);
  });
});

it('the verify command checks every chain of the database and fails if one is broken', async () => {
  const own = await TestApp.start();
  try {
    const environment = { DATABASE_URL: own.database.url };
    const [one, two] = [await own.tenant(), await own.tenant()];
    await allChained(own);
    const sound = ({ id }: TestTenant) => new RegExp(`^${id}: sound, 2 events, head 2:[0-9a-f]{64}$`, 'm');
    const before = runNode([COMMAND], environment);
    for (const each of [one, two]) expect(before).toMatch(sound(each));
    const change = `UPDATE audit_events SET target_id = 'x' WHERE chain = '${two.id}' AND sequence = 2`;
    await own.get(Database).write((manager) => manager.query(change));
    expect(() => runNode([COMMAND], environment)).toThrow(sound(one));
    expect(() => runNode([COMMAND], environment)).toThrow(`${two.id}: broken at event 2: the event was modified\n`);
  } finally {
    await own.stop();
  }
});

it('events of a release without chains are chained in the order of their creation', async () => {
  const database = await createTestDatabase();
  try {
    const { database: settings } = readSettings({ DATABASE_URL: database.url });
    const before = MIGRATIONS.filter(({ name }) => /^(Core|SignInDiagnosis|VaultRotations)/.test(name));
    const { reader, writer } = await openDataSources(settings, [], before);
    await migrate(writer);
    const insert = (id: string, tenantId: string | null, second: number) =>
      writer.query(
        'INSERT INTO audit_events (id, tenant_id, type, actor, target_id, details, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [
          id,
          tenantId,
          'key.created',
          '{"kind":"key","key_id":"key-1","role":"admin"}',
          'key-2',
          '{"name":"Schlüssel 🔑","role":"runtime"}',
          `2026-01-01 00:00:0${second}.123`,
        ],
      );
    for (let number = 0; number < 1203; number++) await insert(`evt-${number}`, 't-old', number % 10);
    await insert('evt-deployment', null, 1);
    await writer.destroy();
    if (reader !== writer) await reader.destroy();
    const updated = await TestApp.start({ database });
    try {
      const log = updated.get(AuditEvents);
      expect(await log.chains()).toEqual(['deployment', 't-old']);
      for (const [chain, count] of [
        ['deployment', 1],
        ['t-old', 1203],
      ] as const) {
        const { fault, reached } = await verifyChain(log, chain);
        expect([fault, reached.sequence]).toEqual([undefined, count]);
      }
      const times: string[] = [];
      for await (const event of log.events('t-old')) times.push(event.created_at);
      expect(times).toEqual(times.toSorted());
      expect(times[0]).toBe('2026-01-01T00:00:00.123Z');
      const found = await updated.operator.get('/v1/audit-events?tenant_id=t-old&actor=key-1&limit=1');
      expect(found.body.data).toMatchObject([{ details: { name: 'Schlüssel 🔑' } }]);
    } finally {
      await updated.stop();
    }
  } finally {
    await database.remove();
  }
});

describe('the list of events', () => {
  const sequences = (list: ChainedEvent[]) => list.map(({ sequence }) => sequence);

  it('is filtered by type, group of types, target, actor and time', async () => {
    const all = await events();
    const [created] = all;
    expect(sequences(await events('&type=gpt.created'))).toEqual([3, 4, 5]);
    expect(sequences(await events('&type=key.*'))).toEqual([2]);
    expect(sequences(await events('&type=gpt.*&order=desc'))).toEqual([5, 4, 3]);
    expect(sequences(await events(`&target_id=${all[3]?.target_id}`))).toEqual([4]);
    expect(sequences(await events(`&actor=${all[2]?.actor['key_id']}`))).toEqual([2, 3, 4, 5]);
    expect(sequences(await events(`&actor=${created?.actor['key_id']}`))).toEqual([1]);
    expect(sequences(await events('&actor=nobody'))).toEqual([]);
    const [third, fourth] = [all[2], all[3]] as [ChainedEvent, ChainedEvent];
    const since = sequences(await events(`&since=${third.created_at}`));
    expect(since).toEqual(sequences(all.filter(({ created_at }) => created_at >= third.created_at)));
    const until = sequences(await events(`&until=${fourth.created_at}`));
    expect(until).toEqual(sequences(all.filter(({ created_at }) => created_at < fourth.created_at)));
  });

  it.each(['asc', 'desc'])('is paginated in the order %s', async (order) => {
    const listed: number[] = [];
    for (let cursor = ''; ;) {
      const { body } = await tenant.admin.get(
        `/v1/audit-events?limit=2&order=${order}${cursor && `&cursor=${cursor}`}`,
      );
      listed.push(...sequences(body.data));
      if (body.next_cursor === null) break;
      cursor = body.next_cursor;
    }
    expect(listed).toEqual(order === 'asc' ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]);
  });

  it.each([
    ['type=*', '/type'],
    ['type=key.%25', '/type'],
    ['since=yesterday', '/since'],
    ['until=2020', '/until'],
    ['order=up', '/order'],
    ['cursor=x', '/cursor'],
    ['colour=red', '/colour'],
  ])('is rejected with %s', async (query, pointer) => {
    expect(problemOf(await tenant.admin.get(`/v1/audit-events?${query}`))).toBe(`400 invalid_request ${pointer}`);
  });

  it("contains a tenant's own events; the operator can list any tenant's and the deployment's", async () => {
    const other = await app.tenant('Other');
    expect(sequences(await events(`&tenant_id=${tenant.id}`))).toHaveLength(5);
    for (const path of ['/v1/audit-events', '/v1/audit-events/export']) {
      const refused = await other.admin.get(`${path}?tenant_id=${tenant.id}`);
      expect(problemOf(refused)).toBe('404 not_found');
      expect(problemOf(await tenant.runtime.get(path))).toBe('403 forbidden');
    }
    expect(sequences(await events(`&tenant_id=${tenant.id}`, app.operator))).toEqual([1, 2, 3, 4, 5]);
    await app.operator.post('/v1/vault/rotations', { scope: 'kek' });
    const own = await events('&order=desc', app.operator);
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own.map(({ chain }) => chain))).toEqual(new Set(['deployment']));
  });
});

describe('an export of events', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-export-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function verifyFile(text: string, ...more: string[]): string {
    const file = join(folder, 'export.jsonl');
    writeFileSync(file, text);
    try {
      return runNode([COMMAND, '--file', file, ...more]);
    } catch (error) {
      return (error as Error).message;
    }
  }

  it('is verified without the database, and is recorded as an event', async () => {
    const text = await exported();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-2)).toMatchObject({ type: 'audit.exported', sequence: 6, actor: { kind: 'key', role: 'admin' } });
    expect(lines.at(-1)).toEqual({ head: { chain: tenant.id, sequence: 6, hash: lines.at(-2).hash } });
    expect(verifyFile(text)).toBe(`${tenant.id}: sound, 6 events, head 6:${lines.at(-2).hash}\n`);
    expect(verifyFile(text, '--head', `3:${lines[2].hash}`)).toContain('sound');
  });

  it('is reported as broken if it was changed, or if the chain was changed since an earlier export', async () => {
    const text = await exported();
    const lines = text.trimEnd().split('\n');
    const without = (index: number) => `${lines.toSpliced(index, 1).join('\n')}\n`;
    expect(verifyFile(without(2))).toContain('broken at event 3: the event is missing');
    expect(verifyFile(without(lines.length - 1))).toContain('truncated');
    expect(verifyFile(without(lines.length - 2))).toContain('broken at event 6');
    expect(verifyFile(text.replace('"name":"two"', '"name":"six"'))).toContain(
      'broken at event 4: the event was modified',
    );
    expect(verifyFile(text, '--head', `3:${'0'.repeat(64)}`)).toContain(
      'broken at event 3: the event is not the one that was known to be there',
    );
    expect(verifyFile(text, '--head', `9:${'0'.repeat(64)}`)).toContain(
      'broken at event 7: the events up to 9 are missing',
    );
  });

  it('can start after an earlier export', async () => {
    await exported();
    const text = await exported('?after_sequence=3');
    const first = JSON.parse(text.slice(0, text.indexOf('\n')));
    expect(first.sequence).toBe(4);
    expect(verifyFile(text)).toContain('sound, 7 events');
    const nothing = await exported('?after_sequence=99');
    expect(nothing.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is verified by a command that prints its usage', () => {
    for (const args of [['--what'], ['--head', 'x'], ['--head', `1:${'0'.repeat(64)}`]]) {
      expect(() => runNode([COMMAND, ...args])).toThrow(/npm run audit:verify/);
    }
  });
});
