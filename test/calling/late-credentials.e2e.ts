import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OAuthWorld } from '../support/oauth-world.js';

const CALL_TIMEOUT_MS = 2000;

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start({ environment: { CALL_TIMEOUT_SECONDS: String(CALL_TIMEOUT_MS / 1000) } });
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

describe('a token that is still being refreshed at the deadline of a call', () => {
  it('makes the call fail with `credential_unavailable`, and is used by the next one', async () => {
    const alice = await world.connectedUser();
    let grant = (): void => undefined;
    world.provider.behavior = { before: () => new Promise<void>((resolve) => (grant = resolve)) };
    world.app.clock.advance({ hours: 2 });
    const start = performance.now();
    const late = await alice.calls();
    expect([late.status, late.body.code]).toEqual([503, 'credential_unavailable']);
    expect(late.body.detail).toMatch(/could not be refreshed by the call's deadline/);
    expect(performance.now() - start).toBeLessThan(CALL_TIMEOUT_MS + 1000);
    expect(world.api.requests).toHaveLength(0);
    grant();
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect(world.provider.tokenRequests).toHaveLength(1);
  });
});
