import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../migrations/index.js';
import type { ChainedEvent } from '../../src/audit/chain.js';
import { AuditLog, verifyChain } from '../../src/audit/index.js';
import { readSettings } from '../../src/config/index.js';
import { Database, migrate, openDataSources } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';
import { BuiltServer, runNode } from '../support/built-server.js';
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
  for (const name of ['one', 'two', 'three']) await tenant.admin.post('/v1/gpts', { name });
});

const sql = (statement: string) => app.get(Database).write((manager) => manager.query(statement));

/** What is found of the tenant's chain. */
async function verdict(): Promise<string> {
  const { fault, reached } = await verifyChain(app.get(AuditLog), tenant.id);
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
  it('counts its events up, each with the hash of the one before', async () => {
    const all = await events();
    expect(all.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5]);
    expect(all.map(({ type }) => type)).toEqual([
      'tenant.created',
      'key.created',
      ...Array<string>(3).fill('gpt.created'),
    ]);
    for (const [index, event] of all.entries())
      expect(event.previous_hash).toBe(all[index - 1]?.hash ?? '0'.repeat(64));
    expect(await verdict()).toBe('sound, 5 events');
  });

  it('is sound where many write to it at once, on two replicas', async () => {
    const replica = await app.beside();
    try {
      const clients = [tenant.admin, tenant.at(replica).admin];
      const writes = Array.from({ length: 60 }, (_, index) =>
        (clients[index % 2] as Client).post('/v1/gpts', { name: `gpt ${index}` }),
      );
      const statuses = (await Promise.all(writes)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([201]));
      expect(await verdict()).toMatch(/^sound, 65 events/);
    } finally {
      await replica.stop();
    }
  });

  it('has no place for what was rolled back', async () => {
    const { id } = (await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'x' })).body;
    const rotations = await Promise.all([1, 2, 3].map(() => tenant.admin.post(`/v1/keys/${id}/rotate`, {})));
    expect(rotations.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect(await verdict()).toMatch(/^sound, 7 events/);
  });

  it('outlives its tenant, for the operator', async () => {
    await app.operator.delete(`/v1/tenants/${tenant.id}`);
    const all = await events(`&tenant_id=${tenant.id}`, app.operator);
    expect(all.at(-1)).toMatchObject({ type: 'tenant.deleted', sequence: 6 });
    expect(await verdict()).toMatch(/^sound, 6 events/);
  });

  it.each<[string, (id: string) => string, RegExp]>([
    ['the type was changed', () => `SET type = 'gpt.deleted'`, /^broken at event 3: it was changed$/],
    ['the actor was changed', () => `SET actor = '{"kind":"system"}'`, /^broken at event 3: it was changed$/],
    ['the target was changed', () => `SET target_id = 'g-other'`, /^broken at event 3: it was changed$/],
    ['details were changed', () => `SET details = '{}'`, /^broken at event 3: it was changed$/],
    ['the time was changed', () => `SET created_at = '2020-01-01 00:00:00.000'`, /^broken at event 3: it was changed$/],
    ['it was given to another tenant', () => `SET chain = 't-other'`, /^broken at event 3: it is missing$/],
    ['its id was changed', () => `SET id = 'evt-other'`, /^broken at event 3: it was changed$/],
    ['its hash was changed', () => `SET hash = '${'0'.repeat(64)}'`, /^broken at event 3: it was changed$/],
  ])('is broken where %s', async (_, change, expected) => {
    const [, , third] = await events();
    await sql(`UPDATE audit_events ${change(third?.id ?? '')} WHERE id = '${third?.id}'`);
    expect(await verdict()).toMatch(expected);
    await sql(`DELETE FROM audit_events WHERE chain = 't-other'`);
  });

  it.each<[string, number[], RegExp]>([
    ['first', [1], /^broken at event 1: it is missing$/],
    ['middle', [3], /^broken at event 3: it is missing$/],
    ['last', [5], /^broken at event 5: the events up to 5 are missing$/],
    ['last three', [3, 4, 5], /^broken at event 3: the events up to 5 are missing$/],
    ['very', [1, 2, 3, 4, 5], /^broken at event 1: the events up to 5 are missing$/],
  ])('is broken where its %s events were removed', async (_, sequences, expected) => {
    await sql(`DELETE FROM audit_events WHERE chain = '${tenant.id}' AND sequence IN (${sequences.join()})`);
    expect(await verdict()).toMatch(expected);
  });

  it('is broken where two events changed places', async () => {
    const place = (from: number, to: number) =>
      sql(`UPDATE audit_events SET sequence = ${to} WHERE chain = '${tenant.id}' AND sequence = ${from}`);
    await place(2, 99);
    await place(3, 2);
    await place(99, 3);
    expect(await verdict()).toMatch(/^broken at event 2: /);
  });

  it('is broken where an event was put in', async () => {
    await sql(
      `INSERT INTO audit_events (id, tenant_id, type, actor, target_id, details, created_at, chain, sequence, previous_hash, hash)
       SELECT 'evt-forged-${tenant.id.slice(2, 12)}', tenant_id, type, actor, target_id, details, created_at, chain, 6, hash, hash
       FROM audit_events WHERE chain = '${tenant.id}' AND sequence = 5`,
    );
    expect(await verdict()).toMatch(/^broken at event 6: /);
  });

  it('is broken where its end was moved to hide what was removed', async () => {
    await sql(`DELETE FROM audit_events WHERE chain = '${tenant.id}' AND sequence = 5`);
    await sql(`UPDATE audit_chains SET sequence = 4 WHERE chain = '${tenant.id}'`);
    expect(await verdict()).toMatch(/^broken at event 4: it is another event than it was$/);
  });
});

