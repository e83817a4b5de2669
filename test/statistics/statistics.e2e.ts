import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import { MinuteStatistics, Statistics } from '../../src/statistics/index.js';
import { TestApp } from '../support/app.js';
import type { ApiResponse } from '../support/client.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { EndUser } from '../support/end-user.js';
import { problemOf } from '../support/problem.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
});

afterAll(() => Promise.all([app.stop(), api.stop(), provider.stop()]));

const read = ({ admin }: TestTenant, query = ''): Promise<ApiResponse> => admin.get(`/v1/statistics${query}`);

describe('statistics', () => {
  it('count calls by outcome and duration, sign-ins and refreshes per minute', async () => {
    const tenant = await app.tenant();
    const gpt = await tenant.gpt();
    const action = await gpt.action(api.document(NOTES_PATHS), provider.schema());
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    await alice.calls();
    await alice.calls();
    api.respondWith(() => ({ status: 500, body: {} }));
    await alice.calls();
    api.respondWith(() => ({ body: {} }));
    await gpt.call('listNotes', { user: 'alice', arguments: { nonsense: 1 } });
    await new EndUser(gpt, 'bob').calls();
    provider.expireAccessTokens();
    app.clock.advance({ hours: 2 });
    await alice.calls();
    const { status, body } = await read(tenant);
    expect(status).toBe(200);
    expect(body.total).toEqual({
      calls: { completed: 3, upstream_errors: 1, failed: 1, sign_in_required: 2, confirmation_required: 0 },
      latency: { p50_ms: expect.any(Number), p95_ms: expect.any(Number), p99_ms: expect.any(Number) },
      refreshes: { renewed: 1, failed: 0 },
      sign_ins: { connected: 1, failed: 0 },
    });
    expect(body.step_minutes).toBe(30);
    const busy = body.points.filter(({ calls }: { calls: { completed: number } }) => calls.completed > 0);
    expect(busy.map(({ calls }: { calls: { completed: number } }) => calls.completed)).toEqual([2, 1]);
    expect(Date.parse(busy[1].at) - Date.parse(busy[0].at)).toBe(7_200_000);
    const none = await read(tenant, `?action_id=act-nothing`);
    expect(none.body.total.calls.completed).toBe(0);
    expect((await read(tenant, `?action_id=${action.id}`)).body.total).toEqual(body.total);
  });

  it('are separate for each tenant and cover all replicas', async () => {
    const [tenant, other] = [await app.tenant(), await app.tenant()];
    const gpt = await tenant.gpt();
    await gpt.action(api.document(NOTES_PATHS));
    await gpt.call('listNotes');
    const replica = await app.replica();
    try {
      await gpt.at(replica).call('listNotes');
      await replica.get(Statistics).write();
      expect((await read(tenant)).body.total.calls.completed).toBe(2);
      expect((await read(other)).body.total.calls.completed).toBe(0);
    } finally {
      await replica.stop();
    }
    // A replica writes its remaining counts when it stops.
    expect((await read(tenant)).body.total.calls.completed).toBe(2);
  });

  it('are not counted twice if they are written twice, and add up within a minute', async () => {
    const tenant = await app.tenant();
    const statistics = app.get(Statistics);
    const of = { tenantId: tenant.id, actionId: 'act-any' };
    for (let round = 1; round <= 3; round++) {
      statistics.count(of, 'completed', 7);
      await statistics.write();
      await statistics.write();
      expect((await read(tenant, '?step_minutes=1')).body.total.calls.completed).toBe(round);
    }
  });

  it('are written later if the database rejects them', async () => {
    const tenant = await app.tenant();
    const statistics = app.get(Statistics);
    statistics.count({ tenantId: 't-gone', actionId: 'act-any' }, 'completed', 7);
    statistics.count({ tenantId: tenant.id, actionId: 'act-any' }, 'completed', 7);
    await statistics.write();
    expect((await read(tenant)).body.total.calls.completed).toBe(1);
    const gone = await app.get(Database).read((manager) => manager.countBy(MinuteStatistics, { tenantId: 't-gone' }));
    expect(gone).toBe(0);
  });

  it.each([
    ['?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z', '/since'],
    ['?since=2020-01-01T00:00:00Z', '/since'],
    ['?step_minutes=0', '/step_minutes'],
    ['?since=2026-01-01T00:00:00Z&until=2026-01-20T00:00:00Z&step_minutes=1', '/step_minutes'],
    ['?since=yesterday', '/since'],
  ])('are rejected with %s', async (query, pointer) => {
    expect(problemOf(await read(await app.tenant(), query))).toBe(`400 invalid_request ${pointer}`);
  });
});
