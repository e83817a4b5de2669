import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { startNotesProvider, type NotesProvider } from '../../examples/notes-provider/index.js';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { EndUser } from '../support/end-user.js';
import { LAYOUTS, MetadataServer } from '../support/metadata-server.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let browser: ConsoleBrowser;
let upstream: Upstream;
let provider: AuthorizationServer;
let metadata: MetadataServer;
let notes: NotesProvider;
let tenant: TestTenant;
let gpt: TestGpt;
let visitor: Visitor;

beforeAll(async () => {
  [app, browser, upstream, provider, metadata, notes] = await Promise.all([
    TestApp.start(),
    ConsoleBrowser.start(),
    Upstream.start(),
    AuthorizationServer.start(),
    MetadataServer.start(),
    startNotesProvider(),
  ]);
  tenant = await app.tenant('Acme Assistants');
});

afterAll(() =>
  Promise.all([app.stop(), browser.stop(), upstream.stop(), provider.stop(), metadata.stop(), notes.close()]),
);

beforeEach(async () => {
  gpt = await tenant.gpt();
  provider.reset();
  metadata.reset();
  visitor = await browser.visitor(app);
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

/** Creates an action with a schema, and opens its authentication page. */
async function opens(auth?: object, document: object = upstream.document(NOTES_PATHS)) {
  const action = await gpt.action(document, auth);
  const path = `${gpt.path}/actions/${action.id}`;
  const page = await visitor.signsIn(tenant.admin.key ?? '', path.replace('/v1', '/console') + '/authentication');
  const form = page.getByRole('form', { name: 'Authentication' });
  await form.waitFor();
  return { action, page, form, stored: async () => (await tenant.admin.get(`${path}/auth`)).body };
}

/** Saves the form. */
async function saves(page: Page, button = 'Save'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const notification = page.getByText('Authentication saved.');
  await notification.waitFor();
  await page.locator('.mantine-Notification-closeButton').first().click();
  await notification.waitFor({ state: 'detached' });
}

function field(form: Locator, name: string): Locator {
  return form.getByLabel(name, { exact: true });
}

/** The part of a DOM element that the tests use. */
interface InPage {
  getAttribute(name: string): string | null;
  ownerDocument: { getElementById(id: string): { textContent: string } | null; activeElement: unknown };
}

/** The accessible description of a field: its error, help text and findings. */
function descriptionOf(input: Locator): Promise<string> {
  return input.evaluate((element: InPage) => {
    const ids = (element.getAttribute('aria-describedby') ?? '').split(' ');
    return ids.map((id) => element.ownerDocument.getElementById(id)?.textContent ?? '').join(' ');
  });
}

function hasFocus(input: Locator): Promise<boolean> {
  return input.evaluate((element: InPage) => element === element.ownerDocument.activeElement);
}

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

describe('A provider preset', () => {
  it('is suggested for the domain of the action, and fills in the form', async () => {
    const { form, page, stored } = await opens(undefined, githubDocument());
    await form.getByRole('radio', { name: 'OAuth' }).check();
    await form.getByRole('combobox', { name: 'Provider' }).click();
    const options = page.getByRole('listbox').getByRole('option');
    await page.getByText('Suggested for api.github.com').waitFor();
    expect(await options.first().textContent()).toBe('GitHub');
    await options.first().click();
    expect(await field(form, 'Token URL').inputValue()).toBe('https://github.com/login/oauth/access_token');
    await field(form, 'Client ID').fill('Iv1.0123456789abcdef');
    await field(form, 'Client secret').fill('secret-of-the-hub');
    await saves(page);
    expect(await stored()).toMatchObject({ authorization_url: 'https://github.com/login/oauth/authorize' });
  });

  it('asks for the values of its variables, and fills them in', async () => {
    const { form, page } = await opens(provider.schema());
    await form.getByRole('combobox', { name: 'Provider' }).fill('zend');
    await page.getByRole('option', { name: 'Zendesk' }).click();
    await page.getByRole('region', { name: 'About Zendesk' }).getByRole('listitem').first().waitFor();
    expect(await field(form, 'Token URL').inputValue()).toBe(`${provider.url}/token`);
    await form.getByLabel('Subdomain').fill('acme');
    await form.getByRole('button', { name: 'Fill in Zendesk' }).click();
    expect(await field(form, 'Token URL').inputValue()).toBe('https://acme.zendesk.com/oauth/tokens');
    expect(await field(form, 'Client ID').inputValue()).toBe(provider.clientId);
    expect(await visitor.accessibilityFindings('authentication-preset')).toEqual([]);
  });
});

describe('The suggestion of the document', () => {
  it('is applied with one click', async () => {
    const components = {
      securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Weather-Key' } },
    };
    const document = upstream.document(NOTES_PATHS, { components, security: [{ key: [] }] });
    const { form, page, stored } = await opens(undefined, document);
    await page.getByText('The document suggests: API key in the header X-Weather-Key.').waitFor();
    expect(await visitor.accessibilityFindings('authentication-none')).toEqual([]);
    await form.getByRole('button', { name: 'Apply' }).click();
    expect(await field(form, 'Custom header name').inputValue()).toBe('X-Weather-Key');
    expect(await page.getByText('The document suggests').count()).toBe(0);
    await field(form, 'API key').fill('key');
    await saves(page);
    expect(await stored()).toMatchObject({ auth_type: 'custom', custom_header_name: 'X-Weather-Key' });
  });

  it('does not refill a scope that was emptied', async () => {
    const { form, page, stored } = await opens(undefined, notes.documents.notes);
    await form.getByRole('button', { name: 'Apply' }).click();
    await field(form, 'Client ID').fill(notes.clientId);
    expect(await field(form, 'Scope').inputValue()).not.toBe('');
    await field(form, 'Scope').fill('');
    await saves(page);
    expect((await stored()).scope).toBeUndefined();
  });
});

describe('The issuer field', () => {
  it('fills in empty fields, lists scopes, and reports conflicts', async () => {
    metadata.publish(LAYOUTS.oauth(''), {
      body: metadata.document('', {
        revocation_endpoint: `${metadata.url}/revoke`,
        scopes_supported: ['notes:read', 'notes:write'],
        token_endpoint_auth_methods_supported: ['client_secret_basic'],
      }),
    });
    const { form, page } = await opens();
    await form.getByRole('radio', { name: 'OAuth' }).check();
    await field(form, 'Issuer').fill(metadata.url);
    await form.getByRole('button', { name: 'Fill in from issuer' }).click();
    await page.getByText('Filled in: authorization URL, token URL, revocation URL, token exchange method.').waitFor();
    expect(await field(form, 'Token URL').inputValue()).toBe(`${metadata.url}/token`);
    expect(await form.getByRole('radio', { name: 'Basic authorization header' }).isChecked()).toBe(true);
    await form.getByRole('button', { name: 'notes:read' }).click();
    expect(await field(form, 'Scope').inputValue()).toBe('notes:read');

    await field(form, 'Token URL').fill(`${metadata.url}/other`);
    await form.getByRole('button', { name: 'Fill in from issuer' }).click();
    const taking = form.getByRole('button', { name: 'Use the issuer’s token URL' });
    await taking.waitFor();
    expect(await visitor.accessibilityFindings('authentication-issuer')).toEqual([]);
    await taking.click();
    expect(await field(form, 'Token URL').inputValue()).toBe(`${metadata.url}/token`);
    expect(await taking.count()).toBe(0);
  });

  it('shows an error if the issuer publishes no metadata', async () => {
    visitor.expectedErrors.push(/422 \(Unprocessable Entity\)|502|400/);
    const { form, page } = await opens();
    await form.getByRole('radio', { name: 'OAuth' }).check();
    await field(form, 'Issuer').fill(metadata.url);
    await form.getByRole('button', { name: 'Fill in from issuer' }).click();
    await field(form, 'Issuer').and(page.locator('[aria-invalid=true]')).waitFor();
    expect(await descriptionOf(field(form, 'Issuer'))).toContain('404');
  });
});

describe('The provider check', () => {
  it('finds no problems with a correct provider', async () => {
    const { action, form, page } = await opens(
      {
        type: 'oauth',
        client_id: notes.clientId,
        client_secret: notes.clientSecret,
        issuer: notes.issuer,
        authorization_url: notes.authorizationUrl,
        token_url: notes.tokenUrl,
        revocation_url: notes.revocationUrl,
        scope: notes.scope,
      },
      notes.documents.notes,
    );
    notes.registerRedirectUri(action.auth.callback_url);
    await form.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByRole('heading', { name: 'No problems found' }).waitFor();
    expect(await visitor.accessibilityFindings('authentication-check-good')).toEqual([]);
  });

  it('saves changes first, and shows findings at their fields and in a list', async () => {
    const { action, form, page, stored } = await opens(
      {
        type: 'oauth',
        client_id: notes.clientId,
        client_secret: notes.clientSecret,
        authorization_url: notes.authorizationUrl,
        token_url: notes.tokenUrl,
        scope: notes.scope,
      },
      notes.documents.notes,
    );
    notes.registerRedirectUri(action.auth.callback_url);
    await field(form, 'Client secret').fill('not-the-secret');
    await form.getByRole('button', { name: 'More' }).click();
    await field(form, 'PKCE').selectOption('Off');
    await form.getByRole('button', { name: 'More' }).click();
    await form.getByText('Your changes are saved first.').waitFor();
    await form.getByRole('button', { name: 'Save and check' }).click();
    await page.getByRole('heading', { name: 'The check found 2 errors and 1 warning' }).waitFor();
    expect((await stored()).pkce).toBe('off');
    expect(await descriptionOf(field(form, 'Client secret'))).toContain('Error');
    expect(await visitor.accessibilityFindings('authentication-check-findings')).toEqual([]);
    await form.getByRole('listitem').filter({ hasText: 'Error' }).getByRole('button', { name: 'PKCE' }).click();
    const pkce = field(form, 'PKCE');
    expect(await hasFocus(pkce)).toBe(true);
    expect(await descriptionOf(pkce)).toMatch(/Error.*Warning/);
    await pkce.selectOption('Automatic');
    expect(await descriptionOf(pkce)).not.toContain('Error');
    await form.getByText('You have made changes since. Check again.').waitFor();
  });
});

it('saves an API key by keyboard', async () => {
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

function githubDocument(): object {
  const servers = [{ url: 'https://api.github.com' }];
  return { openapi: '3.1.0', info: { title: 'GitHub', version: '1' }, servers, paths: NOTES_PATHS };
}

/** The form of an action's schema, as a dialog over the action. */
async function opensDialog(auth?: object) {
  await gpt.action(upstream.document(NOTES_PATHS), auth);
  const page: Page = await visitor.signsIn(tenant.admin.key ?? '', `/console/gpts/${gpt.id}`);
  await page.getByRole('link', { name: 'Notes', exact: true }).click();
  const edit = page.getByRole('button', { name: 'Edit authentication' });
  await edit.click();
  const dialog = page.getByRole('dialog', { name: 'Authentication' });
  await dialog.getByRole('radio', { name: 'None' }).waitFor();
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  const answers = async (answer: 'Stay' | 'Leave') => {
    await question.getByRole('button', { name: answer }).click();
    await question.waitFor({ state: 'detached' });
  };
  return { page, edit, dialog, question, answers };
}

it('edits the authentication in a dialog, which discards unsaved values and shows saved ones', async () => {
  const { page, edit, dialog, answers } = await opensDialog(provider.schema());
  const section = page.getByRole('region', { name: 'Authentication' });
  await section.getByText('OAuth').waitFor();
  await dialog.getByLabel('Client secret', { exact: true }).fill('typed-and-dropped');
  expect(await visitor.accessibilityFindings('authentication-dialog')).toEqual([]);
  await page.keyboard.press('Escape');
  await answers('Leave');
  await dialog.waitFor({ state: 'detached' });
  await edit.click();
  await dialog.getByLabel('Client ID', { exact: true }).waitFor();
  expect(await dialog.getByLabel('Client secret', { exact: true }).inputValue()).toBe('[HIDDEN]');
  await dialog.getByRole('radio', { name: 'None' }).check();
  await dialog.getByRole('button', { name: /^Save/ }).last().click();
  await dialog.waitFor({ state: 'detached' });
  await section.getByText('None').waitFor();
});

describe('Unsaved changes of the authentication', () => {
  it.each<[string, (page: Page, dialog: Locator) => Promise<void>]>([
    ['Escape', (page) => page.keyboard.press('Escape')],
    ['the button that closes', (_, dialog) => dialog.getByRole('button', { name: 'Close' }).click()],
    ['Cancel', (_, dialog) => dialog.getByRole('button', { name: 'Cancel' }).click()],
    ["the browser's Back", (page) => page.evaluate('history.back()')],
  ])('are asked about before the dialog is closed by %s', async (_, leaves) => {
    const { page, dialog, question, answers } = await opensDialog();
    const key = field(dialog, 'API key');
    await dialog.getByRole('radio', { name: 'API Key' }).check();
    await key.fill('typed-with-care');
    const address = page.url();
    await leaves(page, dialog);
    await question.waitFor();
    // Escape closes the question, not the dialog under it.
    await page.keyboard.press('Escape');
    await question.waitFor({ state: 'detached' });
    expect(await key.inputValue()).toBe('typed-with-care');
    await leaves(page, dialog);
    await answers('Stay');
    expect([page.url(), await key.inputValue()]).toEqual([address, 'typed-with-care']);
    await leaves(page, dialog);
    await answers('Leave');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain('typed-with-care');
  });

  it('are not lost by a click outside the dialog', async () => {
    const { page, dialog, question } = await opensDialog();
    await dialog.getByRole('radio', { name: 'API Key' }).check();
    await field(dialog, 'API key').fill('typed-with-care');
    await page.mouse.click(5, 400);
    expect(await field(dialog, 'API key').inputValue()).toBe('typed-with-care');
    await page.keyboard.press('Escape');
    await question.waitFor();
    expect(await visitor.accessibilityFindings('authentication-leave')).toEqual([]);
  });

  it('are kept when another type is selected, and asked about even if the type is back to the stored one', async () => {
    const { page, dialog, question, answers } = await opensDialog();
    await dialog.getByRole('radio', { name: 'API Key' }).check();
    await field(dialog, 'API key').fill('typed-with-care');
    await dialog.getByRole('radio', { name: 'OAuth' }).check();
    await dialog.getByRole('radio', { name: 'API Key' }).check();
    expect(await field(dialog, 'API key').inputValue()).toBe('typed-with-care');
    await dialog.getByRole('radio', { name: 'None' }).check();
    await page.keyboard.press('Escape');
    await question.waitFor();
    await answers('Stay');
    await dialog.getByRole('radio', { name: 'API Key' }).check();
    expect(await field(dialog, 'API key').inputValue()).toBe('typed-with-care');
    await field(dialog, 'API key').fill('');
    await dialog.getByRole('radio', { name: 'None' }).check();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await question.count()).toBe(0);
  });

  it('of the document under the dialog are still asked about after the dialog is closed', async () => {
    const { page, edit, dialog, question, answers } = await opensDialog();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('textbox', { name: 'OpenAPI document' }).focus();
    await page.keyboard.type(' ');
    await page.getByText('Unsaved changes').waitFor();
    await edit.click();
    await dialog.getByRole('radio', { name: 'API Key' }).check();
    await page.keyboard.press('Escape');
    await answers('Leave');
    await dialog.waitFor({ state: 'detached' });
    // An unchanged dialog is closed without a question.
    await edit.click();
    await dialog.getByRole('radio', { name: 'None' }).waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await question.count()).toBe(0);
    await page.evaluate('history.back()');
    await question.waitFor();
    await answers('Stay');
    await page.getByText('Unsaved changes').waitFor();
  });

  it('are asked about on the authentication page until they are saved', async () => {
    const { page, form } = await opens();
    const question = page.getByRole('dialog', { name: 'Leave without saving?' });
    await form.getByRole('radio', { name: 'API Key' }).check();
    await field(form, 'API key').fill('typed-with-care');
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await question.getByRole('button', { name: 'Stay' }).click();
    await question.waitFor({ state: 'detached' });
    await saves(page);
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await page.getByRole('button', { name: 'Edit authentication' }).waitFor();
    expect(await question.count()).toBe(0);
  });
});
