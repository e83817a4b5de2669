import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

interface Finding {
  code: string;
  status: string;
  message: string;
}

it('provider quirk 13: the provider check reports that the last sign-in was refused for PKCE, until a sign-in succeeds', async () => {
  const { gpt, action } = await world.notesGpt();
  const found = async () => {
    const { body } = await gpt.tenant.admin.post(`${gpt.path}/actions/${action.id}/auth/check`);
    return body.findings.find(({ code }: Finding) => code === 'last_sign_in');
  };
  expect(await found()).toBeUndefined();
  world.provider.behavior = {
    redirectWith: { code: '', error: 'invalid_request', error_description: 'code_challenge is not supported' },
  };
  const alice = new EndUser(gpt, 'alice');
  await alice.signsIn();
  expect(await found()).toMatchObject({ status: 'warning', message: expect.stringContaining('pkce') });
  world.reset();
  await alice.signsIn();
  expect(await found()).toMatchObject({ status: 'ok' });
});
