import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from '../../../examples/notes-provider/browser.js';
import { AuditEvent } from '../../../src/audit/index.js';
import { Database } from '../../../src/database/index.js';
import { Metrics } from '../../../src/metrics/index.js';
import { allChained } from '../../support/all-chained.js';
import { refuseWrites, type RefusedWrites } from '../../support/database-faults.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import { eventually } from '../../support/eventually.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { completed, signInRequired } from '../../support/token-requests.js';

const RETURN_URL = 'https://chat.example.com/room';
const USER_VERIFICATION_URL = 'https://chat.example.com/who';

let world: OAuthWorld;
let refused: RefusedWrites | undefined;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => {
  refused = undefined;
  world.reset();
  world.provider.revokeGrants();
  world.provider.expireAccessTokens();
});

afterEach(async () => {
  refused?.repair();
  await eventually(heldResults, (count) => count === 0);
});

async function heldResults(): Promise<number> {
  const { values } = await world.app.get(Metrics).heldWrites.get();
  return values.find(({ labels }) => labels.kind === 'sign_in')?.value ?? 0;
}

/** Refuses writes from now on. */
function outage(fault: Parameters<typeof refuseWrites>[1] = {}): RefusedWrites {
  refused = refuseWrites(world.app, fault);
  return refused;
}

/** Refuses writes as soon as the provider has granted tokens. */
function outageAfterGrant(fault: Parameters<typeof refuseWrites>[1] = {}): void {
  world.provider.behavior.after = async () => void outage(fault);
}

/** Waits until at least so many writes were refused. */
async function attempts(count: number): Promise<RefusedWrites> {
  await eventually(
    () => refused?.count ?? 0,
    (refusals) => refusals >= count,
  );
  if (!refused) throw new Error('no write was refused');
  return refused;
}

/** Lets the time pass for which a browser waits. */
async function browserGivesUp(): Promise<void> {
  await attempts(2);
  world.app.clock.advance({ seconds: 30 });
}

async function atProvider(body: object = {}, tenant = world.tenant): Promise<SignInAttempt> {
  const revocation = { revocation_url: `${world.provider.url}/revoke` };
  const { gpt } = await world.notesGpt(revocation, tenant);
  return new EndUser(gpt, 'alice').signsInAtProvider(body);
}

const codeRequests = () => world.provider.grants('authorization_code');

async function goodTokens(): Promise<number> {
  return world.provider.accessTokens.size + world.provider.refreshTokens.size;
}

describe('a sign-in whose result the database does not accept for a moment', () => {
  it('is connected after retries, and its code is used once', async () => {
    const signIn = await atProvider();
    outageAfterGrant();
    const returning = signIn.returns();
    (await attempts(3)).repair();
    const page = await returning;
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      `${world.app.url}/signin/done/${signIn.offer.id}`,
    ]);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
    expect(await signIn.user.calls()).toMatchObject(completed);
    expect(codeRequests()).toHaveLength(1);
  });

  it('is connected once if the write was committed although it failed', async () => {
    const signIn = await atProvider();
    outageAfterGrant({ commits: true });
    const returning = signIn.returns();
    (await attempts(3)).repair();
    expect((await returning).status).toBe(303);
    const { connection_id: targetId, status } = await signIn.view();
    expect(status).toBe('connected');
    const events = await world.app.get(Database).read((manager) => manager.findBy(AuditEvent, { targetId }));
    expect(events.map(({ type }) => type)).toEqual(['connection.created']);
    expect(world.provider.revocationRequests).toHaveLength(0);
  });

  it('ends as the provider said', async () => {
    const signIn = await atProvider();
    await allChained(world.app);
    outage({ allowed: 1 });
    const returning = signIn.returns({ code: undefined, error: 'access_denied' });
    (await attempts(3)).repair();
    expect((await returning).status).toBe(303);
    expect(await signIn.view()).toMatchObject({ status: 'denied' });
  });

  it('goes on to the verification of the user', async () => {
    const tenant = await world.app.tenant('Verifying');
    const verification = { user_verification: 'redirect', user_verification_url: USER_VERIFICATION_URL };
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, verification);
    const signIn = await atProvider({}, tenant);
    await allChained(world.app);
    outage({ allowed: 1 });
    const returning = signIn.returns();
    (await attempts(3)).repair();
    const { searchParams } = new URL((await returning).headers.get('location') ?? '');
    const verified = { user: 'alice', browser_token: searchParams.get('browser_token') };
    const { body } = await tenant.runtime.post(`/v1/sign-ins/${signIn.offer.id}/verify`, verified);
    expect(body).toMatchObject({ status: 'connected' });
  });
});

