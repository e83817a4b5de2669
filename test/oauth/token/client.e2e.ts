// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestTenant } from '../../support/tenant.js';
import { NOTES_PATHS } from '../../support/upstream.js';

let world: OAuthWorld;
let stranger: TestTenant;

beforeAll(async () => {
  world = await OAuthWorld.start();
  stranger = await world.app.tenant('Stranger');
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

describe('security rule C5: client registrations are not shared between tenants', () => {
  it("security rule C5: another tenant cannot address the action, by its own GPT or by the owner's", async () => {
    const { gpt, action } = await world.notesGpt();
    const own = await stranger.gpt();
    for (const path of [gpt.path, own.path].map((each) => `${each}/actions/${action.id}`)) {
      for (const answer of [
        await stranger.admin.get(`${path}/auth`),
        await stranger.admin.put(`${path}/auth`, world.provider.schema()),
        await stranger.admin.patch(path, { auth: { type: 'none' } }),
        await stranger.admin.delete(path),
      ]) {
        expect(problemOf(answer)).toBe('404 not_found');
      }
    }
    await new EndUser(gpt, 'alice').signsIn();
    expect(world.provider.tokenRequests).toHaveLength(1);
  });

  it('security rule C5: another tenant cannot reuse the stored secret of the same client', async () => {
    await world.notesGpt();
    const openapi = world.api.document(NOTES_PATHS);
    const auth = world.provider.schema({ client_secret: '[HIDDEN]' });
    const answer = await (await stranger.gpt()).addAction({ openapi, auth });
    expect(problemOf(answer)).toMatch(/^4\d\d \w+ .*client_secret/);
  });

  it('security rule C5: each tenant uses its own secret and redirect URI for the same client', async () => {
    const [ours, theirs] = [{ client_secret: 'secret-of-ours' }, { client_secret: 'secret-of-theirs' }];
    for (const [tenant, schema] of [
      [world.tenant, ours],
      [stranger, theirs],
    ] as const) {
      const { gpt } = await world.notesGpt(schema, tenant);
      const signIn = await new EndUser(gpt, 'alice').signsIn();
      expect(await signIn.view()).toMatchObject({ status: 'connected' });
    }
    const requests = world.provider.tokenRequests.map(({ params }) => params);
    expect(requests.map((params) => params['client_secret'])).toEqual(['secret-of-ours', 'secret-of-theirs']);
    expect(new Set(requests.map((params) => params['redirect_uri'])).size).toBe(2);
  });

  it('security rule C5: a sign-in does not connect a user of the same name at another tenant', async () => {
    await world.connectedUser('alice');
    const { gpt } = await world.notesGpt({}, stranger);
    const namesake = new EndUser(gpt, 'alice');
    expect((await namesake.calls()).body).toMatchObject({ sign_in: { reason: 'not_connected' } });
    expect(await namesake.connections()).toEqual([]);
  });
});
