import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { descriptionOf, field, hasFocus, opensAuthentication, saves } from '../support/console/authentication-form.js';
import { ConsoleWorld } from '../support/console/console-world.js';
import { EndUser } from '../support/end-user.js';

let world: ConsoleWorld;

beforeAll(async () => {
  world = await ConsoleWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.startTest());

afterEach(() => world.endTest());

describe('The authentication form for an API key', () => {
  it('shows a stored key as [HIDDEN], keeps it when saved again, and replaces it when another is typed', async () => {
    const { page, form, stored } = await opensAuthentication(world);
    await form.getByRole('radio', { name: 'API Key' }).check();
    await form.getByRole('radio', { name: 'Bearer' }).check();
    await field(form, 'API key').fill('key-of-the-weather');
    expect(await world.visitor.accessibilityFindings('authentication-api-key')).toEqual([]);
    await saves(page);
    expect(await stored()).toMatchObject({ type: 'api_key', auth_type: 'bearer', api_key: '[HIDDEN]' });
    expect(await field(form, 'API key').inputValue()).toBe('[HIDDEN]');
    expect(await page.content()).not.toContain('key-of-the-weather');

    await page.reload();
    await field(form, 'API key').waitFor();
    expect(await field(form, 'API key').inputValue()).toBe('[HIDDEN]');
    await form.getByRole('radio', { name: 'Basic' }).check();
    await saves(page);
    await world.gpt.call('listNotes');
    expect(world.api.last.headers['authorization']).toBe(
      `Basic ${Buffer.from('key-of-the-weather').toString('latin1')}`,
    );

    await field(form, 'API key').focus();
    expect(await field(form, 'API key').inputValue()).toBe('');
    await form.getByRole('radio', { name: 'Bearer' }).check();
    expect(await field(form, 'API key').inputValue()).toBe('[HIDDEN]');
    await field(form, 'API key').fill('another-key');
    await saves(page);
    await world.gpt.call('listNotes');
    expect(world.api.last.headers['authorization']).toBe('Bearer another-key');
  });

  it('sends the key in a custom header, beside static headers', async () => {
    const { page, form, stored } = await opensAuthentication(world);
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
    await world.gpt.call('listNotes');
    expect(world.api.last.headers).toMatchObject({
      'x-weather-key': 'key-in-a-header',
      'notion-version': '2022-06-28',
    });
    await form.getByRole('button', { name: 'Remove header 1' }).click();
    await saves(page);
    expect(await stored()).not.toHaveProperty('static_headers');
  });

  it('sends the key as a query parameter, or as username and password', async () => {
    const { page, form, stored } = await opensAuthentication(world);
    await form.getByRole('radio', { name: 'API Key' }).check();
    await form.getByRole('radio', { name: 'Basic' }).check();
    await field(form, 'API key').fill('key-in-the-query');
    await form.getByRole('button', { name: 'More' }).click();
    await field(form, 'Location').selectOption('A query parameter');
    await field(form, 'Query parameter').fill('appid');
    await saves(page);
    await world.gpt.call('listNotes');
    expect(world.api.last.query.get('appid')).toBe('key-in-the-query');

    await field(form, 'Location').selectOption('A header');
    await form.getByRole('radio', { name: 'Username and password' }).check();
    await field(form, 'Username').fill('alice');
    await field(form, 'Password').fill('open sesame');
    expect(await world.visitor.accessibilityFindings('authentication-basic')).toEqual([]);
    await saves(page);
    expect(await stored()).toMatchObject({ username: 'alice', password: '[HIDDEN]' });
    await page.reload();
    await field(form, 'Password').waitFor();
    expect(await field(form, 'Password').inputValue()).toBe('[HIDDEN]');
    await world.gpt.call('listNotes');
    expect(world.api.last.headers['authorization']).toBe(`Basic ${btoa('alice:open sesame')}`);
  });

  it('saves per-user keys with a check operation', async () => {
    const { page, form, stored } = await opensAuthentication(world);
    await form.getByRole('radio', { name: 'API Key' }).check();
    await form.getByRole('button', { name: 'More' }).click();
    await form.getByRole('switch', { name: 'Per-user keys' }).check();
    expect(await field(form, 'API key').count()).toBe(0);
    await form.getByRole('combobox', { name: 'Check operation' }).fill('listN');
    await page.getByRole('option', { name: /listNotes/ }).click();
    world.visitor.expectedErrors.push(/status of 400/);
    const help = { help_text: 'Create a key under Settings.', help_url: 'http://keys.example.com' };
    await field(form, 'Where to get a key').fill(help.help_text);
    await field(form, 'Link to that page').fill(help.help_url);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await form.getByText('must be an https URL').waitFor();
    await field(form, 'Link to that page').fill('https://keys.example.com');
    await saves(page);
    const saved = { ...help, help_url: 'https://keys.example.com' };
    expect(await stored()).toMatchObject({ per_user: true, check_operation: 'listNotes', ...saved });
    await page.reload();
    expect(await field(form, 'Where to get a key').inputValue()).toBe(help.help_text);
    expect(await form.getByRole('combobox', { name: 'Check operation' }).inputValue()).toContain('listNotes');
  });
});

describe('The authentication form for OAuth', () => {
  it('saves and restores every field, and keeps the hidden secret', async () => {
    const { page, form, stored, action } = await opensAuthentication(world);
    await form.getByRole('radio', { name: 'OAuth' }).check();
    expect(await field(form, 'Callback URL').inputValue()).toBe(action.callback_url);
    const texts = {
      client_id: ['Client ID', world.provider.clientId],
      client_secret: ['Client secret', world.provider.clientSecret],
      authorization_url: ['Authorization URL', `${world.provider.url}/authorize`],
      token_url: ['Token URL', `${world.provider.url}/token`],
      scope: ['Scope', 'notes:read notes:write'],
      refresh_url: ['Refresh URL', `${world.provider.url}/refresh`],
      revocation_url: ['Revocation URL', `${world.provider.url}/revoke`],
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
    expect(await world.visitor.accessibilityFindings('authentication-oauth')).toEqual([]);
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
    expect(await page.content()).not.toContain(world.provider.clientSecret);
  });

  it('keeps and changes the settings of token requests and of the token of calls', async () => {
    const schema = {
      token_request_method: 'GET',
      token_exchange_method: 'basic_auth_header_raw',
      token_headers: { 'X-App-Key': 'app-key-canary' },
      token_header_name: 'X-Api-Token',
      token_prefix: '',
      connection_values: [{ name: 'realm', from: 'callback', pointer: '/realmId', pattern: '[0-9]+' }],
      allowed_hosts: ['*.example.com', 'api.example.org'],
      token_refused_when: { statuses: [403], pointer: '/error', values: ['token_expired'] },
    };
    const { page, form, stored } = await opensAuthentication(world, world.provider.schema(schema));
    await field(form, 'Scope').fill('notes:read');
    await saves(page);
    const kept = { ...schema, token_headers: { 'X-App-Key': '[HIDDEN]' }, scope: 'notes:read' };
    expect(await stored()).toMatchObject(kept);
    await field(form, 'Token prefix').fill('Token');
    await saves(page);
    expect(await stored()).toMatchObject({ ...kept, token_prefix: 'Token' });
    expect(await page.content()).not.toContain('app-key-canary');
  });

  it('discards unsaved values, and removes the stored secret', async () => {
    const { page, form, stored } = await opensAuthentication(world, world.provider.schema());
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
    const { page, form, stored } = await opensAuthentication(world, world.provider.schema());
    world.visitor.expectedErrors.push(/409 \(Conflict\)/);
    await field(form, 'Token URL').fill(`${world.provider.url}/elsewhere`);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Not saved. Fix: Client secret.').waitFor();
    const secret = field(form, 'Client secret');
    expect(await descriptionOf(secret)).toMatch(/client secret/i);
    expect(await hasFocus(secret)).toBe(true);
    await secret.fill(world.provider.clientSecret);
    await saves(page);
    expect((await stored()).token_url).toBe(`${world.provider.url}/elsewhere`);
  });

  it('warns before a change ends connections', async () => {
    const { page, form, action } = await opensAuthentication(world, world.provider.schema());
    await new EndUser(world.gpt, 'alice').signsIn();
    await page.reload();
    await field(form, 'Scope').fill('notes:read');
    expect(await page.getByText('Saving ends').count()).toBe(0);
    await field(form, 'Authorization URL').fill(`${world.provider.url}/authorize?tenant=2`);
    await page.getByText('Saving ends 1 connection').waitFor();
    await field(form, 'Client secret').fill(world.provider.clientSecret);
    expect(await world.visitor.accessibilityFindings('authentication-ends-connections')).toEqual([]);
    await saves(page, 'Save and end 1 connection');
    const { body } = await world.tenant.admin.get(`/v1/connections?action_id=${action.id}&status=active`);
    expect(body.data).toEqual([]);
    await page.getByRole('button', { name: 'Save', exact: true }).waitFor();
  });

  it('shows errors at their fields', async () => {
    const { page, form } = await opensAuthentication(world);
    world.visitor.expectedErrors.push(/400 \(Bad Request\)/);
    await form.getByRole('radio', { name: 'OAuth' }).check();
    await field(form, 'Client ID').fill('someone');
    await field(form, 'Authorization URL').fill('provider.example.com/authorize');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText(/Not saved. Fix: .*Token URL/).waitFor();
    expect(await field(form, 'Token URL').getAttribute('aria-invalid')).toBe('true');
    expect(await descriptionOf(field(form, 'Authorization URL'))).toContain('URL');
    expect(await world.visitor.accessibilityFindings('authentication-mistakes')).toEqual([]);
    await field(form, 'Token URL').fill('x');
    expect(await field(form, 'Token URL').getAttribute('aria-invalid')).not.toBe('true');
    // An error behind "More" opens it.
    await field(form, 'Authorization URL').fill(`${world.provider.url}/authorize`);
    await field(form, 'Token URL').fill(`${world.provider.url}/token`);
    await form.getByRole('button', { name: 'More' }).click();
    await field(form, 'Token path').fill('not a pointer');
    await form.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Not saved. Fix: Token path.').waitFor();
    expect(await descriptionOf(field(form, 'Token path'))).toContain('JSON pointer');
    expect(await field(form, 'Token path').getAttribute('aria-invalid')).toBe('true');
  });

  it('copies the callback URL and announces it', async () => {
    const { page, form, action } = await opensAuthentication(world, world.provider.schema());
    await form.getByRole('button', { name: 'Copy callback URL' }).click();
    await form.getByRole('button', { name: 'Copied' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(action.auth.callback_url);
  });
});

it('The authentication form saves an API key by keyboard', async () => {
  const { page, form, stored } = await opensAuthentication(world);
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
