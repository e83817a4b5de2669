import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId } from '../../../src/common/index.js';
import { ConnectionImport, ConnectionImportLine } from '../../../src/connections/index.js';
import { ImportQueue } from '../../../src/connections/import/import-queue.js';
import { BackgroundRefresh } from '../../../src/connections/refresh/background/background-refresh.js';
import { Connection } from '../../../src/connections/store/connection.entity.js';
import { Database } from '../../../src/database/index.js';
import type { TestApp } from '../../support/app.js';
import { Canaries } from '../../support/canaries.js';
import { importCompleted, importLines, linesOf, pauseImports, sendImport } from '../../support/connection-imports.js';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld, type NotesAction } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestGpt, TestTenant } from '../../support/tenant.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

interface Setting {
  tenant: TestTenant;
  gpt: TestGpt;
  action: NotesAction;
}

/** A tenant of its own: imports of a tenant run one after the other. */
async function setting(): Promise<Setting> {
  const tenant = await world.app.tenant();
  return { tenant, ...(await world.notesGpt({}, tenant)) };
}

const line = ({ action }: Pick<Setting, 'action'>, user: string, more: object = {}) => ({
  action_id: action.id,
  user,
  ...world.provider.issueTokens(),
  ...more,
});

const rowsOf = (tenantId: string, app: TestApp = world.app) =>
  app.get(Database).read((manager) => manager.findBy(Connection, { tenantId }));

const linesLeft = (tenantId: string) =>
  world.app.get(Database).read((manager) => manager.countBy(ConnectionImportLine, { tenantId }));

const importsOf = (tenantId: string) =>
  world.app.get(Database).read((manager) => manager.findBy(ConnectionImport, { tenantId }));

