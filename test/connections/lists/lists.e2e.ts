import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startsWithExactly } from '../../../src/database/exact-text.js';
import { Database } from '../../../src/database/index.js';
import { Connection } from '../../../src/connections/index.js';
import { digest } from '../../../src/common/index.js';
import { connectMany } from '../../support/many-connections.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { queryPlanOf } from '../../support/query-plan.js';
import type { TestGpt } from '../../support/tenant.js';

/** A realistic number for one tenant. */
const MANY = 10_000;

let world: OAuthWorld;
let gpt: TestGpt;
let action: { id: string };
let other: TestGpt;

beforeAll(async () => {
  world = await OAuthWorld.start();
  ({ gpt, action } = await world.notesGpt());
  await connectMany(world.app, gpt, action, MANY);
  const few = await world.notesGpt();
  other = few.gpt;
  await connectMany(world.app, other, few.action, 3);
  const { data } = (await gpt.tenant.runtime.get(`/v1/connections?gpt_id=${other.id}`)).body;
  await world.changeRow(data[0], { status: 'reconnect_required', tokens: null });
}, 240_000);

afterAll(() => world.stop());

const indexFor = (where: object) => queryPlanOf(world.app, Connection, { tenantId: gpt.tenant.id, ...where });

describe(`the lists of ${MANY} connections`, () => {
  it('read one page from an index without sorting, for every filter', async () => {
    const lists: [where: object, indices: RegExp][] = [
      [{}, /connections_by_creation/],
      [{ userDigest: digest('user-7') }, /connections_of_user/],
      [{ gptId: other.id }, /connections_of_gpt/],
      [{ actionId: action.id }, /connections_of_action/],
      [{ status: 'reconnect_required' }, /connections_by_status/],
    ];
    for (const [where, index] of lists) {
      const plan = await indexFor(where);
      expect([where, plan]).toEqual([where, expect.stringMatching(index)]);
      expect([where, plan]).toEqual([where, expect.not.stringMatching(/TEMP B-TREE|"ALL"/)]);
    }
  });

  it('find users by id prefix with an index and read only matching rows', async () => {
    const user = await world.app.get(Database).read(async (manager) => startsWithExactly(manager, 'user-999'));
    const plan = await indexFor({ user });
    expect(plan).toMatch(/connections_by_user_name/);
    expect(plan).toMatch(/SEARCH row USING INDEX connections_by_user_name|"key":"connections_by_user_name"/);
  });

  it.each([
    ['', 50],
    ['&user=user-9999', 1],
    ['&user_prefix=user-999', 11],
    ['&user_prefix=user-', 50],
    ['&status=reconnect_required', 1],
    ['&status=active', 50],
  ])('have the first page of all that match ?%s', async (filter, count) => {
    const { body } = await gpt.tenant.runtime.get(`/v1/connections?limit=50${filter}`);
    expect(body.data).toHaveLength(count);
  });

  it('count the connections of a dry run', async () => {
    const { body } = await gpt.tenant.admin.post('/v1/connections/revoke', { all: true, dry_run: true });
    expect(body).toEqual({ count: MANY + 3 });
  });
});