describe('a sign-in whose tokens cannot be stored while the browser waits', () => {
  /** Returns the page that the browser shows. */
  async function givenUp(signIn: SignInAttempt, fault: Parameters<typeof refuseWrites>[1] = {}): Promise<Page> {
    outageAfterGrant(fault);
    const returning = signIn.returns();
    await browserGivesUp();
    return returning;
  }

  async function failedAndRevoked(signIn: SignInAttempt): Promise<void> {
    refused?.repair();
    const view = await eventually(
      () => signIn.view(),
      ({ status }) => status !== 'pending' && status !== 'awaiting_verification',
    );
    expect(view).toMatchObject({ status: 'failed', error: { code: 'not_stored' }, connection_id: null });
    await eventually(goodTokens, (count) => count === 0);
  }

  it('shows a page that asks for a new link, and then fails, and its tokens are revoked', async () => {
    const signIn = await atProvider();
    const page = await givenUp(signIn);
    expect(page.status).toBe(503);
    expect(page.body).toContain('Your sign-in could not be saved');
    expect(page.body).toContain('ask your assistant for a new link');
    expect(await heldResults()).toBe(1);
    await failedAndRevoked(signIn);
    expect(codeRequests()).toHaveLength(1);
  });

  it('does the same if nothing can be read either', async () => {
    const signIn = await atProvider();
    expect((await givenUp(signIn, { reads: true })).status).toBe(503);
    await failedAndRevoked(signIn);
  });

  it('leads back to the tenant with the status', async () => {
    const { tenant } = world;
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { return_url_origins: [new URL(RETURN_URL).origin] });
    const signIn = await atProvider({ return_url: RETURN_URL });
    const page = await givenUp(signIn);
    expect(page.headers.get('location')).toBe(`${RETURN_URL}?sign_in=${signIn.offer.id}&status=failed`);
    await failedAndRevoked(signIn);
  });

  it('is followed by a sign-in with a new link', async () => {
    const signIn = await atProvider();
    await givenUp(signIn);
    await failedAndRevoked(signIn);
    world.provider.behavior = {};
    expect(await signIn.user.calls()).toMatchObject(signInRequired('not_connected'));
    await signIn.user.signsIn();
    expect(await signIn.user.calls()).toMatchObject(completed);
  });

  it('keeps its connection and revokes nothing if the write was committed although it failed', async () => {
    const signIn = await atProvider();
    await givenUp(signIn, { commits: true });
    refused?.repair();
    await eventually(heldResults, (count) => count === 0);
    expect(await signIn.view()).toMatchObject({ status: 'connected' });
    expect(await signIn.user.calls()).toMatchObject(completed);
    expect(world.provider.revocationRequests).toHaveLength(0);
  });

  it('says so to a tenant that has verified the user', async () => {
    const tenant = await world.app.tenant('Verifying');
    const verification = { user_verification: 'redirect', user_verification_url: USER_VERIFICATION_URL };
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, verification);
    const signIn = await atProvider({}, tenant);
    const location = (await signIn.returns()).headers.get('location') ?? '';
    const verified = { user: 'alice', browser_token: new URL(location).searchParams.get('browser_token') };
    outageAfterGrant();
    const verifying = tenant.runtime.post(`/v1/sign-ins/${signIn.offer.id}/verify`, verified);
    await browserGivesUp();
    expect(problemOf(await verifying)).toBe('503 unavailable');
    await failedAndRevoked(signIn);
  });
});

it('a sign-in whose action is deleted during the token request is not stored, and its tokens are revoked', async () => {
  const signIn = await atProvider();
  const { gpt } = signIn.user;
  world.provider.behavior.after = async () => {
    expect((await gpt.tenant.admin.delete(`/v1/gpts/${gpt.id}`)).status).toBe(204);
  };
  expect((await signIn.returns()).status).toBe(404);
  await eventually(goodTokens, (count) => count === 0);
});
