import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Traces } from '../../src/traces/traces.js';
import type { ApiResponse } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { problemOf } from '../support/problem.js';

let world: OAuthWorld;

beforeAll(async () => {
  world = await OAuthWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

const namesOf = ({ steps }: ApiResponse['body']) => steps.map(({ name }: { name: string }) => name);

const ALL_STEPS = ['offered', 'opened', 'authorization_request', 'callback', 'token_request', 'outcome'];

describe('the trace of a sign-in', () => {
  it('lists the steps in order with request, response, duration and decision', async () => {
    const alice = await world.user();
    const signIn = await alice.signsIn();
    const trace = await signIn.trace();
    expect(trace).toMatchObject({ id: signIn.offer.id, status: 'connected', diagnosis: null, diagnosis_code: null });
    expect(namesOf(trace)).toEqual(ALL_STEPS);
    const [offered, opened, authorization, callback, token, outcome] = trace.steps;
    const times = trace.steps.map(({ at }: { at: string }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a: number, b: number) => a - b));
    expect(offered.decision).toContain('not_connected');
    expect(opened.decision).toContain('shown');
    expect(authorization.sent.line).toMatch(`GET ${world.provider.url}/authorize?`);
    expect(authorization.sent.line).toContain('code_challenge_method=S256');
    expect(authorization.sent.line).toContain('state=[HIDDEN]');
    expect(callback.sent.line).toMatch(/^GET .*\/aip\/g-\w+\/oauth\/callback\?/);
    expect(callback.sent.line).toContain('code=[HIDDEN]');
    expect(token.sent.line).toBe(`POST ${world.provider.url}/token`);
    expect(token.sent.body).toContain('grant_type=authorization_code');
    expect(token.sent.body).toContain('client_secret=[HIDDEN]');
    expect(token.received).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(token.received.body)).toMatchObject({ access_token: '[HIDDEN]', token_type: 'bearer' });
    expect(token.duration_ms).toBeGreaterThanOrEqual(0);
    expect(token.decision).toBe('tokens were granted');
    expect(outcome.decision).toBe('connected');
  });

  it('says what to do if the provider shows an error page of its own, until the browser comes back', async () => {
    const alice = await world.user();
    const signIn = await alice.startsSigningIn();
    const callback = signIn.authorizationRequest.get('redirect_uri') ?? '';
    const { status, diagnosis, diagnosis_code, steps } = await signIn.trace();
    expect([status, diagnosis_code, steps.at(-1)]).toMatchObject([
      'pending',
      'not_returned',
      { name: 'authorization_request', diagnosis: null },
    ]);
    for (const part of [
      'error page of its own',
      `register exactly ${callback} as a redirect URI`,
      world.provider.clientId,
    ]) {
      expect(diagnosis).toContain(part);
    }
    await signIn.signsInAtTheProvider();
    await signIn.returns();
    expect(await signIn.trace()).toMatchObject({ status: 'connected', diagnosis: null, diagnosis_code: null });
  });

  it('still says so when the sign-in has expired at the provider', async () => {
    const signIn = await (await world.user()).startsSigningIn();
    world.app.clock.advance({ hours: 2 });
    expect(await signIn.trace()).toMatchObject({ status: 'expired', diagnosis_code: 'not_returned' });
  });

  it('quotes an error of the provider that came without state, before it says that state is missing', async () => {
    world.provider.simulate({
      redirectWith: { code: '', state: '', error: 'invalid_scope', error_description: 'no such scope' },
    });
    const signIn = await (await world.user()).signsIn();
    const { status, diagnosis, diagnosis_code } = await signIn.trace();
    expect([status, diagnosis_code]).toEqual(['pending', 'state_missing']);
    expect(diagnosis).toMatch(/^The provider responded with the error "invalid_scope"\. .*did not return state/);
    expect(diagnosis).toContain('Set scope to scopes that are enabled');
  });

  it('keeps the order of steps within the same millisecond', async () => {
    const now = world.app.clock.now();
    const frozen = jest.spyOn(world.app.clock, 'now').mockImplementation(() => new Date(now));
    try {
      for (let round = 0; round < 5; round++) {
        const signIn = await (await world.user(`alice-${round}`)).signsIn();
        expect(namesOf(await signIn.trace())).toEqual(ALL_STEPS);
      }
    } finally {
      frozen.mockRestore();
    }
  });

  it('shows the diagnosis at the failed step and at the top', async () => {
    world.provider.simulate('only Basic authentication');
    const signIn = await (await world.user()).signsIn();
    const trace = await signIn.trace();
    expect(trace).toMatchObject({ status: 'failed', diagnosis_code: 'client_refused' });
    expect(namesOf(trace)).toEqual(ALL_STEPS);
    const token = trace.steps.at(-2);
    expect(token).toMatchObject({ diagnosis: trace.diagnosis, diagnosis_code: trace.diagnosis_code });
    expect(token.received).toMatchObject({ status: 401 });
    expect(JSON.parse(token.received.body)).toMatchObject({ error: 'invalid_client' });
    expect(token.decision).toMatch(/^no token: /);
    expect(trace.steps.at(-1).decision).toMatch(/^failed: /);
  });

  it('explains why there was no response', async () => {
    world.provider.simulate({ dropsConnections: true });
    const signIn = await (await world.user()).signsIn();
    const trace = await signIn.trace();
    expect(trace.steps.at(-2)).toMatchObject({
      name: 'token_request',
      received: { failure: { code: 'upstream_unreachable', message: expect.any(String) } },
      duration_ms: expect.any(Number),
      diagnosis_code: 'connection_broken',
    });
  });

  it('includes earlier attempts: another browser, a second start, a repeated callback', async () => {
    const alice = await world.user();
    const signIn = await alice.signsInAtProvider();
    await signIn.returns({}, new EndUser(alice.gpt, 'alice').browser);
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    await signIn.signsInAtTheProvider();
    await signIn.returns();
    await signIn.returns();
    const trace = await signIn.trace();
    expect(trace.status).toBe('connected');
    const rejected = trace.steps.filter(({ decision }: { decision: string }) => decision?.includes('was rejected'));
    expect(rejected.map(({ diagnosis_code }: ApiResponse['body']) => diagnosis_code)).toEqual(['other_browser']);
    expect(trace.steps.at(-1)).toMatchObject({ name: 'callback', decision: expect.stringContaining('again') });
    expect(namesOf(trace).filter((name: string) => name === 'token_request')).toHaveLength(1);
  });

  it('includes the steps of a user verification', async () => {
    const tenant = await world.app.tenant();
    const url = 'https://chat.example.com/who';
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, {
      user_verification: 'redirect',
      user_verification_url: url,
    });
    const signIn = await new EndUser((await world.notesGpt({}, tenant)).gpt, 'alice').signsInAtProvider();
    const location = new URL((await signIn.returns()).headers.get('location') ?? '');
    const browser_token = location.searchParams.get('browser_token');
    const path = `/v1/sign-ins/${signIn.offer.id}/verify`;
    await tenant.runtime.post(path, { user: 'alice', browser_token: 'wrong' });
    await tenant.runtime.post(path, { user: 'alice', browser_token });
    const names = namesOf(await signIn.trace());
    expect(names).toEqual([...ALL_STEPS.slice(0, 4), ...Array<string>(3).fill('verification'), ...ALL_STEPS.slice(4)]);
  });
});

