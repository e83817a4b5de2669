import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { TestApp } from '../support/app.js';
import { ConsoleBrowser, waitUntilUncached, type Visitor } from '../support/console/console-browser.js';
import { McpWorld } from '../support/mcp-world.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let browser: ConsoleBrowser;
let tenant: TestTenant;
let gpt: TestGpt;
let visitor: Visitor;
let page: Page;

beforeAll(async () => {
  [app, api, browser] = await Promise.all([TestApp.start(), Upstream.start(), ConsoleBrowser.start()]);
});

afterAll(() => Promise.all([app.stop(), api.stop(), browser.stop()]));

beforeEach(async () => {
  tenant = await app.tenant('Acme Assistants');
  gpt = await tenant.gpt('Note keeper');
  await gpt.action(api.document(NOTES_PATHS));
  api.respondWith(() => ({ body: { ok: true } }));
  visitor = await browser.visitor(app);
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

/** Has the tenant's server verify its users, which `jwt` and `builtin` require where the server has no https URL. */
const verifyByRedirect = () =>
  app.operator.patch(`/v1/tenants/${tenant.id}`, {
    user_verification: 'redirect',
    user_verification_url: 'https://chat.acme.example/verify',
  });

const set = (fields: object) => tenant.admin.put(`${gpt.path}/mcp`, fields);
const stored = async () => (await tenant.admin.get(`${gpt.path}/mcp`)).body;

async function opensPage(): Promise<void> {
  page = await visitor.signsIn(tenant.admin.key ?? '', `/console/gpts/${gpt.id}`);
  await page.getByRole('link', { name: 'MCP', exact: true }).click();
  await page.getByRole('heading', { name: 'MCP', exact: true }).waitFor();
  await page.getByText(`${app.url}/mcp/${gpt.id}`, { exact: true }).first().waitFor();
}

const chooses = (name: string) => page.getByRole('radio', { name }).check();
const fills = (name: string, value: string) => page.getByRole('textbox', { name }).fill(value);

async function saves(): Promise<void> {
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByText('All changes saved').waitFor();
}

const clipboard = () => page.evaluate<string>('navigator.clipboard.readText()');

/** The text of a client's settings that is copied. */
async function copies(client: string, name: string): Promise<string> {
  await page.getByRole('tab', { name: client, exact: true }).click();
  const panel = page.getByRole('tabpanel', { name: client, exact: true });
  await panel.getByRole('button', { name: `Copy ${name}` }).click();
  await panel.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
  const copied = await clipboard();
  expect(await panel.getByRole('group', { name }).textContent()).toBe(copied);
  return copied;
}

/** What a client of the endpoint is told about a tool call with a user token. */
async function callsWith(bearer: string, at = gpt): Promise<number> {
  const world = await McpWorld.of(app, api, at);
  return (await world.call('listNotes', {}, { bearer })).status;
}

describe('The MCP page', () => {
  it('offers the GPT, and copies its URL', async () => {
    await opensPage();
    await page.getByText('This GPT is not offered yet').waitFor();
    expect(await visitor.accessibilityFindings('mcp')).toEqual([]);
    await page.getByRole('switch', { name: 'Offer this GPT to MCP clients' }).check({ force: true });
    await page.getByText('Unsaved changes').waitFor();
    await saves();
    await page.getByText('This GPT is not offered yet').waitFor({ state: 'detached' });
    expect(await stored()).toMatchObject({ enabled: true, authorization: 'keys', confirmation: 'ask' });
    await page.getByRole('button', { name: 'Copy URL' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    expect(await clipboard()).toBe(`${app.url}/mcp/${gpt.id}`);
  });

  it('saves the fields of each authorization, and only those', async () => {
    await verifyByRedirect();
    await opensPage();
    await chooses('Those of your identity provider');
    await fills('Issuer', 'https://login.acme.example');
    await fills('Keys', 'https://login.acme.example/jwks');
    await fills('User claim', 'email');
    await fills('Required scope', 'assistant');
    await chooses('The client (client)');
    await page.getByRole('switch', { name: 'Structured content' }).check({ force: true });
    await saves();
    const jwt = {
      authorization: 'jwt',
      issuer: 'https://login.acme.example',
      jwks_uri: 'https://login.acme.example/jwks',
      user_claim: 'email',
      required_scope: 'assistant',
      confirmation: 'client',
      structured_content: true,
    };
    expect(await stored()).toMatchObject(jwt);
    expect(await visitor.accessibilityFindings('mcp-jwt')).toEqual([]);

    await chooses('Those of the built-in authorization server');
    await fills('Login URL', 'https://chat.acme.example/authorize');
    await fills('Client hosts', 'chatgpt.com\nclaude.ai');
    await saves();
    expect(await stored()).toMatchObject({
      authorization: 'builtin',
      login_url: 'https://chat.acme.example/authorize',
      client_hosts: ['chatgpt.com', 'claude.ai'],
      required_scope: 'assistant',
      issuer: null,
      jwks_uri: null,
      user_claim: 'sub',
    });
    expect(await visitor.accessibilityFindings('mcp-builtin')).toEqual([]);

    await chooses('None (keys)');
    await page.getByText('Saving signs all clients out').waitFor();
    await saves();
    expect(await stored()).toMatchObject({ authorization: 'keys', login_url: null, client_hosts: null });
  });

  it('shows what is wrong at its field', async () => {
    visitor.expectedErrors.push(/status of 400 /);
    await opensPage();
    await chooses('Those of the built-in authorization server');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('login_url is required if authorization is builtin').waitFor();
    await page.getByText('set user_verification of the tenant to redirect').waitFor();
    expect(await visitor.accessibilityFindings('mcp-mistakes')).toEqual([]);
    await verifyByRedirect();
    await fills('Login URL', 'chat.acme.example');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('login_url must be an https URL').waitFor();
    expect(await page.evaluate('document.activeElement.name || document.activeElement.labels[0].textContent')).toMatch(
      /Login URL/,
    );
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByText('All changes saved').waitFor();
    expect(await stored()).toMatchObject({ authorization: 'keys', updated_at: null });
  });

  it('creates a token for one user, which is shown once and works at this GPT only', async () => {
    const other = await tenant.gpt('Other');
    await opensPage();
    await page.getByRole('button', { name: 'Create a user token' }).click();
    await page.getByRole('textbox', { name: 'User' }).fill('user-17');
    expect(await visitor.accessibilityFindings('mcp-create-token')).toEqual([]);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'A token for user-17' });
    const token = await dialog.getByRole('textbox', { name: 'Token' }).inputValue();
    await dialog.getByRole('button', { name: 'Copy token' }).click();
    await dialog.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    expect([token.startsWith('cs_mcp_'), (await clipboard()) === token]).toEqual([true, true]);
    await dialog.getByText('This token will not be shown again').waitFor();
    expect(await visitor.accessibilityFindings('mcp-token')).toEqual([]);
    await dialog.getByRole('button', { name: 'I’ve saved it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await waitUntilUncached(page, token.split('_').at(-1) ?? token);
    expect(await page.content()).not.toContain(token);

    expect(await callsWith(token)).toBe(200);
    expect(await callsWith(token, other)).toBe(401);
    const events = await tenant.admin.get('/v1/audit-events?type=mcp_token.created');
    expect(events.body.data).toMatchObject([{ details: { gpt_id: gpt.id, user: 'user-17' } }]);
  });

  it('shows what to paste into each client, by the saved authorization', async () => {
    await verifyByRedirect();
    await set({ enabled: true });
    await opensPage();
    const url = `${app.url}/mcp/${gpt.id}`;
    const command = `claude mcp add --transport http note-keeper ${url}`;
    expect(await copies('Claude Code', 'Command')).toBe(
      `${command} \\\n  --header "Authorization: Bearer $COUNTERSIGN_TOKEN"`,
    );
    expect(JSON.parse(await copies('VS Code', '.vscode/mcp.json')).servers).toMatchObject({ 'note-keeper': { url } });
    expect(JSON.parse(await copies('Cursor', '.cursor/mcp.json')).mcpServers).toMatchObject({ 'note-keeper': { url } });
    expect(await copies('OpenAI’s Responses API', 'JavaScript')).toContain(`server_url: '${url}'`);
    expect(await copies('Anthropic’s Messages API', 'JavaScript')).toContain("type: 'mcp_toolset'");
    expect(await copies('ChatGPT', 'Server URL')).toBe(url);
    const panel = page.getByRole('tabpanel', { name: 'ChatGPT', exact: true });
    await panel.getByText('set the authorization to builtin').waitFor();
    expect(await visitor.accessibilityFindings('mcp-connect')).toEqual([]);

    await chooses('Those of the built-in authorization server');
    await fills('Login URL', 'https://chat.acme.example/authorize');
    await fills('Client hosts', 'claude.ai');
    // Nothing is saved yet.
    await panel.getByText('set the authorization to builtin').waitFor();
    await saves();
    await panel.getByText('The client hosts do not include chatgpt.com').waitFor();
    expect(await panel.getByText('set the authorization to builtin').count()).toBe(0);
    expect(await copies('Claude Code', 'Command')).toBe(command);
    expect(await page.content()).not.toMatch(/cs_(runtime|admin)_/);
  });
});
