import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiResponse } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { Statements } from '../support/statements.js';
import { completed } from '../support/token-requests.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: OAuthWorld;
let statements: Statements;

beforeAll(async () => {
  world = await OAuthWorld.start();
  statements = await Statements.of(world.app);
});

afterAll(() => world.stop());

/** Repeats a call until it executes no statement, and no job in the background executes one meanwhile. Returns its response. */
async function warm(call: () => Promise<ApiResponse>): Promise<ApiResponse> {
  const { result } = await eventually(
    () => statements.during(call),
    ({ statements }) => statements.length === 0,
  );
  return result;
}

describe('a warm call executes no statement', () => {
  it('with the token of a user', async () => {
    const alice = await world.connectedUser();
    expect(await warm(() => alice.calls())).toMatchObject(completed);
  });

  it('with the key of an action', async () => {
    const gpt = await world.tenant.gpt();
    const auth = { type: 'api_key', auth_type: 'bearer', api_key: 'key-of-the-action' };
    await gpt.action(world.api.document(NOTES_PATHS), auth);
    expect(await warm(() => gpt.call('listNotes', {}))).toMatchObject(completed);
  });
});

describe('a warm connection', () => {
  it.each<[string, (alice: EndUser) => Promise<ApiResponse>]>([
    ['the user disconnects', (alice) => alice.disconnects()],
    ['all connections are revoked', ({ gpt }) => gpt.tenant.admin.post('/v1/connections/revoke', { all: true })],
    [
      'all connections of the user are revoked',
      (alice) => alice.gpt.tenant.runtime.post('/v1/connections/revoke', { user: alice.name }),
    ],
  ])('is not used after %s', async (_, revoke) => {
    const alice = await world.connectedUser();
    expect(await warm(() => alice.calls())).toMatchObject(completed);
    expect((await revoke(alice)).status).toBeLessThan(300);
    expect((await alice.calls()).body).toMatchObject({ outcome: 'sign_in_required', sign_in: { reason: 'revoked' } });
  });

  it('is used with its new tokens after another sign-in', async () => {
    const alice = await world.connectedUser();
    await alice.disconnects();
    await alice.calls();
    await alice.signsIn();
    expect(await warm(() => alice.calls())).toMatchObject(completed);
  });
});
