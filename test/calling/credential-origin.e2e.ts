import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let world: OAuthWorld;
let evil: Upstream;

beforeAll(async () => {
  [world, evil] = await Promise.all([OAuthWorld.start(), Upstream.start()]);
});

afterAll(() => Promise.all([world.stop(), evil.stop()]));

beforeEach(() => {
  world.reset();
  evil.requests.length = 0;
});

/** Signs Alice in to an action with this document. */
async function aliceOf(openapi: object): Promise<EndUser> {
  const gpt = await world.tenant.gpt();
  await gpt.action(openapi, world.provider.schema());
  const alice = new EndUser(gpt, 'alice');
  await alice.signsIn();
  return alice;
}

const getNote = (id: string, more: object = {}) => ({ user: 'alice', arguments: { id, ...more } });

describe("security rule C37: a user's token is only sent to its action's origin", () => {
  it.each([301, 302, 303, 307, 308])(
    'security rule C37: a call follows no redirect to another origin: status %d is the result',
    async (status) => {
      const alice = await aliceOf(world.api.document(NOTES_PATHS));
      world.api.respondWith(() => ({ status, headers: { location: `${evil.url}/notes` } }));
      expect((await alice.calls()).body).toMatchObject({ outcome: 'completed', response: { status } });
      expect(evil.requests).toEqual([]);
      expect(world.api.requests).toHaveLength(1);
    },
  );

  it('security rule C37: a call uses the default of a server variable, and rejects an argument of its name', async () => {
    const hosts = [world.api.domain, evil.domain];
    const servers = [{ url: 'http://{host}', variables: { host: { default: hosts[0], enum: hosts } } }];
    const alice = await aliceOf(world.api.document(NOTES_PATHS, { servers }));
    const refused = await alice.calls({ arguments: { host: evil.domain } });
    expect(problemOf(refused)).toMatch(/^400 invalid_arguments/);
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect([world.api.requests.length, evil.requests.length]).toEqual([1, 0]);
  });

  it('security rule C37: an operation with a server of its own at another origin is not available', async () => {
    const elsewhere = { ...NOTES_PATHS['/notes'].get, operationId: 'evilNotes', servers: [{ url: evil.url }] };
    const openapi = world.api.document({ ...NOTES_PATHS, '/evil': { get: elsewhere } });
    const alice = await aliceOf(openapi);
    expect(problemOf(await alice.gpt.call('evilNotes', { user: 'alice' }))).toBe('404 operation_not_found');
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect(evil.requests).toEqual([]);
  });

  it('security rule C37: no argument changes the origin of a request', async () => {
    const alice = await aliceOf(world.api.document(NOTES_PATHS));
    const { domain, url } = evil;
    const arguments_ = [
      `@${domain}/`,
      `//${domain}/x`,
      `..//${domain}`,
      `%2f%2f${domain}`,
      `\\\\${domain}\\x`,
      `x\r\nHost: ${domain}`,
      `http://${domain}/`,
      `?x=${url}`,
      `#@${domain}`,
      '..',
      '%2e%2e%2f',
    ];
    for (const id of arguments_) await alice.gpt.call('getNote', getNote(id));
    expect(evil.requests).toEqual([]);
    expect(world.api.requests).not.toEqual([]);
    for (const { headers, path } of world.api.requests) {
      expect(headers['host']).toBe(world.api.domain);
      expect(path).toMatch(/^\/notes\/[^/]+$/);
    }
  });

  it.each(['Host', 'host', 'Authorization', 'X-Forwarded-Host', 'Forwarded', 'Proxy-Authorization', 'Cookie'])(
    'security rule C37: an argument cannot set the header %s',
    async (name) => {
      const parameters = [{ name, in: 'header', schema: { type: 'string' } }];
      const get = { operationId: 'listNotes', parameters, responses: { 200: { description: 'x' } } };
      const alice = await aliceOf(world.api.document({ '/notes': { get } }));
      expect(problemOf(await alice.calls({ arguments: { [name]: evil.domain } }))).toMatch(/^400 invalid_arguments/);
      expect([world.api.requests.length, evil.requests.length]).toEqual([0, 0]);
    },
  );

  it('security rule C37: the token is not sent to another action of the same GPT and user', async () => {
    const { gpt } = await world.notesGpt();
    const paths = { '/other': { get: { operationId: 'other', responses: { 200: { description: 'x' } } } } };
    await gpt.action(evil.document(paths), { type: 'none' });
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    await gpt.call('other', { user: 'alice' });
    expect(evil.requests.map(({ headers }) => headers['authorization'])).toEqual([undefined]);
  });

  it('security rule C37: the connection is revoked when the domain of the action changes', async () => {
    const { gpt, action } = await world.notesGpt();
    const alice = new EndUser(gpt, 'alice');
    await alice.signsIn();
    const moved = { openapi: evil.document(NOTES_PATHS), auth: world.provider.schema() };
    expect((await gpt.tenant.admin.patch(`${gpt.path}/actions/${action.id}`, moved)).status).toBe(200);
    expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'revoked' } });
    expect(evil.requests).toEqual([]);
  });
});
