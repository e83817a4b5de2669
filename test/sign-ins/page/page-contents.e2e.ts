import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from '../../../examples/notes-provider/browser.js';
import { Client } from '../../support/client.js';
import { EndUser, type SignInAttempt } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import type { TestTenant } from '../../support/tenant.js';
import { NOTES_PATHS } from '../../support/upstream.js';

let world: OAuthWorld;
let tenant: TestTenant;

const RETURN_URL = 'https://chat.acme.example/back?c=1';

beforeAll(async () => {
  world = await OAuthWorld.start();
  tenant = await world.app.tenant('Acme');
  await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { return_url_origins: ['https://chat.acme.example'] });
});

afterAll(() => world.stop());

beforeEach(() => world.reset());

function documentWith(scopes: object): object {
  const flow = { authorizationUrl: `${world.provider.url}/authorize`, tokenUrl: `${world.provider.url}/token`, scopes };
  const securitySchemes = { oauth: { type: 'oauth2', flows: { authorizationCode: flow } } };
  return world.api.document(NOTES_PATHS, { components: { securitySchemes } });
}

async function offered(body: object = {}, name = 'alice'): Promise<SignInAttempt> {
  return new EndUser((await world.notesGpt({}, tenant)).gpt, name).getsSignInLink(body);
}

describe('the scopes on the sign-in page', () => {
  it('are described in the words of the document, which are escaped', async () => {
    const gpt = await tenant.gpt();
    const scopes = { 'notes:read': 'Read <b>your</b> notes', 'notes:other': 'Something else' };
    const { id } = await gpt.action(documentWith(scopes), world.provider.schema());
    const alice = new EndUser(gpt, 'alice');
    const { body } = await (await alice.getsSignInLink()).opensTheLink();
    expect(body).toContain('<li>Read &#60;b&#62;your&#60;/b&#62; notes<br><code>notes:read</code></li>');
    expect(body).toContain('<li><code>notes:write</code></li>');
    expect(body).not.toContain('Something else');

    const changed = documentWith({ 'notes:write': 'Change your notes' });
    expect((await tenant.admin.patch(`${gpt.path}/actions/${id}`, { openapi: changed })).status).toBe(200);
    const later = await (await alice.getsSignInLink()).opensTheLink();
    expect(later.body).toContain('<li>Change your notes<br><code>notes:write</code></li>');
    expect(later.body).toContain('<li><code>notes:read</code></li>');
  });
});

describe('the privacy policy of the action', () => {
  it('is linked on the sign-in page, in a new tab, and absent without one', async () => {
    const { gpt, action } = await world.notesGpt({}, tenant);
    const alice = new EndUser(gpt, 'alice');
    expect((await (await alice.getsSignInLink()).opensTheLink()).body).not.toContain('Privacy policy');
    const privacy_policy_url = 'https://example.com/privacy?a=1&b=2';
    await tenant.admin.patch(`${gpt.path}/actions/${action.id}`, { privacy_policy_url });
    const { body } = await (await alice.getsSignInLink()).opensTheLink();
    expect(body).toContain(
      `<a href="https://example.com/privacy?a=1&#38;b=2" target="_blank" rel="noopener noreferrer">Privacy policy of ${world.api.domain}</a>`,
    );
  });
});

describe('the warning', () => {
  it('stands above the button', async () => {
    const { body } = await (await offered()).opensTheLink();
    expect(body.indexOf('Continue only if this is you')).toBeGreaterThan(0);
    expect(body.indexOf('Continue only if this is you')).toBeLessThan(body.indexOf('<button'));
  });
});

describe('the language switch', () => {
  it('marks the chosen language', async () => {
    const signIn = await offered();
    const { body } = await signIn.user.browser.get(`${signIn.offer.url}?lang=de`);
    expect(body).toContain('<span lang="de" aria-current="true">Deutsch</span>');
    expect(body.match(/aria-current/g)).toHaveLength(1);
  });
});

describe('the page of a key of an end user', () => {
  const SCHEMA = { type: 'api_key', auth_type: 'bearer', per_user: true };
  const HELP = { help_text: 'Create a key under <Settings>.', help_url: 'https://keys.example.com/new?x=1' };

  async function opened(schema: object): Promise<Page> {
    const gpt = await tenant.gpt();
    await gpt.action(world.api.document(NOTES_PATHS), schema);
    return (await new EndUser(gpt, 'alice').getsSignInLink()).opensTheLink();
  }

  it('says where to get the key, and its button says what it does', async () => {
    const { body, forms } = await opened({ ...SCHEMA, ...HELP });
    expect(body).toContain('Create a key under &#60;Settings&#62;.');
    expect(body).toContain(
      '<a href="https://keys.example.com/new?x=1" target="_blank" rel="noopener noreferrer">Find it at keys.example.com</a>',
    );
    expect(forms[0]?.buttons.map(({ label }) => label)).toEqual([`Save key for ${world.api.domain}`]);
  });

  it('has a button for sign-in details if it asks for a user name', async () => {
    const { body, forms } = await opened({ ...SCHEMA, auth_type: 'basic' });
    expect(body).not.toContain('class="help"');
    expect(forms[0]?.buttons.map(({ label }) => label)).toEqual([`Save sign-in details for ${world.api.domain}`]);
  });

  it('stores the help as it was sent, and without ending connections', async () => {
    const gpt = await tenant.gpt();
    const { id } = await gpt.action(world.api.document(NOTES_PATHS), SCHEMA);
    const alice = new EndUser(gpt, 'alice');
    await (await alice.getsSignInLink()).opensTheLink();
    await alice.browser.submit({ api_key: 'key-of-alice' });
    const { status, body } = await tenant.admin.put(`${gpt.path}/actions/${id}/auth`, { ...SCHEMA, ...HELP });
    expect([status, body.help_text, body.help_url]).toEqual([200, HELP.help_text, HELP.help_url]);
    expect((await alice.connection()).status).toBe('active');
  });

  it.each<[object, string]>([
    [{ help_text: 'x'.repeat(501) }, '/auth/help_text'],
    [{ help_text: '' }, '/auth/help_text'],
    [{ help_text: 'two\nlines' }, '/auth/help_text'],
    [{ help_url: 'http://keys.example.com' }, '/auth/help_url'],
    [{ help_url: 'javascript:alert(1)' }, '/auth/help_url'],
    [{ help_url: 'https://user:pass@keys.example.com' }, '/auth/help_url'],
    [{ help_url: 'keys.example.com' }, '/auth/help_url'],
    [{ per_user: false, api_key: 'x', ...HELP }, '/auth/help_text /auth/help_url'],
  ])('rejects help that cannot be shown: %j', async (fields, pointers) => {
    const gpt = await tenant.gpt();
    const answer = await gpt.addAction({ openapi: world.api.document(NOTES_PATHS), auth: { ...SCHEMA, ...fields } });
    expect(problemOf(answer)).toBe(`400 invalid_request ${pointers}`);
  });
});

