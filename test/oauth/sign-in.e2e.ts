import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api, provider] = await Promise.all([TestApp.start(), Upstream.start(), AuthorizationServer.start()]);
  tenant = await app.tenant();
});

afterAll(async () => {
  await Promise.all([app.stop(), api.stop(), provider.stop()]);
});

beforeEach(async () => {
  provider.behaviour = {};
  gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS), provider.schema());
});

describe('a call of a user who has not signed in', () => {
  it('answers with "Sign in to {domain}" and calls nothing', async () => {
    const { status, body } = await gpt.call('listNotes', { user: 'alice' });
    expect(status).toBe(200);
    expect(body.outcome).toBe('sign_in_required');
    expect(body.sign_in).toMatchObject({
      domain: api.domain,
      label: `Sign in to ${api.domain}`,
      reason: 'not_connected',
    });
    expect(api.requests).toHaveLength(0);
  });

  it('goes on once the user has signed in, with their token', async () => {
    const { body } = await gpt.call('listNotes', { user: 'alice' });
    const browser = new Browser();
    await browser.get(body.sign_in.url);
    await browser.submit();
    expect(browser.page.body).toContain(`You are signed in to ${api.domain}`);
    const signIn = await tenant.runtime.get(`/v1/sign-ins/${body.sign_in.id}`);
    expect(signIn.body).toMatchObject({ status: 'connected', error: null });
    const again = await gpt.call('listNotes', { user: 'alice' });
    expect(again.body).toMatchObject({ outcome: 'completed', response: { status: 200, body: { ok: true } } });
    const [token] = provider.accessTokens;
    expect(api.last.headers['authorization']).toBe(`Bearer ${[...provider.accessTokens].at(-1) ?? token}`);
  });
});
