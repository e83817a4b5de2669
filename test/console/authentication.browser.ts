import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { descriptionOf, field, hasFocus, opensAuthentication, saves } from '../support/console/authentication-form.js';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { EndUser } from '../support/end-user.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let browser: ConsoleBrowser;
let upstream: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;
let gpt: TestGpt;
let visitor: Visitor;

beforeAll(async () => {
  [app, browser, upstream, provider] = await Promise.all([
    TestApp.start(),
    ConsoleBrowser.start(),
    Upstream.start(),
    AuthorizationServer.start(),
  ]);
  tenant = await app.tenant('Acme Assistants');
});

afterAll(() => Promise.all([app.stop(), browser.stop(), upstream.stop(), provider.stop()]));

beforeEach(async () => {
  gpt = await tenant.gpt();
  provider.reset();
  visitor = await browser.visitor(app);
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

const opens = (auth?: object, document: object = upstream.document(NOTES_PATHS)) =>
  opensAuthentication(visitor, gpt, document, auth);

describe('The authentication form for an API key', () => {
  it('shows a stored key as [HIDDEN], keeps it when saved again, and replaces it when another is typed', async () => {
    const { page, form, stored } = await opens();
    await form.getByRole('radio', { name: 'API Key' }).check();
    await form.getByRole('radio', { name: 'Bearer' }).check();
    await field(form, 'API key').fill('key-of-the-weather');
    expect(await visitor.accessibilityFindings('authentication-api-key')).toEqual([]);
    await saves(page);
    expect(await stored()).toMatchObject({ type: 'api_key', auth_type: 'bearer', api_key: '[HIDDEN]' });
    expect(await field(form, 'API key').inputValue()).toBe('[HIDDEN]');
    expect(await page.content()).not.toContain('key-of-the-weather');

    await page.reload();
    await field(form, 'API key').waitFor();
    expect(await field(form, 'API key').inputValue()).toBe('[HIDDEN]');
    await form.getByRole('radio', { name: 'Basic' }).check();
    await saves(page);
    await gpt.call('listNotes');
    expect(upstream.last.headers['authorization']).toBe(
      `Basic ${Buffer.from('key-of-the-weather').toString('latin1')}`,
    );

    await field(form, 'API key').focus();
    expect(await field(form, 'API key').inputValue()).toBe('');
    await form.getByRole('radio', { name: 'Bearer' }).check();
    expect(await field(form, 'API key').inputValue()).toBe('[HIDDEN]');
    await field(form, 'API key').fill('another-key');
    await saves(page);
    await gpt.call('listNotes');
    expect(upstream.last.headers['authorization']).toBe('Bearer another-key');
  });

  it('sends the key in a custom header, beside static headers', async () => {
    const { page, form, stored } = await opens();
    await form.getByRole('radio', { name: 'API Key' }).check();
    await form.getByRole('radio', { name: 'Custom' }).check();
    await field(form, 'Custom header name').fill('X-Weather-Key');
    await field(form, 'API key').fill('key-in-a-header');
    await form.getByRole('button', { name: 'Add a header' }).click();
    await page.keyboard.type('Notion-Version');
    await form.getByLabel('Value of header 1').fill('2022-06-28');
    await saves(page);
    expect(await stored()).toMatchObject({
      custom_header_name: 'X-Weather-Key',
      static_headers: { 'Notion-Version': '2022-06-28' },
    });
    await gpt.call('listNotes');
    expect(upstream.last.headers).toMatchObject({ 'x-weather-key': 'key-in-a-header', 'notion-version': '2022-06-28' });
    await form.getByRole('button', { name: 'Remove header 1' }).click();
    await saves(page);
    expect(await stored()).not.toHaveProperty('static_headers');
  });

  it('sends the key as a query parameter, or as username and password', async () => {
    const { page, form, stored } = await opens();
    await form.getByRole('radio', { name: 'API Key' }).check();
    await form.getByRole('radio', { name: 'Basic' }).check();
    await field(form, 'API key').fill('key-in-the-query');
    await form.getByRole('button', { name: 'More' }).click();
    await field(form, 'Location').selectOption('A query parameter');
    await field(form, 'Query parameter').fill('appid');
    await saves(page);
    await gpt.call('listNotes');
    expect(upstream.last.query.get('appid')).toBe('key-in-the-query');

    await field(form, 'Location').selectOption('A header');
    await form.getByRole('radio', { name: 'Username and password' }).check();
    await field(form, 'Username').fill('alice');
    await field(form, 'Password').fill('open sesame');
    expect(await visitor.accessibilityFindings('authentication-basic')).toEqual([]);
    await saves(page);
    expect(await stored()).toMatchObject({ username: 'alice', password: '[HIDDEN]' });
    await page.reload();
    await field(form, 'Password').waitFor();
    expect(await field(form, 'Password').inputValue()).toBe('[HIDDEN]');
    await gpt.call('listNotes');
    expect(upstream.last.headers['authorization']).toBe(`Basic ${btoa('alice:open sesame')}`);
  });

  it('saves per-user keys with a check operation', async () => {
    const { page, form, stored } = await opens();
    await form.getByRole('radio', { name: 'API Key' }).check();
    await form.getByRole('button', { name: 'More' }).click();
    await form.getByRole('switch', { name: 'Per-user keys' }).check();
    expect(await field(form, 'API key').count()).toBe(0);
    await form.getByRole('combobox', { name: 'Check operation' }).fill('listN');
    await page.getByRole('option', { name: /listNotes/ }).click();
    await saves(page);
    expect(await stored()).toMatchObject({ per_user: true, check_operation: 'listNotes' });
    await page.reload();
    expect(await form.getByRole('combobox', { name: 'Check operation' }).inputValue()).toContain('listNotes');
  });
});

describe('The authentication form for OAuth', () => {
  it('saves and restores every field, and keeps the hidden secret', async () => {
    const { page, form, stored, action } = await opens();
    await form.getByRole('radio', { name: 'OAuth' }).check();
    expect(await field(form, 'Callback URL').inputValue()).toBe(action.callback_url);
    const texts = {
      client_id: ['Client ID', provider.clientId],
      client_secret: ['Client secret', provider.clientSecret],
      authorization_url: ['Authorization URL', `${provider.url}/authorize`],
      token_url: ['Token URL', `${provider.url}/token`],
      scope: ['Scope', 'notes:read notes:write'],
      refresh_url: ['Refresh URL', `${provider.url}/refresh`],
      revocation_url: ['Revocation URL', `${provider.url}/revoke`],
      token_path: ['Token path', '/authed_user'],
      error_path: ['Error path', '/problem'],
      resource: ['Resource', 'https://api.example.com'],
    } as const;
    await form.getByRole('radio', { name: 'Basic authorization header' }).check();
    await field(form, 'Authorization content type').selectOption('application/json');
    await form.getByRole('button', { name: 'More' }).click();
    for (const [label, text] of Object.values(texts)) await field(form, label).fill(text);
    await field(form, 'PKCE').selectOption('Always');
    await field(form, 'Scope separator').selectOption('Comma');
    await field(form, 'Token scheme').selectOption('Bearer');
    await addsPair(form, 'authorization parameter', 'access_type', 'offline');
    await addsPair(form, 'token parameter', 'audience', 'notes');
    await addsPair(form, 'refresh parameter', 'fb_exchange_token', '{access_token}');
    expect(await visitor.accessibilityFindings('authentication-oauth')).toEqual([]);
    await saves(page);
    const fields = Object.fromEntries(Object.entries(texts).map(([name, [, text]]) => [name, text as string]));
    const whole = {
      ...fields,
      client_secret: '[HIDDEN]',
      token_exchange_method: 'basic_auth_header',
      authorization_content_type: 'application/json',
      pkce: 'required',
      scope_separator: ',',
      token_scheme: 'bearer',
      authorization_params: { access_type: 'offline' },
      token_params: { audience: 'notes' },
      refresh_params: { fb_exchange_token: '{access_token}' },
    };
    expect(await stored()).toMatchObject(whole);
    await page.reload();
    await field(form, 'Client ID').waitFor();
    for (const [label, text] of Object.values(texts)) {
      expect(await field(form, label).inputValue()).toBe(label === 'Client secret' ? '[HIDDEN]' : text);
    }
    await saves(page);
    expect(await stored()).toMatchObject(whole);
    expect(await page.content()).not.toContain(provider.clientSecret);
  });

  it('discards unsaved values, and removes the stored secret', async () => {
    const { page, form, stored } = await opens(provider.schema());
    const secret = field(form, 'Client secret');
    await secret.fill('typed-and-left');
    await form.getByRole('button', { name: 'Keep the stored client secret' }).click();
    expect(await secret.inputValue()).toBe('[HIDDEN]');
    await secret.fill('typed-and-left');
    const address = page.url();
    await page.getByRole('link', { name: 'GPTs', exact: true }).first().click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'GPTs' }).waitFor();
    await page.goBack();
    await page.waitForURL(address);
    await secret.waitFor();
    expect(await secret.inputValue()).toBe('[HIDDEN]');
    const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage, history.state])');
    expect(kept + (await page.content())).not.toContain('typed-and-left');
    await form.getByRole('button', { name: 'Remove the stored client secret' }).click();
    await saves(page);
    expect(await stored()).not.toHaveProperty('client_secret');
  });

  it('requires the secret again when an endpoint changes', async () => {
    const { page, form, stored } = await opens(provider.schema());
    visitor.expectedErrors.push(/409 \(Conflict\)/);
    await field(form, 'Token URL').fill(`${provider.url}/elsewhere`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Not saved. Fix: Client secret.').waitFor();
    const secret = field(form, 'Client secret');
    expect(await descriptionOf(secret)).toMatch(/client secret/i);
    expect(await hasFocus(secret)).toBe(true);
    await secret.fill(provider.clientSecret);
    await saves(page);
    expect((await stored()).token_url).toBe(`${provider.url}/elsewhere`);
  });

  it('warns before a change ends connections', async () => {
    const { page, form, action } = await opens(provider.schema());
    await new EndUser(gpt, 'alice').signsIn();
    await page.reload();
    await field(form, 'Scope').fill('notes:read');
    expect(await page.getByText('Saving ends').count()).toBe(0);
    await field(form, 'Authorization URL').fill(`${provider.url}/authorize?tenant=2`);
    await page.getByText('Saving ends 1 connection').waitFor();
    await field(form, 'Client secret').fill(provider.clientSecret);
    expect(await visitor.accessibilityFindings('authentication-ends-connections')).toEqual([]);
    await saves(page, 'Save and end 1 connection');
    const { body } = await tenant.admin.get(`/v1/connections?action_id=${action.id}&status=active`);
    expect(body.data).toEqual([]);
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor();
  });

  it('shows errors at their fields', async () => {
    const { page, form } = await opens();
    visitor.expectedErrors.push(/400 \(Bad Request\)/);
    await form.getByRole('radio', { name: 'OAuth' }).check();
    await field(form, 'Client ID').fill('someone');
    await field(form, 'Authorization URL').fill('provider.example.com/authorize');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/Not saved. Fix: .*Token URL/).waitFor();
    expect(await field(form, 'Token URL').getAttribute('aria-invalid')).toBe('true');
    expect(await descriptionOf(field(form, 'Authorization URL'))).toContain('URL');
    expect(await visitor.accessibilityFindings('authentication-mistakes')).toEqual([]);
    await field(form, 'Token URL').fill('x');
    expect(await field(form, 'Token URL').getAttribute('aria-invalid')).not.toBe('true');
    // An error behind "More" opens it.
    await field(form, 'Authorization URL').fill(`${provider.url}/authorize`);
    await field(form, 'Token URL').fill(`${provider.url}/token`);
    await form.getByRole('button', { name: 'More' }).click();
    await field(form, 'Token path').fill('not a pointer');
    await form.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Not saved. Fix: Token path.').waitFor();
    expect(await descriptionOf(field(form, 'Token path'))).toContain('JSON pointer');
    expect(await field(form, 'Token path').getAttribute('aria-invalid')).toBe('true');
  });

  it('copies the callback URL and announces it', async () => {
    const { page, form, action } = await opens(provider.schema());
    await form.getByRole('button', { name: 'Copy callback URL' }).click();
    await form.getByRole('button', { name: 'Copied' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(action.auth.callback_url);
  });
});

it('The authentication form saves an API key by keyboard', async () => {
  const { page, form, stored } = await opens();
  const { keyboard } = page;
  await form.getByRole('radio', { name: 'None' }).focus();
  await keyboard.press('ArrowRight');
  await keyboard.press('Tab');
  await keyboard.press('ArrowDown');
  await form.getByRole('radio', { name: 'Custom' }).waitFor();
  await keyboard.press('Tab');
  await keyboard.type('X-Weather-Key');
  await keyboard.press('Tab');
  await keyboard.type('key-by-keyboard');
  await keyboard.press('Enter');
  await page.getByText('Authentication saved.').waitFor();
  expect(await stored()).toMatchObject({ custom_header_name: 'X-Weather-Key', api_key: '[HIDDEN]' });
});

async function addsPair(form: Locator, one: string, name: string, value: string): Promise<void> {
  await form.getByRole('button', { name: new RegExp(`Add an? ${one}`) }).click();
  await form.getByLabel(`Name of ${one} 1`).fill(name);
  await form.getByLabel(`Value of ${one} 1`).fill(value);
}
