import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '../../src/common/index.js';
import type { TestApp } from '../support/app.js';
import type { Answer, Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { problemOf } from '../support/problem.js';
import { diffTables } from '../support/table-changes.js';
import { NOTES_PATHS } from '../support/upstream.js';
import { answerOf, gotIn, Stranger } from './isolation/checks.js';
import { carriers } from './isolation/carriers.js';
import { FOREIGN_IDS, OTHERWISE, type Asker, type ForeignId } from './isolation/foreign-ids.js';
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
  await gpt.action(api, services.provider.schema());
  asker = { gpt };
  world = await newWorld(services);
});

afterAll(async () => {
  await stopServices(services);
});

async function carried(): Promise<string[]> {
  const all = carriers((await app.anonymous.get('/docs-json')).body);
  return all.filter((place) => !PUBLIC.some((route) => place.startsWith(`${route} `)));
}

it('has a row for every parameter and every field of a body that carries an id, and no other', async () => {
  const isElsewhere = (place: string) =>
    Object.keys(OTHERWISE).some((known) => place === known || place.endsWith(` ${known}`));
  const places = await carried();
  expect(places.filter((place) => !isElsewhere(place)).toSorted()).toEqual(Object.keys(FOREIGN_IDS).toSorted());
  for (const known of Object.keys(OTHERWISE)) expect(places.some((place) => place.endsWith(known))).toBe(true);
});

describe.each(Object.entries(FOREIGN_IDS))('%s', (place, row) => {
  const [method = '', path = ''] = place.split(' ');
  const send = (client: Client, value: string, from: Asker) => {
    const request = row.request(value, from);
    return client.send(method, request.path, request.body);
  };

  it('turns away who is not somebody, and whom it is not for, and writes nothing', async () => {
    const value = await row.of(world);
    const allowed = ROWS[`${method} ${path}`]?.for ?? [];
    expect(await gotIn(services, world, allowed, (client) => send(client, value, world))).toEqual([]);
  });

  it("finds nothing of another tenant's, just as of what does not exist, and writes nothing there", async () => {
    const value = await row.of(world);
    const { theirs, nowhere, leaked, changes } = await stranger.asksFor(
      world,
      (client, ids) => send(client, ids === world.ids ? value : neverWas(value), asker),
      (answer) => ({ answer: answerOf(answer), isFound: row.found(answer) }),
    );
    expect(theirs).toMatchObject({ status: row.answers, seen: { isFound: false } });
    expect(theirs).toEqual(nowhere);
    expect({ leaked, changes }).toEqual({ leaked: [], changes: [] });
  });

  it('finds what is there for who may, so that the above says something', async () => {
    const own = row.ends ? await newWorld(services) : world;
    expect(row.found(await send(own[row.finder ?? 'admin'], await row.of(own), own))).toBe(true);
  });
});

const BY_USER = Object.entries(FOREIGN_IDS).filter((entry): entry is [string, ForeignId & { otherUser: string }] =>
  Boolean(entry[1].otherUser),
);

it.each(BY_USER)(
  '%s finds nothing of another user of the same tenant, and changes nothing of theirs',
  async (place, row) => {
    const before = await app.database.tables();
    const [method = ''] = place.split(' ');
    const { path, body } = row.request(row.otherUser, world);
    expect(row.found(await world.admin.send(method, path, body))).toBe(false);
    const changes = diffTables(before, await app.database.tables());
    expect(changes.filter((line) => line.startsWith('-') && !line.startsWith('- audit_chains'))).toEqual([]);
  },
);

it("another user's confirmation does not let a call go on, and is not used up", async () => {
  const ask = (user: string, more: object = {}) =>
    world.gpt.call('createNote', { arguments: { body: { title: 'x' } }, user, ...more });
  await new EndUser(world.gpt, 'carol').signsIn();
  const { token: confirmation } = (await ask('alice')).body.confirmation;
  expect((await ask('carol', { confirmation })).body.outcome).toBe('confirmation_required');
  expect((await ask('alice', { confirmation })).body.outcome).toBe('completed');
});

describe("another tenant's cursor", () => {
  /** Of everything that there are lists of, two. @returns the world, all of it later than whatever was there before */
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

  const idsOf = ({ body }: Answer): string[] => body.data.map((row: { id: string }) => row.id);

  /** What `who` sees in their own list behind a cursor that was made for another. */
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

  it('is a place in the own list, and shows nothing of the other, in every list', async () => {
    const [earlier, later] = [await twice(), await twice()];
    const lists = (await carried()).flatMap((place) => /^GET (\S+) query cursor$/.exec(place)?.[1] ?? []);
    expect(lists).toContain('/v1/gpts/{gpt_id}/actions');
    for (const list of lists) {
      const expected = ROWS[`GET ${list}`]?.for.join() === 'operator' ? '403 forbidden' : 'the rest of the own list';
      const seen = [await seenBehind(list, earlier, later), await seenBehind(list, later, earlier)];
      expect([list, ...seen]).toEqual([list, expected, expected]);
    }
  });
});

/** An id, a secret or a name like this one, of nothing and nobody. */
function neverWas(value: string): string {
  const prefix = /^([a-z]+)-[a-z0-9]{26}$/.exec(value)?.[1];
  return prefix ? newId(prefix as 't') : [...value].toReversed().join('');
}
