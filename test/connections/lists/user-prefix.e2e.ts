import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { digest } from '../../../src/common/index.js';
import { connectMany } from '../../support/many-connections.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestTenant } from '../../support/tenant.js';

/** User ids that could be mishandled by patterns, collations, byte order or length limits. */
const USERS = [
  ['user-1', 'user-2', 'user-21', 'User-3', 'USER-4', 'user', 'uſer-5', 'user_1', 'userx1', 'user%1', 'user\\1'],
  ['%', '_', '\\', '\\%', '!', '!_', '*', '?', '[a]', '[', "'", '"', '%%', '__'],
  ['ann', 'Ann', 'ann ', 'ann  x', 'ann\t', 'änn', 'an\u{303}n', 'aññ', 'straße', 'strasse', 'ﬀ', 'ff'],
  ['😀', '😀😀', '😁', '\u{10ffff}', '\u{10ffff}x', '\u{ffff}', '\u{ffff}x', 'x'.repeat(255), 'x'.repeat(254)],
].flat();

let world: OAuthWorld;
let tenant: TestTenant;
let ids: { gpt: string; action: string };

beforeAll(async () => {
  world = await OAuthWorld.start();
  tenant = await world.app.tenant();
  const [{ gpt, action }, stranger] = [await world.notesGpt({}, tenant), await world.notesGpt()];
  ids = { gpt: gpt.id, action: action.id };
  await connectMany(world.app, stranger.gpt, stranger.action, 3);
  await connectMany(world.app, gpt, action, USERS.length);
  const { data } = (await tenant.admin.get('/v1/connections?limit=200')).body;
  // Prevents two workers from creating the same name.
  for (const { id } of data) await world.changeRow({ id }, { userDigest: digest(id) });
  for (const [index, user] of USERS.entries()) await world.changeRow(data[index], { user, userDigest: digest(user) });
});

afterAll(() => world.stop());

async function usersOf(query: Record<string, string>): Promise<string[]> {
  const { status, body } = await tenant.runtime.get(
    `/v1/connections?${new URLSearchParams({ limit: '200', ...query })}`,
  );
  expect(status).toBe(200);
  return body.data.map(({ user }: { user: string }) => user).toSorted();
}

const beginningWith = (start: string) => USERS.filter((user) => user.startsWith(start)).toSorted();

/** The prefixes of each user's id. */
const STARTS = new Set(
  USERS.flatMap((user) => {
    const characters = [...user].slice(0, 6);
    return [user, ...characters.map((_, index) => characters.slice(0, index + 1).join(''))];
  }),
);

describe('filtering connections by user_prefix', () => {
  it('matches the prefix exactly, including wildcard characters', async () => {
    expect(beginningWith('user-')).toEqual(['user-1', 'user-2', 'user-21']);
    for (const start of [...STARTS, 'USER', 'a', 'A', 'x'.repeat(253), 'user-3', 'nobody', `${'x'.repeat(255)}`]) {
      expect([start, await usersOf({ user_prefix: start })]).toEqual([start, beginningWith(start)]);
      // The counts agree, also those of a bulk revocation.
      const { body } = await tenant.admin.post('/v1/connections/revoke', {
        all: true,
        user_prefix: start,
        dry_run: true,
      });
      expect([start, body]).toEqual([start, { count: beginningWith(start).length }]);
    }
  });

  it('combines with the other filters, and `user` still matches the whole id', async () => {
    expect(await usersOf({ user: 'user' })).toEqual(['user']);
    expect(await usersOf({ user: 'user-2', user_prefix: 'user-' })).toEqual(['user-2']);
    expect(await usersOf({ user: 'Ann', user_prefix: 'user-' })).toEqual([]);
    expect(await usersOf({ user_prefix: 'user-', gpt_id: ids.gpt, action_id: ids.action, status: 'active' })).toEqual(
      beginningWith('user-'),
    );
    expect(await usersOf({ user_prefix: 'user-', status: 'revoked' })).toEqual([]);
  });

  it('supports pagination', async () => {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query = new URLSearchParams({ user_prefix: 'user', limit: '2', ...(cursor && { cursor }) });
      const { body } = await tenant.runtime.get(`/v1/connections?${query}`);
      seen.push(...body.data.map(({ user }: { user: string }) => user));
      cursor = body.next_cursor;
    }
    expect(seen.toSorted()).toEqual(beginningWith('user'));
  });

  it('rejects an empty prefix and one longer than an id', async () => {
    for (const start of ['', 'x'.repeat(256)]) {
      const answer = await tenant.runtime.get(`/v1/connections?${new URLSearchParams({ user_prefix: start })}`);
      expect(problemOf(answer)).toBe('400 invalid_request /user_prefix');
    }
  });

  it.each(['connections', 'sign-ins'])('rejects a prefix with NUL when listing %s', async (list) => {
    const name = list === 'connections' ? 'user_prefix' : 'user';
    const answer = await tenant.admin.get(`/v1/${list}?${new URLSearchParams({ [name]: 'alice\0bob' })}`);
    expect(problemOf(answer)).toBe(`400 invalid_request /${name}`);
  });
});
