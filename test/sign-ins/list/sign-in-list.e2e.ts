import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { digest, newId } from '../../../src/common/index.js';
import { Database, equalsExactly } from '../../../src/database/index.js';
import { SignIn } from '../../../src/sign-ins/flow/sign-in.entity.js';
import type { ApiResponse } from '../../support/client.js';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { queryPlanOf } from '../../support/query-plan.js';
import type { TestGpt, TestTenant } from '../../support/tenant.js';

let world: OAuthWorld;
let tenant: TestTenant;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  world.reset();
  tenant = await world.app.tenant();
});

const list = async (query = ''): Promise<ApiResponse['body']> => {
  const { status, body } = await tenant.admin.get(`/v1/sign-ins${query}`);
  expect(status).toBe(200);
  return body;
};

const usersIn = ({ data }: ApiResponse['body']) => data.map(({ user }: { user: string }) => user);

/** Advances the clock, so that the next sign-in has a different creation time. */
function advanceClock(): void {
  world.app.clock.advance({ seconds: 1 });
}

/** Inserts pending sign-ins of `user-0`, `user-1` and so on. */
async function offerMany(gpt: TestGpt, action: { id: string }, count: number): Promise<void> {
  const { id } = (await new EndUser(gpt, 'alice').getsSignInLink()).offer;
  const database = world.app.get(Database);
  const { id: _, ...offered } = await database.read((manager) => manager.findOneByOrFail(SignIn, { id }));
  expect(offered.actionId).toBe(action.id);
  const rows = Array.from({ length: count }, (__, number) => {
    const row = newId('si');
    return { ...offered, id: row, user: `user-${number}`, ticketDigest: digest(row) };
  });
  for (let from = 0; from < count; from += 500) {
    const some = rows.slice(from, from + 500);
    await database.tenant(tenant.id).write((store) => store.insert(SignIn, some));
  }
}

describe('the list of sign-ins', () => {
  it('returns sign-ins with domain, status and end, newest first', async () => {
    const { gpt, action } = await world.notesGpt({}, tenant);
    const connected = await new EndUser(gpt, 'alice').signsIn();
    advanceClock();
    const open = await new EndUser(gpt, 'bob').getsSignInLink();
    const { data, next_cursor } = await list();
    expect(next_cursor).toBeNull();
    const ofAll = { gpt_id: gpt.id, action_id: action.id, domain: action.domain, error: null, diagnosis_code: null };
    expect(data).toEqual([
      {
        ...ofAll,
        id: open.offer.id,
        user: 'bob',
        status: 'pending',
        connection_id: null,
        created_at: expect.any(String),
        expires_at: open.offer.expires_at,
        ended_at: null,
      },
      expect.objectContaining({
        ...ofAll,
        ...(await connected.view()),
        status: 'connected',
        ended_at: expect.stringMatching(/Z$/),
      }),
    ]);
    expect(usersIn(await list('?order=asc'))).toEqual(['alice', 'bob']);
  });

  it('returns the last diagnosis code of the trace, also for pending sign-ins', async () => {
    const { gpt } = await world.notesGpt({}, tenant);
    world.provider.simulate('only Basic authentication');
    const failed = await new EndUser(gpt, 'alice').signsIn();
    world.provider.simulate();
    advanceClock();
    const stateless = await new EndUser(gpt, 'bob').signsInAtProvider();
    await stateless.returns({ state: undefined });
    const { data } = await list();
    const traces = [await stateless.trace(), await failed.trace()];
    expect(data).toMatchObject([
      { status: 'pending', error: null, diagnosis_code: 'state_missing', ended_at: null },
      { status: 'failed', error: { code: 'invalid_client' }, diagnosis_code: 'client_refused' },
    ]);
    const codes = data.map(({ diagnosis_code }: { diagnosis_code: string }) => diagnosis_code);
    expect(codes).toEqual(traces.map(({ diagnosis_code }) => diagnosis_code));
  });

  it('paginates in both directions, also among sign-ins that were created at the same time', async () => {
    const { gpt } = await world.notesGpt({}, tenant);
    const now = world.app.clock.now();
    const users = ['a', 'b', 'c', 'd', 'e'];
    for (const [index, user] of users.entries()) {
      if (index % 2 === 0) advanceClock();
      await new EndUser(gpt, user).getsSignInLink();
    }
    expect(world.app.clock.now().getTime()).toBeGreaterThan(now.getTime());
    for (const order of ['asc', 'desc'] as const) {
      const whole = usersIn(await list(`?order=${order}`));
      const paged: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await list(`?order=${order}&limit=2${cursor && `&cursor=${cursor}`}`);
        paged.push(...usersIn(page));
        cursor = page.next_cursor;
      }
      expect(paged).toEqual(whole);
      expect(paged.toSorted()).toEqual(users);
    }
  });

  it('filters by exact user, GPT, action and status', async () => {
    const [one, other] = [await world.notesGpt({}, tenant), await world.notesGpt({}, tenant)];
    await new EndUser(one.gpt, 'Ann').signsIn();
    for (const user of ['ann', 'ann ', 'änn', 'Ann é']) await new EndUser(other.gpt, user).getsSignInLink();
    expect(usersIn(await list('?user=Ann'))).toEqual(['Ann']);
    expect(usersIn(await list('?user=ann%20'))).toEqual(['ann ']);
    expect(usersIn(await list(`?user=${encodeURIComponent('Ann é')}`))).toEqual(['Ann é']);
    expect(usersIn(await list(`?gpt_id=${one.gpt.id}`))).toEqual(['Ann']);
    expect(usersIn(await list(`?action_id=${one.action.id}`))).toEqual(['Ann']);
    expect(usersIn(await list('?status=connected'))).toEqual(['Ann']);
    expect(usersIn(await list('?status=pending&user=ann'))).toEqual(['ann']);
    expect(usersIn(await list('?status=expired'))).toEqual([]);
    world.app.clock.advance({ hours: 1 });
    expect(usersIn(await list('?status=pending'))).toEqual([]);
    const expired = await list('?status=expired');
    expect(usersIn(expired)).toHaveLength(4);
    expect(expired.data[0]).toMatchObject({ status: 'expired', ended_at: null });
  });

  it('uses an index to find the sign-ins of a user, without sorting', async () => {
    const { gpt, action } = await world.notesGpt({}, tenant);
    await offerMany(gpt, action, 2000);
    const plan = await queryPlanOf(world.app, SignIn, { tenantId: tenant.id, user: equalsExactly('user-7') }, 'desc');
    expect(plan).toMatch(/sign_ins_of_user/);
    expect(plan).not.toMatch(/TEMP B-TREE|"ALL"|filesort/);
    expect(usersIn(await list('?user=user-7'))).toEqual(['user-7']);
  });

  it('rejects an unknown status, order or cursor', async () => {
    for (const [name, value] of Object.entries({ status: 'done', order: 'up', cursor: 'x', limit: '201' })) {
      const answer = await tenant.admin.get(`/v1/sign-ins?${name}=${value}`);
      expect(problemOf(answer)).toBe(`400 invalid_request /${name}`);
    }
  });
});