describe('the trace of a connection', () => {
  const traceOf = async (alice: EndUser) => {
    const { id } = await alice.connection();
    return (await alice.gpt.tenant.admin.get(`/v1/connections/${id}/trace`)).body;
  };

  it('lists the refreshes, oldest first', async () => {
    world.provider.simulate('rotates');
    const alice = await world.connectedUser();
    expect(await traceOf(alice)).toMatchObject({ status: 'active', steps: [] });
    for (let round = 0; round < 3; round++) {
      world.app.clock.advance({ hours: 2 });
      await alice.calls();
    }
    const trace = await traceOf(alice);
    expect(trace).toMatchObject({ id: (await alice.connection()).id, status: 'active', diagnosis: null });
    expect(namesOf(trace)).toEqual(Array(3).fill('refresh_request'));
    const times = trace.steps.map(({ at }: { at: string }) => Date.parse(at));
    expect(times).toEqual(times.toSorted((a: number, b: number) => a - b));
    expect(trace.steps[0]).toMatchObject({
      sent: { line: `POST ${world.provider.url}/token`, body: expect.stringContaining('refresh_token=[HIDDEN]') },
      received: { status: 200 },
      decision: 'tokens were granted',
    });
  });

  it('explains why the user has to sign in again', async () => {
    const alice = await world.connectedUser();
    world.provider.revokeGrants();
    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    const trace = await traceOf(alice);
    expect(trace).toMatchObject({ status: 'reconnect_required', diagnosis: expect.any(String) });
    expect(trace.diagnosis_code).toMatch(/^refresh_/);
  });

  it('reports a clock difference although the refresh succeeded', async () => {
    const alice = await world.connectedUser();
    world.provider.simulate('a clock that is an hour behind');
    world.app.clock.advance({ hours: 2 });
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect(await traceOf(alice)).toMatchObject({ status: 'active', diagnosis_code: 'clock_differs' });
  });

  it('reports that the provider is failing', async () => {
    const alice = await world.connectedUser();
    world.provider.simulate('service unavailable');
    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    expect(await traceOf(alice)).toMatchObject({ status: 'active', diagnosis_code: 'provider_failing' });
  });
});

