import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { altered } from '../support/altered.js';
import { SignInAttempt, EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import type { ApiResponse } from '../support/client.js';
import type { TestGpt } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';
import { VENDOR_NAMES, VENDORS } from './vendor-calls.js';

let world: OAuthWorld;
let open: Upstream;
let gpt: TestGpt;

const OPEN_PATHS = {
  '/weather': {
    get: { operationId: 'getWeather', responses: { 200: { description: 'x' } } },
    post: { operationId: 'reportWeather', summary: 'Report the weather', responses: { 200: { description: 'x' } } },
  },
};

beforeAll(async () => {
  [world, open] = await Promise.all([OAuthWorld.start(), Upstream.start()]);
});

afterAll(async () => {
  await Promise.all([world.stop(), open.stop()]);
});

beforeEach(async () => {
  world.reset();
  open.requests.length = 0;
  ({ gpt } = await world.notesGpt());
  await gpt.action(open.document(OPEN_PATHS));
  open.respondWith(() => ({ body: { sky: 'clear' } }));
});

const run = (body: object, client = gpt.tenant.runtime): Promise<ApiResponse> =>
  client.post(`${gpt.path}/tool_calls`, { user: 'alice', ...body });

async function signIn(offer: SignInAttempt['offer']): Promise<void> {
  const attempt = new SignInAttempt(new EndUser(gpt, 'alice'), offer);
  await attempt.opensTheLink();
  await attempt.pressesTheButton();
  await attempt.signsInAtTheProvider();
  await attempt.returns();
}

describe.each(VENDOR_NAMES)('a turn of %s that waits for its user', (vendor) => {
  const { calls, result } = VENDORS[vendor];

  it('goes on after the sign-in with the calls that were not made, and makes no call twice', async () => {
    const tool_calls = calls({ id: '1', name: 'getNote', args: { id: 'x' } }, { id: '2', name: 'getWeather' });
    const { body } = await run({ tool_calls });
    expect(body).toMatchObject({
      complete: false,
      results: [result('2', '{"sky":"clear"}')],
    });
    expect(body.pending).toEqual([
      {
        tool_call_id: '1',
        name: 'getNote',
        call_id: expect.stringMatching(/^call-/),
        outcome: 'sign_in_required',
        sign_in: expect.objectContaining({ domain: world.api.domain, url: expect.any(String) }),
        placeholder: result('1', `The user has been asked to sign in to ${world.api.domain}. Nothing was called yet.`),
      },
    ]);
    const made = world.api.requests.length;
    await signIn(body.pending[0].sign_in);
    const resumed = await run({ tool_calls, resume: body.resume });
    expect(resumed.body).toMatchObject({ complete: true, pending: [] });
    expect(resumed.body).not.toHaveProperty('resume');
    expect(resumed.body.results[0]).toEqual(result('1', '{"ok":true}'));
    expect(resumed.body.results[1]).toEqual(body.results[0]);
    expect(world.api.requests.length - made).toBe(1);
    // Once more, as after a lost response.
    const again = await run({ tool_calls, resume: body.resume });
    expect(again.body.results).toEqual(resumed.body.results);
    expect(world.api.requests.length - made).toBe(1);
  });

  it('makes a call that the user has confirmed once, and none that the user has declined', async () => {
    const tool_calls = calls(
      { id: 'yes', name: 'reportWeather' },
      { id: 'no', name: 'reportWeather' },
      { id: 'read', name: 'getWeather' },
    );
    const { body } = await run({ tool_calls });
    expect(body.results).toEqual([result('read', '{"sky":"clear"}')]);
    expect(body.pending).toMatchObject([
      { tool_call_id: 'yes', outcome: 'confirmation_required', confirmation: { summary: 'Report the weather' } },
      { tool_call_id: 'no', outcome: 'confirmation_required' },
    ]);
    const [{ confirmation }] = body.pending;
    const resumed = await run({
      tool_calls,
      resume: body.resume,
      confirmations: { yes: confirmation.token },
      declined: ['no'],
    });
    const results = [
      result('yes', '{"sky":"clear"}'),
      result('no', 'The user declined this call. Nothing was called.'),
      result('read', '{"sky":"clear"}'),
    ];
    expect([resumed.body.complete, resumed.body.results]).toEqual([true, results]);
    expect(open.requests.map(({ method }) => method).toSorted()).toEqual(['GET', 'POST']);
    // The decision stays, also without the list.
    expect((await run({ tool_calls, resume: body.resume })).body).toMatchObject({ complete: true, results });
    expect(open.requests).toHaveLength(2);
  });
});

const { calls } = VENDORS.openai;

describe('a turn that waits for its user', () => {
  it('has one sign-in for all calls of an action', async () => {
    const tool_calls = calls(
      { id: '1', name: 'listNotes' },
      { id: '2', name: 'getNote', args: { id: 'x' } },
      { id: '3', name: 'listNotes', args: { limit: 1 } },
    );
    const { body } = await run({ tool_calls });
    const ids = body.pending.map(({ sign_in }: { sign_in: { id: string } }) => sign_in.id);
    expect([ids.length, new Set(ids).size]).toEqual([3, 1]);
  });

  it('takes a declined sign-in as an answer', async () => {
    const tool_calls = calls({ id: '1', name: 'listNotes' });
    const { body } = await run({ tool_calls });
    const { body: resumed } = await run({ tool_calls, resume: body.resume, declined: ['1'] });
    expect(resumed).toMatchObject({ complete: true, results: [{ content: /declined/ as never }] });
  });

  it('is resumed only by the same key, for the same user and GPT, within 24 hours', async () => {
    const tool_calls = calls({ id: '1', name: 'reportWeather' });
    const { resume } = (await run({ tool_calls })).body;
    const { admin } = gpt.tenant;
    const other = (await world.notesGpt()).gpt;
    const refusals = [
      await run({ tool_calls, resume, user: 'bob' }),
      await run({ tool_calls, resume }, admin),
      await gpt.tenant.runtime.post(`${other.path}/tool_calls`, { tool_calls, resume, user: 'alice' }),
      await run({ tool_calls, resume: altered(resume) }),
    ];
    for (const { status, body } of refusals) expect([status, body.errors?.[0].pointer]).toEqual([400, '/resume']);
    expect((await run({ tool_calls, resume })).status).toBe(200);
    world.app.clock.advance({ hours: 25 });
    expect((await run({ tool_calls, resume })).status).toBe(400);
  });

  it('without a user gets an error as the result of a call that needs one', async () => {
    const tool_calls = calls({ id: '1', name: 'listNotes' }, { id: '2', name: 'getWeather' });
    const { body } = await run({ tool_calls, user: undefined });
    expect(body).toMatchObject({
      complete: true,
      results: [{ content: expect.stringMatching(/^Error: .*end user/) }, { content: '{"sky":"clear"}' }],
    });
  });

  it('says nothing about calls that were made before when the arguments change', async () => {
    const first = calls({ id: '1', name: 'getWeather' }, { id: '2', name: 'reportWeather' });
    const { resume } = (await run({ tool_calls: first })).body;
    open.respondWith(() => ({ body: { sky: 'cloudy' } }));
    const changed = calls({ id: '2', name: 'getWeather' });
    expect((await run({ tool_calls: changed, resume })).body.results).toEqual([
      VENDORS.openai.result('2', '{"sky":"cloudy"}'),
    ]);
  });
});
