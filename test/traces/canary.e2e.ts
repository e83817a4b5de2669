import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../../examples/notes-provider/browser.js';
import type { Behavior } from '../support/authorization-server.js';
import { BEHAVIORS, type BehaviorName } from '../support/behaviors.js';
import { EndUser, type SignInAttempt } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { Canaries } from '../support/canaries.js';

/** Timeout of a test that runs every behavior. */
const TIMEOUT_MS = 180_000;

const BEHAVIOR_NAMES = Object.keys(BEHAVIORS) as BehaviorName[];

/** A secret made of words, which only a comparison with known secrets can find. */
const WORDY_SECRET = 'the quiet secret of all that read our notes';

/** The value of a header of token requests. */
const HEADER_SECRET = 'the other secret of all that read our notes';

let world: OAuthWorld;
/** Outputs of Countersign by place. */
let seen: { place: string; text: string }[];
let canaries: Canaries;

beforeAll(async () => {
  world = await OAuthWorld.start();
  world.reset();
  [seen, canaries] = [[], new Canaries()];
  canaries.watch('wordy secret', WORDY_SECRET);
  canaries.watch('header secret', HEADER_SECRET);
});

afterAll(() => world.stop());

/** Schemas with different requests. Each is tried with the providers that echo the request. */
const SCHEMAS: [string, object][] = [
  ['post', {}],
  ['basic', { token_exchange_method: 'basic_auth_header' }],
  ['json', { authorization_content_type: 'application/json', pkce: 'off' }],
  ['get', { token_request_method: 'GET', token_exchange_method: 'default_post' }],
  ['raw', { token_exchange_method: 'basic_auth_header_raw', token_headers: { 'X-App-Key': HEADER_SECRET } }],
  ['wordy', { client_secret: WORDY_SECRET }],
];

const note = (place: string, what: unknown) => seen.push({ place, text: JSON.stringify(what) });

/** Signs Alice in and records all outputs to her browser, her tenant and its admin. */
async function signsIn(alice: EndUser, place: string): Promise<SignInAttempt> {
  const attempt = await alice.getsSignInLink();
  const ticket = attempt.offer.url.split('/').at(-1) ?? '';
  canaries.watch('ticket', ticket);
  // The URL that the page's form is sent to.
  const shown = ({ body }: Page) => body.replace(`action="/signin/${ticket}"`, '');
  note(`page (${place})`, shown(await attempt.opensTheLink()));
  await attempt.pressesTheButton();
  await attempt.signsInAtTheProvider();
  const page = await attempt.returns();
  note(`callback (${place})`, [page.body, page.headers.get('location')]);
  if (alice.browser.redirect) note(`last page (${place})`, (await alice.browser.followRedirect()).body);
  note(`link again (${place})`, shown(await attempt.opensTheLink()));
  note(`sign-in (${place})`, await attempt.view());
  note(`trace (${place})`, await attempt.trace());
  canaries.watch('cookie', cookieOf(alice));
  return attempt;
}

async function notesConnection(alice: EndUser, place: string): Promise<void> {
  note(`connections (${place})`, await alice.connections());
  for (const { id } of await alice.connections()) {
    note(`connection trace (${place})`, (await world.tenant.admin.get(`/v1/connections/${id}/trace`)).body);
  }
}

/** Watches the secrets that the provider created, which are known only afterwards. */
function watchTheProvider(): void {
  for (const secret of world.provider.secrets.splice(0)) {
    canaries.watch(/^(code|access|refresh|secret)-/.exec(secret)?.[1] ?? 'verifier', secret);
  }
  for (const request of world.provider.authorizationRequests.splice(0)) {
    canaries.watch('state', request.get('state') ?? '');
  }
}

function leaks(): string[] {
  watchTheProvider();
  return seen.flatMap(({ place, text }) => canaries.findIn(text).map((name) => `${name} in ${place}`));
}

describe('secrets', () => {
  it(
    'do not appear in sign-ins, their traces and their pages, whatever the provider does',
    async () => {
      for (const [method, schema] of SCHEMAS) {
        const { gpt } = await world.notesGpt(schema);
        for (const way of BEHAVIOR_NAMES.filter((name) => method === 'post' || name.startsWith('echo'))) {
          world.provider.simulate(way);
          const alice = new EndUser(gpt, way);
          await signsIn(alice, `${way}, ${method}`);
          await notesConnection(alice, `${way}, ${method}`);
        }
      }
      expect(leaks()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    'do not appear in the responses and traces of refreshes and disconnections',
    async () => {
      const { gpt } = await world.notesGpt({ revocation_url: `${world.provider.url}/revoke` });
      for (const way of BEHAVIOR_NAMES) {
        const { tokenResponse }: Behavior = BEHAVIORS[way];
        if (!tokenResponse) continue;
        const alice = new EndUser(gpt, way);
        world.provider.simulate();
        await signsIn(alice, 'to refresh');
        world.provider.simulate('rotates', { refreshResponse: tokenResponse });
        world.app.clock.advance({ hours: 2 });
        note(`call (${way})`, (await alice.calls()).body);
        await notesConnection(alice, `refreshed: ${way}`);
        note(`disconnect (${way})`, (await alice.disconnects()).body);
        await notesConnection(alice, `disconnected: ${way}`);
      }
      expect(leaks()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it('do not appear in the responses, pages and traces of a user verification', async () => {
    const tenant = await world.app.tenant();
    const user_verification_url = 'https://chat.example.com/who';
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { user_verification: 'redirect', user_verification_url });
    const { gpt } = await world.notesGpt({}, tenant);
    world.provider.simulate();
    for (const [name, user] of [
      ['alice', 'alice'],
      ['bob', 'mallory'],
    ] as const) {
      const attempt = await new EndUser(gpt, name).signsInAtProvider();
      const location = (await attempt.returns()).headers.get('location') ?? '';
      const browser_token = new URL(location).searchParams.get('browser_token') ?? '';
      canaries.watch('browser token', browser_token);
      note(
        'verify',
        (await tenant.runtime.post(`/v1/sign-ins/${attempt.offer.id}/verify`, { user, browser_token })).body,
      );
      note('verified sign-in', [await attempt.view(), await attempt.trace()]);
    }
    note('audit', (await tenant.admin.get('/v1/audit-events')).body);
    expect(leaks()).toEqual([]);
  });

  it('do not appear in audit events, metrics, logs and the database', async () => {
    expect(world.provider.revocationRequests).not.toEqual([]);
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await world.tenant.admin.get(`/v1/audit-events?limit=200${cursor && `&cursor=${cursor}`}`);
      note('audit', body.data);
      cursor = body.next_cursor;
    }
    note('metrics', (await world.app.anonymous.get('/metrics')).body);
    note('log', world.app.logLines);
    note('database', await world.app.database.dump());
    expect(leaks()).toEqual([]);
    expect(canaries.names).toEqual([
      'access',
      'browser token',
      'code',
      'cookie',
      'header secret',
      'refresh',
      'secret',
      'state',
      'ticket',
      'verifier',
      'wordy secret',
    ]);
  });
});

function cookieOf(user: EndUser): string {
  return user.browser.cookies.headerFor(world.app.url)?.split('=')[1] ?? '';
}