describe('traces', () => {
  it('are shown only to admins of their tenant', async () => {
    const alice = await world.user();
    const signIn = await alice.signsIn();
    const { id } = await alice.connection();
    const stranger = await world.app.tenant('Stranger');
    for (const path of [`/v1/sign-ins/${signIn.offer.id}/trace`, `/v1/connections/${id}/trace`]) {
      expect(problemOf(await world.tenant.runtime.get(path))).toMatch(/^403 /);
      expect(problemOf(await stranger.admin.get(path))).toBe('404 not_found');
      expect(problemOf(await world.app.anonymous.get(path))).toMatch(/^401 /);
      expect((await world.tenant.admin.get(path)).status).toBe(200);
    }
    for (const path of ['/v1/sign-ins/si-unknown/trace', '/v1/connections/conn-unknown/trace']) {
      expect(problemOf(await world.tenant.admin.get(path))).toBe('404 not_found');
    }
  });

  it('lose their steps after TRACE_DAYS', async () => {
    const short = await OAuthWorld.start({ environment: { TRACE_DAYS: '2' } });
    try {
      short.reset();
      const alice = await short.connectedUser();
      const { id } = await alice.connection();
      const stepsAfter = async (hours: number) => {
        short.app.clock.advance({ hours });
        await alice.calls();
        await short.app.get(Traces).sweep();
        return (await alice.gpt.tenant.admin.get(`/v1/connections/${id}/trace`)).body.steps.length;
      };
      expect(await stepsAfter(2)).toBe(1);
      expect(await stepsAfter(45)).toBe(2);
      expect(await stepsAfter(4)).toBe(2);
      expect(await stepsAfter(100)).toBe(1);
    } finally {
      await short.stop();
    }
  });

  it('are deleted with their tenant', async () => {
    const tenant = await world.app.tenant('Gone');
    const signIn = await new EndUser((await world.notesGpt({}, tenant)).gpt, 'alice').signsIn();
    const dumped = async () => (await world.app.get(Traces).of(tenant.id, signIn.offer.id)).length;
    expect(await dumped()).toBeGreaterThan(0);
    expect((await world.app.operator.delete(`/v1/tenants/${tenant.id}`)).status).toBe(204);
    expect(await dumped()).toBe(0);
  });

  it('have a limited number of steps, even if a link is opened many times', async () => {
    const alice = await world.user();
    const signIn = await alice.getsSignInLink();
    for (let visit = 0; visit < 70; visit++) await signIn.opensTheLink();
    expect((await signIn.pressesTheButton()).status).toBe(429);
    expect((await signIn.trace()).steps.length).toBeLessThanOrEqual(70);
  });
});