describe('the way back at the end', () => {
  const link = (url: string) => `<a class="button" href="${url.replaceAll('&', '&#38;')}">Back to the assistant</a>`;

  it.each([
    ['connected', {}],
    ['denied', { redirectWith: { code: '', error: 'access_denied' } }],
    ['failed', { redirectWith: { code: '', error: 'server_error' } }],
  ])('leads to the return_url of a sign-in that is %s', async (status, behavior) => {
    world.provider.behavior = behavior;
    const signIn = await offered({ return_url: RETURN_URL });
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    await signIn.signsInAtTheProvider();
    await signIn.returns();
    const back = `${RETURN_URL}&sign_in=${signIn.offer.id}&status=${status}`;
    for (const url of [signIn.offer.url, `${world.app.url}/signin/done/${signIn.offer.id}`]) {
      const { body } = await signIn.user.browser.get(url);
      expect(body).toContain(link(back));
      expect(body).not.toContain('You can close this window');
    }
  });

  it('says that the window can be closed if there is no return_url', async () => {
    const signIn = await offered();
    await signIn.opensTheLink();
    const { body } = await signIn.user.browser.submit();
    expect(body).toContain('You can close this window.');
    expect(body).not.toContain('Back to the assistant');
  });

  it('is there on the page of an expired link, and of another browser', async () => {
    const signIn = await offered({ return_url: RETURN_URL });
    await signIn.opensTheLink();
    await signIn.pressesTheButton();
    await signIn.signsInAtTheProvider();
    expect((await signIn.returns({}, new Browser())).body).toContain(link(RETURN_URL));
    world.app.clock.advance({ minutes: 30 });
    const shown = await signIn.opensTheLink();
    expect(shown.body).toContain(link(`${RETURN_URL}&sign_in=${signIn.offer.id}&status=expired`));
  });

  it('leads from closed connected accounts to their return_url', async () => {
    const body = { user: 'alice', return_url: RETURN_URL };
    const { url } = (await tenant.runtime.post('/v1/connected-accounts-links', body)).body;
    const browser = new Browser();
    await browser.get(url);
    await browser.submit();
    await browser.submit({}, { button: 'Done', follow: false });
    expect((await browser.get(url)).body).toContain(link(RETURN_URL));
    world.app.clock.advance({ hours: 2 });
    expect((await browser.get(url)).body).toContain(link(RETURN_URL));
  });
});

describe('the page of a denied sign-in', () => {
  it('shows a choice, not a failure', async () => {
    world.provider.simulate('denied, as LinkedIn calls it');
    const signIn = await offered();
    await signIn.opensTheLink();
    const { body } = await signIn.user.browser.submit();
    expect(body).toContain('<div class="mark neutral"');
    expect(body).toContain('To try again, ask your assistant for a new link.');
    expect(body).not.toMatch(/mark bad|could not/);
  });
});

describe("the tenant's look", () => {
  const brand = '<span>Acme</span></header>';

  it('is kept for a callback that belongs to no sign-in', async () => {
    const { action } = await world.notesGpt({}, tenant);
    for (const query of ['', '?state=forged&code=x']) {
      expect((await new Browser().get(action.auth.callback_url + query)).body).toContain(brand);
    }
    expect((await new Browser().post(action.auth.callback_url, { code: 'x' })).body).toContain(brand);
  });

  it('is kept for a form of another site, and for a link whose API key was revoked', async () => {
    const signIn = await offered();
    await signIn.opensTheLink();
    const foreign = { headers: { origin: 'https://evil.example' } };
    expect((await signIn.user.browser.submit({}, foreign)).body).toContain(brand);

    const key = (await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'short' })).body;
    const { url } = (await new Client(world.app.url, key.key).post('/v1/connected-accounts-links', { user: 'alice' }))
      .body;
    await tenant.admin.delete(`/v1/keys/${key.id}`);
    expect((await new Browser().get(url)).body).toContain(brand);
  });
});
