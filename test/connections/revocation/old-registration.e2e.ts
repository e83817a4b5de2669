import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { connectMany } from '../../support/many-connections.js';
import { OAuthWorld, type NotesAction } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { deleteRevocations, revocationItems, sendDueRevocations } from '../../support/revocations.js';
import type { TestGpt } from '../../support/tenant.js';

let world: OAuthWorld;
let revocation_url: string;

beforeAll(async () => {
  world = await OAuthWorld.start();
  revocation_url = `${world.provider.url}/revoke`;
});

afterAll(() => world.stop());

beforeEach(async () => {
  await deleteRevocations(world.app);
  world.reset();
  world.provider.revokeGrants();
});

/** Each call registers another client at the provider. */
let clients = 0;
function registration(more: object = {}): { client_id: string; client_secret: string } {
  const name = `client-${++clients}`;
  return { client_id: name, client_secret: `secret of ${name}`, ...more };
}

/** Creates a GPT with an action that has its own client, to which two users are connected. */
async function connected() {
  const client = registration({ revocation_url });
  const { gpt, action } = await world.notesGpt(client);
  const users = ['alice', 'bob'].map((name) => new EndUser(gpt, name));
  for (const user of users) await user.signsIn();
  return { gpt, action, client, users };
}

/** Returns path and client of the revocation requests: both tokens of each connection. */
async function revocationRequests(): Promise<string[]> {
  await sendDueRevocations(world.app);
  return world.provider.revocationRequests.map(({ path, params }) => `${path} by ${params['client_secret']}`);
}

const twice = (text: string) => [text, text, text, text];

describe('security rule C42: connections that end because their action changed', () => {
  const changes: [string, (gpt: TestGpt, action: NotesAction) => Promise<{ status: number }>][] = [
    [
      'other endpoints and another client',
      (gpt, { id }) => {
        const urls = { revocation_url: `${revocation_url}?v=2`, token_url: `${world.provider.url}/token?v=2` };
        return gpt.tenant.admin.put(`${gpt.path}/actions/${id}/auth`, world.provider.schema(registration(urls)));
      },
    ],
    [
      'no revocation URL any more',
      (gpt, { id }) => gpt.tenant.admin.put(`${gpt.path}/actions/${id}/auth`, world.provider.schema(registration())),
    ],
    ['another schema', (gpt, { id }) => gpt.tenant.admin.put(`${gpt.path}/actions/${id}/auth`, { type: 'none' })],
    [
      'another server',
      (gpt, { id }) => {
        const servers = [{ url: world.api.url.replace('127.0.0.1', '127.0.0.2') }];
        const paths = { '/': { get: { operationId: 'listNotes', responses: {} } } };
        const auth = world.provider.schema(registration({ revocation_url: `${revocation_url}?v=2` }));
        const openapi = world.api.document(paths, { servers });
        return gpt.tenant.admin.patch(`${gpt.path}/actions/${id}`, { openapi, auth });
      },
    ],
  ];

  it.each(changes)('security rule C42: %s: are revoked with the old client at the old endpoint', async (_, change) => {
    const { gpt, action, client, users } = await connected();
    expect((await change(gpt, action)).status).toBe(200);
    for (const user of users) expect((await user.connection()).status).toBe('revoked');
    expect(await revocationRequests()).toEqual(twice(`/revoke by ${client.client_secret}`));
    expect(world.provider.refreshTokens).toEqual(new Set());
  });

  it('security rule C42: stay active, without a revocation, if the change failed', async () => {
    const { gpt, action, users } = await connected();
    const auth = world.provider.schema({ client_secret: '[HIDDEN]', token_url: `${world.provider.url}/token?v=2` });
    expect(problemOf(await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, auth))).toMatch(/^409/);
    for (const user of users) expect((await user.connection()).status).toBe('active');
    expect(await revocationRequests()).toEqual([]);
  });

  it('are recorded as one audit event', async () => {
    const { gpt, action } = await connected();
    await gpt.tenant.admin.put(`${gpt.path}/actions/${action.id}/auth`, { type: 'none' });
    const [item] = await eventually(
      () => revocationItems(world.app),
      ({ length }) => length > 0,
    );
    const path = `/v1/audit-events?type=connections.revoked&target_id=${item?.revocationId}`;
    const details = { scope: { action_id: action.id }, count: 2, reason: 'action_changed' };
    expect((await gpt.tenant.admin.get(path)).body.data).toMatchObject([{ actor: { role: 'admin' }, details }]);
  });
});

describe('security rule C39: connections that are deleted with their action or GPT', () => {
  it('security rule C39: of a deleted action are revoked with its client', async () => {
    const { gpt, action, client } = await connected();
    expect((await gpt.tenant.admin.delete(`${gpt.path}/actions/${action.id}`)).status).toBe(204);
    expect(await revocationRequests()).toEqual(twice(`/revoke by ${client.client_secret}`));
    expect(world.provider.refreshTokens).toEqual(new Set());
    const items = await revocationItems(world.app);
    expect(items.map(({ status, tokens }) => ({ status, tokens }))).toEqual([
      { status: 'confirmed', tokens: null },
      { status: 'confirmed', tokens: null },
    ]);
  });

  it("security rule C39: of a deleted GPT are revoked with its actions' clients, without affecting other GPTs", async () => {
    const [leaving, staying] = [await connected(), await connected()];
    const { gpt, client } = leaving;
    const servers = [{ url: world.api.url.replace('127.0.0.1', '127.0.0.2') }];
    const paths = { '/': { get: { operationId: 'listOthers', responses: {} } } };
    const second = registration({ revocation_url });
    const other = await gpt.action(world.api.document(paths, { servers }), world.provider.schema(second));
    await connectMany(world.app, gpt, other, 1);

    expect((await gpt.tenant.admin.delete(gpt.path)).status).toBe(204);
    expect((await revocationRequests()).toSorted()).toEqual(
      [...twice(`/revoke by ${client.client_secret}`), `/revoke by ${second.client_secret}`].toSorted(),
    );
    for (const user of staying.users) expect((await user.calls()).body.outcome).toBe('completed');
  });

  it('security rule C39: are revoked once their provider has recovered, although their rows are gone', async () => {
    const { gpt, client } = await connected();
    world.provider.behavior = { revocationStatus: 503 };
    await gpt.tenant.admin.delete(gpt.path);
    await revocationRequests();
    world.provider.reset();
    world.app.clock.advance({ minutes: 1 });
    expect(await revocationRequests()).toEqual(twice(`/revoke by ${client.client_secret}`));
    expect(world.provider.refreshTokens).toEqual(new Set());
  });
});
