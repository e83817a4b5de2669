import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/index.js';
import type { TestApp } from '../support/app.js';
import type { ApiResponse, Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { problemOf } from '../support/problem.js';
import { diffTables } from '../support/table-changes.js';
import { NOTES_PATHS } from '../support/upstream.js';
import { maskedResponse, unexpectedAccess, Stranger } from './isolation/checks.js';
import { carriers } from './isolation/carriers.js';
import { FOREIGN_IDS, TESTED_ELSEWHERE, type Asker, type ForeignId } from './isolation/foreign-ids.js';
import { PUBLIC, ROWS } from './isolation/routes.js';
import { startServices, stopServices, type IsolationServices } from './isolation/services.js';
import { newWorld, type World } from './isolation/world.js';

let services: IsolationServices;
let app: TestApp;
let stranger: Stranger;
let asker: Asker;
let world: World;

beforeAll(async () => {
  services = await startServices();
  app = services.app;
  stranger = await Stranger.of(services);
  const gpt = await stranger.tenant.gpt();
  const api = services.api.document(NOTES_PATHS);
  const { id: action_id } = await gpt.action(api, services.provider.schema());
  asker = { gpt, ids: { action_id } };
  world = await newWorld(services);
});

afterAll(async () => {
  await stopServices(services);
});

async function listCarriers(): Promise<string[]> {
  const all = carriers((await app.anonymous.get('/docs-json')).body);
  return all.filter((place) => !PUBLIC.some((route) => place.startsWith(`${route} `)));
}

it('the table of foreign ids has a row for every parameter and body field that contains an id, and no others', async () => {
  const isElsewhere = (place: string) =>
    Object.keys(TESTED_ELSEWHERE).some((known) => place === known || place.endsWith(` ${known}`));
  const places = await listCarriers();
  expect(places.filter((place) => !isElsewhere(place)).toSorted()).toEqual(Object.keys(FOREIGN_IDS).toSorted());
  for (const known of Object.keys(TESTED_ELSEWHERE)) expect(places.some((place) => place.endsWith(known))).toBe(true);
});

describe.each(Object.entries(FOREIGN_IDS))('%s', (place, row) => {
  const [method = '', path = ''] = place.split(' ');
  const send = (client: Client, value: string, from: Asker) => {
    const request = row.request(value, from);
    return client.send(method, request.path, request.body);
  };

  it('rejects callers without a valid key or the required role, and writes nothing', async () => {
    const value = await row.of(world);
    const allowed = ROWS[`${method} ${path}`]?.for ?? [];
    expect(await unexpectedAccess(services, world, allowed, (client) => send(client, value, world))).toEqual([]);
  });

  it("treats another tenant's id as an unknown id, and writes nothing", async () => {
    const value = await row.of(world);
    const { theirs, nowhere, leaked, changes } = await stranger.compareWithUnknownIds(
      world,
      (client, ids) => send(client, ids === world.ids ? value : unknownLike(value), asker),
      (answer) => ({ answer: maskedResponse(answer), isFound: row.found(answer) }),
    );
    expect(theirs).toMatchObject({ status: row.answers, seen: { isFound: false } });
    expect(theirs).toEqual(nowhere);
    expect({ leaked, changes }).toEqual({ leaked: [], changes: [] });
  });

  it('finds the resource for an authorized caller, which proves that the other tests can fail', async () => {
    const own = row.ends ? await newWorld(services) : world;
    expect(row.found(await send(own[row.finder ?? 'admin'], await row.of(own), own))).toBe(true);
  });
});

const BY_USER = Object.entries(FOREIGN_IDS).filter((entry): entry is [string, ForeignId & { otherUser: string }] =>
  Boolean(entry[1].otherUser),
);

it.each(BY_USER)(
  '%s finds nothing of another user of the same tenant, and changes nothing of that user',
  async (place, row) => {
    const before = await app.database.tables();
    const [method = ''] = place.split(' ');
    const { path, body } = row.request(row.otherUser, world);
    expect(row.found(await world.admin.send(method, path, body))).toBe(false);
    const changes = diffTables(before, await app.database.tables());
    expect(changes.filter((line) => line.startsWith('-'))).toEqual([]);
  },
);

it("another user's confirmation is rejected and stays valid for its own user", async () => {
  const ask = (user: string, more: object = {}) =>
    world.gpt.call('createNote', { arguments: { body: { title: 'x' } }, user, ...more });
  await new EndUser(world.gpt, 'carol').signsIn();
  const { token: confirmation } = (await ask('alice')).body.confirmation;
  expect((await ask('carol', { confirmation })).body.outcome).toBe('confirmation_required');
  expect((await ask('alice', { confirmation })).body.outcome).toBe('completed');
});

describe("another tenant's cursor", () => {
  /** Creates a world with two entries in every list, later than all existing entries. @returns the world */
  async function twice(): Promise<World> {
    const made = await newWorld(services);
    const { gpt, admin, operator } = made;
    await new EndUser(gpt, 'dave').getsSignInLink();
    await gpt.tenant.gpt();
    await gpt.action({ ...services.api.document(NOTES_PATHS), servers: [{ url: 'https://other.example.com' }] });
    await admin.post('/v1/connections/revoke', { user: 'alice' });
    await operator.post('/v1/tenants', { name: 'One more' });
    await operator.post('/v1/vault/rotations', { scope: 'kek' });
    return made;
  }

  const idsOf = ({ body }: ApiResponse): string[] => body.data.map((row: { id: string }) => row.id);

  /** Returns a description of what `who` gets from their own list with a cursor of another tenant. */
  async function seenBehind(list: string, made: World, who: World): Promise<string> {
    const pathOf = ({ gpt }: World) => list.replace('{gpt_id}', gpt.id);
    const maker = ROWS[`GET ${list}`]?.for.includes('admin') ? made.admin : made.operator;
    const { next_cursor } = (await maker.get(`${pathOf(made)}?limit=1`)).body;
    if (typeof next_cursor !== 'string') return 'there is no cursor';
    const seen = await who.admin.get(`${pathOf(who)}?limit=200&cursor=${encodeURIComponent(next_cursor)}`);
    if (seen.status >= 400) return problemOf(seen);
    const whole = await who.admin.get(`${pathOf(who)}?limit=200`);
    const isMixed = Object.values(made.ids).some((id) => JSON.stringify([whole.body, seen.body]).includes(id));
    const [own, ids] = [idsOf(whole), idsOf(seen)];
    const isRest = !isMixed && ids.join() === own.slice(own.length - ids.length).join();
    return isRest ? 'the rest of the own list' : 'something else';
  }

  it("is a position in the caller's own list, and reveals nothing of the other tenant, in every list", async () => {
    const [earlier, later] = [await twice(), await twice()];
    const all = (await listCarriers()).flatMap((place) => /^GET (\S+) query cursor$/.exec(place)?.[1] ?? []);
    // The cursor of tools is the name of a tool of the GPT, and exists only beyond eight million characters.
    const lists = all.filter((list) => list !== '/v1/gpts/{gpt_id}/tools');
    expect(lists).toContain('/v1/gpts/{gpt_id}/actions');
    for (const list of lists) {
      const expected = ROWS[`GET ${list}`]?.for.join() === 'operator' ? '403 forbidden' : 'the rest of the own list';
      const seen = [await seenBehind(list, earlier, later), await seenBehind(list, later, earlier)];
      expect([list, ...seen]).toEqual([list, expected, expected]);
    }
  });
});

/** Returns an id, secret or name of the same form that does not exist. */
function unknownLike(value: string): string {
  const prefix = /^([a-z]+)-[a-z0-9]{26}$/.exec(value)?.[1];
  return prefix ? newId(prefix as 't') : [...value].toReversed().join('');
}