it('the command looks at every chain of the database, and fails where one is broken', async () => {
  const own = await TestApp.start();
  try {
    const environment = { DATABASE_URL: own.database.url };
    const [one, two] = [await own.tenant(), await own.tenant()];
    const sound = ({ id }: TestTenant) => new RegExp(`^${id}: sound, 2 events, head 2:[0-9a-f]{64}$`, 'm');
    const before = runNode([COMMAND], environment);
    for (const each of [one, two]) expect(before).toMatch(sound(each));
    const change = `UPDATE audit_events SET target_id = 'x' WHERE chain = '${two.id}' AND sequence = 2`;
    await own.get(Database).write((manager) => manager.query(change));
    expect(() => runNode([COMMAND], environment)).toThrow(sound(one));
    expect(() => runNode([COMMAND], environment)).toThrow(`${two.id}: broken at event 2: it was changed\n`);
  } finally {
    await own.stop();
  }
});

it('events from before there were chains are chained in the order in which they were listed', async () => {
  const on = await createTestDatabase();
  try {
    const { database: settings } = readSettings({ DATABASE_URL: on.url });
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
    await insert('evt-ours', null, 1);
    await writer.destroy();
    if (reader !== writer) await reader.destroy();
    const updated = await TestApp.start({ on });
    try {
      const log = updated.get(AuditLog);
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
    await on.remove();
  }
});

describe('the list', () => {
  const names = (list: ChainedEvent[]) => list.map(({ sequence }) => sequence);

  it('is filtered by type, group of types, target, actor and time', async () => {
    const all = await events();
    const [created] = all;
    expect(names(await events('&type=gpt.created'))).toEqual([3, 4, 5]);
    expect(names(await events('&type=key.*'))).toEqual([2]);
    expect(names(await events('&type=gpt.*&order=desc'))).toEqual([5, 4, 3]);
    expect(names(await events(`&target_id=${all[3]?.target_id}`))).toEqual([4]);
    expect(names(await events(`&actor=${all[2]?.actor['key_id']}`))).toEqual([2, 3, 4, 5]);
    expect(names(await events(`&actor=${created?.actor['key_id']}`))).toEqual([1]);
    expect(names(await events('&actor=nobody'))).toEqual([]);
    const [third, fourth] = [all[2], all[3]] as [ChainedEvent, ChainedEvent];
    const since = names(await events(`&since=${third.created_at}`));
    expect(since).toEqual(names(all.filter(({ created_at }) => created_at >= third.created_at)));
    const until = names(await events(`&until=${fourth.created_at}`));
    expect(until).toEqual(names(all.filter(({ created_at }) => created_at < fourth.created_at)));
  });

  it.each(['asc', 'desc'])('comes in pages, %s', async (order) => {
    const seen: number[] = [];
    for (let cursor = ''; ;) {
      const { body } = await tenant.admin.get(
        `/v1/audit-events?limit=2&order=${order}${cursor && `&cursor=${cursor}`}`,
      );
      seen.push(...names(body.data));
      if (body.next_cursor === null) break;
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(order === 'asc' ? [1, 2, 3, 4, 5] : [5, 4, 3, 2, 1]);
  });

  it.each([
    ['type=*', '/type'],
    ['type=key.%25', '/type'],
    ['since=yesterday', '/since'],
    ['until=2020', '/until'],
    ['order=up', '/order'],
    ['cursor=x', '/cursor'],
    ['colour=red', '/colour'],
  ])('is refused with %s', async (query, pointer) => {
    expect(problemOf(await tenant.admin.get(`/v1/audit-events?${query}`))).toBe(`400 invalid_request ${pointer}`);
  });

  it("is a tenant's own; the operator sees any, and the deployment's", async () => {
    const other = await app.tenant('Other');
    expect(names(await events(`&tenant_id=${tenant.id}`))).toHaveLength(5);
    for (const path of ['/v1/audit-events', '/v1/audit-events/export']) {
      const refused = await other.admin.get(`${path}?tenant_id=${tenant.id}`);
      expect(problemOf(refused)).toBe('404 not_found');
      expect(problemOf(await tenant.runtime.get(path))).toBe('403 forbidden');
    }
    expect(names(await events(`&tenant_id=${tenant.id}`, app.operator))).toEqual([1, 2, 3, 4, 5]);
    await app.operator.post('/v1/vault/rotations', { scope: 'kek' });
    const own = await events('&order=desc', app.operator);
    expect(own.length).toBeGreaterThan(0);
    expect(new Set(own.map(({ chain }) => chain))).toEqual(new Set(['deployment']));
  });
});

describe('an export', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-export-'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function checked(text: string, ...more: string[]): string {
    const file = join(folder, 'export.jsonl');
    writeFileSync(file, text);
    try {
      return runNode([COMMAND, '--file', file, ...more]);
    } catch (error) {
      return (error as Error).message;
    }
  }

  it('is verified without the database, and is an event itself', async () => {
    const text = await exported();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.at(-2)).toMatchObject({ type: 'audit.exported', sequence: 6, actor: { kind: 'key', role: 'admin' } });
    expect(lines.at(-1)).toEqual({ head: { chain: tenant.id, sequence: 6, hash: lines.at(-2).hash } });
    expect(checked(text)).toBe(`${tenant.id}: sound, 6 events, head 6:${lines.at(-2).hash}\n`);
    expect(checked(text, '--head', `3:${lines[2].hash}`)).toContain('sound');
  });

  it('shows what was done to it, and to the chain since another', async () => {
    const text = await exported();
    const lines = text.trimEnd().split('\n');
    const without = (index: number) => `${lines.toSpliced(index, 1).join('\n')}\n`;
    expect(checked(without(2))).toContain('broken at event 3: it is missing');
    expect(checked(without(lines.length - 1))).toContain('cut off');
    expect(checked(without(lines.length - 2))).toContain('broken at event 6');
    expect(checked(text.replace('"name":"two"', '"name":"six"'))).toContain('broken at event 4: it was changed');
    expect(checked(text, '--head', `3:${'0'.repeat(64)}`)).toContain(
      'broken at event 3: it is another event than it was',
    );
    expect(checked(text, '--head', `9:${'0'.repeat(64)}`)).toContain(
      'broken at event 7: the events up to 9 are missing',
    );
  });

  it('may begin behind the last', async () => {
    await exported();
    const text = await exported('?after_sequence=3');
    const first = JSON.parse(text.slice(0, text.indexOf('\n')));
    expect(first.sequence).toBe(4);
    expect(checked(text)).toContain('sound, 7 events');
    const nothing = await exported('?after_sequence=99');
    expect(nothing.trimEnd().split('\n')).toHaveLength(1);
  });

  it('is told how it is used', () => {
    for (const args of [['--what'], ['--head', 'x'], ['--head', `1:${'0'.repeat(64)}`]]) {
      expect(() => runNode([COMMAND, ...args])).toThrow(/npm run audit:verify/);
    }
  });
});
