import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SharedClock } from '../../src/health/index.js';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { createGate } from '../support/revocations.js';
import { TestClock } from '../support/test-clock.js';
import { database } from '../support/test-database.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => {
  world.reset();
  world.provider.revokeGrants();
});

const offsetOf = async (app: TestApp) => {
  const metrics = (await app.anonymous.get('/metrics')).body as string;
  return Number(/^countersign_clock_offset_seconds (.*)$/m.exec(metrics)?.[1]);
};

const warnings = (app: TestApp) => app.logLines.filter((line) => line.includes('clock differs'));

/** Starts a replica on a machine whose clock is wrong. */
const replicaWith = (skewMinutes: number) =>
  TestApp.start({ replicaOf: world.app, clock: new TestClock(skewMinutes * 60_000) });

function onOneDatabaseServer(): void {
  describe.each([-20, 20])('a replica whose clock is off by %i minutes', (minutes) => {
    let replica: TestApp;

    beforeAll(async () => {
      replica = await replicaWith(minutes);
    });

    afterAll(() => replica.stop());

    it('follows the clock of the database, and reports the difference', async () => {
      expect(Math.abs(replica.clock.now().getTime() - Date.now())).toBeLessThan(5000);
      expect(Math.abs((await offsetOf(replica)) + minutes * 60)).toBeLessThan(5);
      expect(warnings(replica)).toHaveLength(1);
    });

    it('offers a sign-in that another replica completes', async () => {
      const { gpt } = await world.notesGpt();
      const alice = new EndUser(gpt, 'alice');
      const attempt = await alice.at(replica).getsSignInLink();
      attempt.offer.url = attempt.offer.url.replace(replica.url, world.app.url);
      await attempt.opensTheLink(alice.browser);
      await attempt.pressesTheButton(alice.browser);
      await attempt.signsInAtTheProvider(alice.browser);
      await attempt.returns();
      expect((await alice.at(replica).calls()).body.outcome).toBe('completed');
    });

    it('accepts a key until the time that another replica gave it, and a confirmation of another replica', async () => {
      const { gpt } = await world.notesGpt();
      const alice = new EndUser(gpt, 'alice');
      await alice.signsIn();
      const call = { arguments: { body: { title: 'x' } }, user: 'alice' };
      for (const [asked, confirming] of [
        [gpt, gpt.at(replica)],
        [gpt.at(replica), gpt],
      ] as const) {
        const { confirmation } = (await asked.call('createNote', call)).body;
        const confirmed = await confirming.call('createNote', { ...call, confirmation: confirmation.token });
        expect(confirmed.body.outcome).toBe('completed');
      }
      const expiresAt = new Date(Date.now() + 300_000).toISOString();
      const fields = { role: 'runtime', name: 'short', expires_at: expiresAt };
      const { key } = (await gpt.tenant.admin.post('/v1/keys', fields)).body;
      expect((await new Client(replica.url, key).get('/v1/connections')).status).toBe(200);
    });

    it('does not take over the refresh of another replica', async () => {
      const { gpt } = await world.notesGpt();
      const alice = new EndUser(gpt, 'alice');
      await alice.signsIn();
      world.provider.reset();
      await world.changeRow(await alice.connection(), {
        callRefreshAt: new Date(0),
        expiresAt: new Date(Date.now() + 5000),
      });
      const held = createGate();
      world.provider.simulate('rotates', { after: () => held.released });
      const first = alice.calls();
      await eventually(
        () => world.provider.grants('refresh_token').length,
        (count) => count === 1,
      );
      const second = alice.at(replica).calls();
      // The second call polls the row until the first has stored its tokens.
      await new Promise((resolve) => setTimeout(resolve, 500));
      held.release();
      expect((await Promise.all([first, second])).map(({ body }) => body.outcome)).toEqual(['completed', 'completed']);
      expect(world.provider.grants('refresh_token')).toHaveLength(1);
    });
  });

  it('a replica follows a clock that is set while it runs, and logs it once', async () => {
    const replica = await replicaWith(0);
    expect(Math.abs(await offsetOf(replica))).toBeLessThan(5);
    replica.clock.skewMs = 600_000;
    for (let time = 0; time < 3; time++) await replica.get(SharedClock).synchronize();
    expect(Math.abs(replica.clock.now().getTime() - Date.now())).toBeLessThan(5000);
    expect(Math.abs((await offsetOf(replica)) + 600)).toBeLessThan(5);
    expect(warnings(replica)).toHaveLength(1);
    await replica.stop();
  });
}

// With SQLite there is one machine, and so one clock.
if (database === 'mariadb') onOneDatabaseServer();
else {
  it('a server on SQLite uses the clock of its machine', async () => {
    expect(await offsetOf(world.app)).toBe(0);
  });
}
