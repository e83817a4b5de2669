import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from '../../examples/notes-provider/browser.js';
import type { Behaviour } from '../support/authorization-server.js';
import { BEHAVIOURS, type BehaviourName } from '../support/behaviours.js';
import { EndUser, type SignInAttempt } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { Canaries } from '../support/secrets-in.js';

/** How long a test may take that goes through every behaviour. */
const PATIENCE_MS = 180_000;

const BEHAVIOUR_NAMES = Object.keys(BEHAVIOURS) as BehaviourName[];

/** Of words: nothing but that it is known tells that it is one. */
const WORDY_SECRET = 'the quiet secret of all that read our notes';

let world: OAuthWorld;
/** What was seen of Countersign, by where. */
let seen: { place: string; text: string }[];
let canaries: Canaries;

beforeAll(async () => {
  world = await OAuthWorld.start();
  world.reset();
  [seen, canaries] = [[], new Canaries()];
  canaries.watch('wordy secret', WORDY_SECRET);
});

afterAll(() => world.stop());

/** The schemas whose requests look different; each is tried with the providers that repeat what they got. */
const SCHEMAS: [string, object][] = [
  ['post', {}],
  ['basic', { token_exchange_method: 'basic_auth_header' }],
  ['json', { authorization_content_type: 'application/json', pkce: 'off' }],
  ['wordy', { client_secret: WORDY_SECRET }],
];

const note = (place: string, what: unknown) => seen.push({ place, text: JSON.stringify(what) });

/** Alice signs in and all that her browser, her tenant and its admin see is noted. */
async function signsIn(alice: EndUser, place: string): Promise<SignInAttempt> {
  const attempt = await alice.isOfferedSignIn();
  const ticket = attempt.offer.url.split('/').at(-1) ?? '';
  canaries.watch('ticket', ticket);
  // The page's own address, to which its form goes.
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

/** The provider's part of what has been about is known only afterwards. */
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
  return seen.flatMap(({ place, text }) => canaries.in(text).map((name) => `${name} in ${place}`));
}

describe('no secret is seen, whatever a provider does', () => {
  it(
    'in what is told of sign-ins',
    async () => {
      for (const [method, schema] of SCHEMAS) {
        const { gpt } = await world.notesGpt(schema);
        for (const way of BEHAVIOUR_NAMES.filter((name) => method === 'post' || name.startsWith('echo'))) {
          world.provider.behaves(way);
          const alice = new EndUser(gpt, way);
          await signsIn(alice, `${way}, ${method}`);
          await notesConnection(alice, `${way}, ${method}`);
        }
      }
      expect(leaks()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it(
    'in what is told of refreshes and of disconnecting',
    async () => {
      const { gpt } = await world.notesGpt({ revocation_url: `${world.provider.url}/revoke` });
      for (const way of BEHAVIOUR_NAMES) {
        const { tokenAnswer }: Behaviour = BEHAVIOURS[way];
        if (!tokenAnswer) continue;
        const alice = new EndUser(gpt, way);
        world.provider.behaves();
        await signsIn(alice, 'to refresh');
        world.provider.behaves('rotates', { refreshAnswer: tokenAnswer });
        world.app.clock.advance({ hours: 2 });
        note(`call (${way})`, (await alice.calls()).body);
        await notesConnection(alice, `refreshed: ${way}`);
        note(`disconnect (${way})`, (await alice.disconnects()).body);
        await notesConnection(alice, `disconnected: ${way}`);
      }
      expect(leaks()).toEqual([]);
    },
    PATIENCE_MS,
  );

  it('in what is told of users that the tenant verifies', async () => {
    const tenant = await world.app.tenant();
    const user_verification_url = 'https://chat.example.com/who';
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { user_verification: 'redirect', user_verification_url });
    const { gpt } = await world.notesGpt({}, tenant);
    world.provider.behaves();
    for (const [name, user] of [
      ['alice', 'alice'],
      ['bob', 'mallory'],
    ] as const) {
      const attempt = await new EndUser(gpt, name).comesBack();
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

  it('in the audit, the metrics, the log and the database', async () => {
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