describe('an import of connections', () => {
  it('creates a connection for each line, which calls can use', async () => {
    const own = await setting();
    const { tenant, gpt } = own;
    const result = await importLines(tenant.admin, [line(own, 'alice'), '', line(own, 'bob'), '\r']);
    expect(result).toEqual({
      id: expect.stringMatching(/^imp-[a-z2-9]{26}$/),
      status: 'completed',
      total: 2,
      created: 2,
      replaced: 0,
      skipped: 0,
      failed: 0,
      failures: [],
      failures_truncated: false,
      created_at: expect.any(String),
      completed_at: expect.any(String),
    });
    for (const name of ['alice', 'bob']) {
      expect((await new EndUser(gpt, name).calls()).body).toMatchObject({ outcome: 'completed' });
    }
    expect(await linesLeft(tenant.id)).toBe(0);
  });

  it('accepts a last line without a line break, a byte order mark, and CR LF', async () => {
    const own = await setting();
    const text = `\ufeff${JSON.stringify(line(own, 'alice'))}\r\n${JSON.stringify(line(own, 'bob'))}`;
    const { body } = await own.tenant.admin.send('POST', '/v1/connections/import', text, {
      'content-type': 'application/x-ndjson; charset=utf-8',
    });
    expect(await importCompleted(own.tenant.admin, body.id)).toMatchObject({ total: 2, created: 2 });
  });

  it('counts the lines that it cannot import, with their numbers and codes, and imports the others', async () => {
    const own = await setting();
    const foreign = await setting();
    const result = await importLines(own.tenant.admin, [
      'not json',
      line(own, 'alice'),
      '[1]',
      { action_id: own.action.id, user: 'bob' },
      line(own, 'bob', { expires_at: 'soon' }),
      line(own, 'bob', { id_token: 'x' }),
      line(foreign, 'bob'),
      line({ action: { ...own.action, id: newId('act') } }, 'bob'),
      line(own, 'bob', { padding: 'x'.repeat(50_000) }),
      `{"action_id":"${own.action.id}","user":"bob","user":"carol","access_token":"x"}`,
      `{"__proto__":{},"action_id":"${own.action.id}","user":"bob","access_token":"x"}`,
      { action_id: own.action.id, user: 'bob', access_token: 'x', expires_at: '2020-01-01T00:00:00Z' },
      line(own, 'bob', { values: { deep: { er: 1 } } }),
      line(own, 'carol'),
    ]);
    expect(result).toMatchObject({ total: 14, created: 2, skipped: 0, failed: 12 });
    expect(result.failures.toSorted((a: { line: number }, b: { line: number }) => a.line - b.line)).toEqual([
      { line: 1, code: 'invalid_json' },
      { line: 3, code: 'invalid_json' },
      { line: 4, code: 'invalid_request', pointer: '/access_token' },
      { line: 5, code: 'invalid_request', pointer: '/expires_at' },
      { line: 6, code: 'invalid_request' },
      { line: 7, code: 'not_found', pointer: '/action_id' },
      { line: 8, code: 'not_found', pointer: '/action_id' },
      { line: 9, code: 'line_too_long' },
      { line: 10, code: 'invalid_request' },
      { line: 11, code: 'invalid_json' },
      { line: 12, code: 'invalid_request', pointer: '/expires_at' },
      { line: 13, code: 'invalid_request', pointer: '/values' },
    ]);
    expect(await rowsOf(foreign.tenant.id)).toEqual([]);
  });

  it('lists the first hundred failures, and says that there are more', async () => {
    const own = await setting();
    const result = await importLines(own.tenant.admin, ['{}', ...Array.from({ length: 150 }, () => 'x')]);
    expect(result).toMatchObject({ failed: 151, failures_truncated: true });
    expect(result.failures).toHaveLength(100);
  });

  it('leaves active connections alone, except where a line says `replace`', async () => {
    const own = await setting();
    const [alice, bob, carol] = ['alice', 'bob', 'carol'].map((name) => new EndUser(own.gpt, name)) as [
      EndUser,
      EndUser,
      EndUser,
    ];
    for (const user of [alice, bob, carol]) await user.signsIn();
    await carol.disconnects();
    const before = await rowsOf(own.tenant.id);
    const versionOf = (rows: Connection[], user: EndUser) => rows.find((row) => row.user === user.name)?.version ?? 0;
    const replaced = line(own, 'bob', { replace: true });
    const result = await importLines(own.tenant.admin, [line(own, 'alice'), replaced, line(own, 'carol')]);
    expect(result).toMatchObject({ total: 3, created: 2, replaced: 2, skipped: 1, failed: 0 });
    const after = await rowsOf(own.tenant.id);
    expect(versionOf(after, alice)).toBe(versionOf(before, alice));
    expect(versionOf(after, bob)).toBe(versionOf(before, bob) + 1);
    expect((await carol.connection()).status).toBe('active');
    await bob.calls();
    expect(world.api.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${replaced.access_token}`);
  });

  it('processes the lines of one user in their order', async () => {
    const own = await setting();
    const last = line(own, 'alice', { replace: true });
    const result = await importLines(own.tenant.admin, [line(own, 'alice'), line(own, 'alice'), last]);
    expect(result).toMatchObject({ total: 3, created: 2, replaced: 1, skipped: 1 });
    await new EndUser(own.gpt, 'alice').calls();
    expect(world.api.requests.at(-1)?.headers['authorization']).toBe(`Bearer ${last.access_token}`);
  });

  it('is audited when it starts and when it completes, with counts and without tokens', async () => {
    const own = await setting();
    const { id } = await importLines(own.tenant.admin, [line(own, 'alice'), '{}']);
    const events = (await own.tenant.admin.get(`/v1/audit-events?target_id=${id}`)).body.data;
    expect(events).toMatchObject([
      { type: 'connections.import_started', actor: { role: 'admin' }, details: { total: 2 } },
      { type: 'connections.import_completed', details: { total: 2, created: 1, replaced: 0, skipped: 0, failed: 1 } },
    ]);
  });

  it('leaves no secret of any line, valid or not, in the database, the log or a response', async () => {
    const own = await setting();
    const canaries = new Canaries();
    const secret = (name: string) => canaries.make(name);
    const bad = {
      action_id: own.action.id,
      user: 'bob',
      [secret('name of a field')]: 1,
      values: { [secret('name of a value')]: 'x' },
    };
    const lines = [
      line(own, 'alice', { access_token: secret('access token'), refresh_token: secret('refresh token') }),
      `{"access_token":"${secret('token in broken JSON')}"`,
      { ...bad, access_token: secret('token in an invalid line') },
      line({ action: { ...own.action, id: newId('act') } }, 'bob', {
        access_token: secret('token of an unknown action'),
      }),
    ];
    const { admin, id } = own.tenant;
    // Nothing processes the lines yet.
    const resume = pauseImports(world.app);
    const { body } = await sendImport(admin, lines);
    expect(await linesLeft(id)).toBe(1);
    const waiting = JSON.stringify(await world.app.database.tables());
    resume();
    const { body: second } = await sendImport(admin, ['{}']);
    await importCompleted(admin, second.id);
    const completed = await importCompleted(admin, body.id);
    expect(completed).toMatchObject({ created: 1, failed: 3 });
    const seen = [waiting, await world.app.database.tables(), completed, body, world.app.logLines];
    expect(canaries.findIn(JSON.stringify(seen))).toEqual([]);
  });

  it('spreads the background refreshes of tokens that expire together', async () => {
    const own = await setting();
    const now = world.app.clock.now().getTime();
    const expiring = (minutes: number) => ({ expires_at: new Date(now + minutes * 60_000).toISOString() });
    const many = (from: string, minutes: number) =>
      Array.from({ length: 60 }, (_, index) => line(own, `${from}-${index}`, expiring(minutes)));
    await importLines(own.tenant.admin, [...many('hour', 60), ...many('expired', -60)]);
    const rows = await rowsOf(own.tenant.id);
    const minutesOf = (from: string) =>
      rows
        .filter(({ user }) => user.startsWith(from))
        .map(({ backgroundRefreshAt }) => ((backgroundRefreshAt?.getTime() ?? 0) - now) / 60_000);
    const [hour, expired] = [minutesOf('hour'), minutesOf('expired')];
    expect([Math.min(...hour) >= 29, Math.max(...hour) <= 59]).toEqual([true, true]);
    expect([Math.min(...expired) >= 0, Math.max(...expired) <= 31]).toEqual([true, true]);
    for (const minutes of [hour, expired]) {
      const quarters = new Set(minutes.map((each) => Math.floor(each / 7)));
      expect(quarters.size).toBeGreaterThan(3);
    }
    await world.app.get(BackgroundRefresh).refreshDue();
    expect(world.provider.grants('refresh_token').length).toBeLessThan(30);
  });
});

describe('a body that is no import', () => {
  it.each([
    ['an empty body', ''],
    ['blank lines', '\n\r\n \n'],
    ['a JSON array', '[{"user":"alice"}]'],
    ['CSV', 'user,token\nalice,x\n'],
  ])('is rejected with 400: %s', async (_, text) => {
    const { tenant } = await setting();
    const answer = await tenant.admin.send('POST', '/v1/connections/import', text, {
      'content-type': 'application/x-ndjson',
    });
    expect(problemOf(answer)).toBe('400 invalid_request ');
    expect(await importsOf(tenant.id)).toEqual([]);
  });

  it.each([
    ['application/json', '{"user":"alice"}'],
    ['text/plain', 'x'],
  ])('is rejected with 415 if it is sent as %s', async (type, text) => {
    const { tenant } = await setting();
    const answer = await tenant.admin.send('POST', '/v1/connections/import', text, { 'content-type': type });
    expect(problemOf(answer)).toBe('415 unsupported_media_type');
  });

  it('is rejected with 415 by other routes', async () => {
    const { tenant } = await setting();
    const answer = await tenant.admin.send('POST', '/v1/gpts', '{"name":"x"}\n', {
      'content-type': 'application/x-ndjson',
    });
    expect(problemOf(answer)).toBe('415 unsupported_media_type');
  });

  it('is rejected if it has more than 100,000 lines, and nothing of it is kept', async () => {
    const own = await setting();
    const valid = JSON.stringify(line(own, 'alice'));
    const answer = await sendImport(own.tenant.admin, [valid, ...Array.from({ length: 100_000 }, () => '{}')]);
    expect(problemOf(answer)).toBe('413 request_too_large');
    expect(answer.body.detail).toContain('100000 lines');
    expect([await importsOf(own.tenant.id), await linesLeft(own.tenant.id)]).toEqual([[], 0]);
  });

  it.each([true, false])('is rejected if it has more than 32 MiB (with a Content-Length: %s)', async (hasLength) => {
    const own = await setting();
    const chunk = new TextEncoder().encode(`${JSON.stringify(line(own, 'alice'))}${' '.repeat(65_000)}\n`);
    const count = Math.ceil((32 * 1_048_576) / chunk.length) + 1;
    const whole = Buffer.concat(Array.from({ length: count }, () => chunk));
    const body = hasLength ? whole : ReadableStream.from([whole]);
    const response = await fetch(`${world.app.url}/v1/connections/import`, {
      method: 'POST',
      headers: { 'x-api-key': own.tenant.admin.key ?? '', 'content-type': 'application/x-ndjson' },
      body,
      duplex: 'half',
    } as RequestInit);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, 'request_too_large']);
    expect(await importsOf(own.tenant.id)).toEqual([]);
  });

  it('leaves nothing behind if its client disconnects', async () => {
    const own = await setting();
    const abort = new AbortController();
    const lines = linesOf(own.action, 500).map((each) => `${JSON.stringify(each)}\n`);
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(lines.join(''))),
    });
    const sent = fetch(`${world.app.url}/v1/connections/import`, {
      method: 'POST',
      headers: { 'x-api-key': own.tenant.admin.key ?? '', 'content-type': 'application/x-ndjson' },
      body,
      duplex: 'half',
      signal: abort.signal,
    } as RequestInit).catch((error: unknown) => (error as Error).name);
    while ((await linesLeft(own.tenant.id)) === 0) await pause(10);
    expect(problemOf(await sendImport(own.tenant.admin, ['{}']))).toBe('409 conflict');
    abort.abort();
    expect(await sent).toBe('AbortError');
    while ((await importsOf(own.tenant.id)).length > 0) await pause(10);
    expect(await linesLeft(own.tenant.id)).toBe(0);
  });
});

describe('the imports of a tenant', () => {
  it('are found by that tenant only, and by admin keys only', async () => {
    const [own, other] = [await setting(), await setting()];
    const { id } = await importLines(own.tenant.admin, ['{}']);
    const path = `/v1/connections/imports/${id}`;
    expect(problemOf(await other.tenant.admin.get(path))).toBe('404 not_found');
    expect(problemOf(await own.tenant.runtime.get(path))).toBe('403 forbidden');
    expect(problemOf(await sendImport(own.tenant.runtime, ['{}']))).toBe('403 forbidden');
  });

  it('are deleted with the lines of their GPT, action or tenant', async () => {
    const own = await setting();
    const { action: second, gpt } = await world.notesGpt({}, own.tenant);
    const resume = pauseImports(world.app);
    const kept = (await world.notesGpt({}, own.tenant)).action;
    const lines = [own.action, second, kept].map((action) => line({ action }, 'alice'));
    const { body } = await sendImport(own.tenant.admin, lines);
    expect(await linesLeft(own.tenant.id)).toBe(3);
    await own.tenant.admin.delete(`${own.gpt.path}/actions/${own.action.id}`);
    expect(await linesLeft(own.tenant.id)).toBe(2);
    await own.tenant.admin.delete(gpt.path);
    expect(await linesLeft(own.tenant.id)).toBe(1);
    resume();
    await importLines(own.tenant.admin, ['{}']);
    expect(await importCompleted(own.tenant.admin, body.id)).toMatchObject({
      total: 3,
      created: 1,
      failed: 2,
      failures: [],
    });
    await world.app.operator.delete(`/v1/tenants/${own.tenant.id}`);
    expect(await importsOf(own.tenant.id)).toEqual([]);
  });

  it('wait for each other, and ten of them at most', async () => {
    const own = await setting();
    const resume = pauseImports(world.app);
    const ids = [];
    for (let count = 0; count < 10; count++) ids.push((await sendImport(own.tenant.admin, ['{}'])).body.id);
    expect(problemOf(await sendImport(own.tenant.admin, ['{}']))).toBe('409 limit_reached');
    const other = await setting();
    expect((await sendImport(other.tenant.admin, ['{}'])).status).toBe(202);
    const due = await ImportQueue.prototype.due.call(world.app.get(ImportQueue));
    expect(due.map(({ tenantId }) => tenantId).toSorted()).toEqual([own.tenant.id, other.tenant.id].toSorted());
    resume();
    await importLines((await setting()).tenant.admin, ['{}']);
    for (const id of ids) await importCompleted(own.tenant.admin, id);
    expect((await sendImport(own.tenant.admin, ['{}'])).status).toBe(202);
  });

  it('are deleted once they were completed for as long as traces are kept', async () => {
    const own = await setting();
    const { id } = await importLines(own.tenant.admin, ['{}']);
    await world.app.get(ImportQueue).sweep();
    expect((await own.tenant.admin.get(`/v1/connections/imports/${id}`)).status).toBe(200);
    world.app.clock.advance({ hours: 7 * 24 + 1 });
    await world.app.get(ImportQueue).sweep();
    expect(problemOf(await own.tenant.admin.get(`/v1/connections/imports/${id}`))).toBe('404 not_found');
  });
});
