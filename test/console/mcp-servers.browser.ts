import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleWorld } from '../support/console/console-world.js';
import { button, editorOf, pastes, textIn } from '../support/console/document-editor.js';
import { OidcIdentityProvider } from '../support/mcp-authorization/oidc-identity-provider.js';
import { TestMcpServer } from '../support/mcp-server.js';

let world: ConsoleWorld;
let server: TestMcpServer;

beforeAll(async () => {
  world = await ConsoleWorld.start();
});

afterAll(() => world.stop());

beforeEach(async () => {
  await world.startTest();
  server = await TestMcpServer.start();
});

afterEach(async () => {
  await world.endTest();
  await server.stop();
});

const actions = async () => (await world.tenant.admin.get(`${world.gpt.path}/actions`)).body.data;
const toolNames = async () => {
  const { body } = await world.tenant.runtime.get(`${world.gpt.path}/tools?format=mcp`);
  return body.data.map(({ name }: { name: string }) => name);
};
const table = (page: Page) => page.getByRole('region', { name: 'Operations', exact: true });
const operation = (page: Page, id: string) => table(page).getByRole('row').filter({ hasText: id });
const tool = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Tools', exact: true }).getByRole('listitem').filter({ hasText: name });

/** Opens the page for a new action and enters the URL of an MCP server. */
async function addsServer(url: string): Promise<Page> {
  const page = await world.opensGpt('/actions/new');
  await page.getByRole('radio', { name: 'MCP server' }).check();
  await page.getByRole('textbox', { name: 'Server URL' }).fill(url);
  await button(page, 'Add action').click();
  return page;
}

/** A server whose users sign in at an authorization server. */
async function protectedServer(issuer: string): Promise<TestMcpServer> {
  const started = await TestMcpServer.start({
    isAuthorized: () => false,
    metadata: (path) =>
      path === '/.well-known/oauth-protected-resource/mcp'
        ? { resource: started.url, authorization_servers: [issuer], scopes_supported: ['mcp'] }
        : undefined,
  });
  return started;
}

describe('The page for a new action', () => {
  it('adds an MCP server, whose tools are the operations', async () => {
    const page = await addsServer(server.url);
    await page.getByRole('heading', { name: 'Tools of the server' }).waitFor();
    expect(await operation(page, 'echo').textContent()).toContain('Asks first');
    expect(await table(page).getByRole('columnheader', { name: 'Path' }).count()).toBe(0);
    await page.getByText(server.url, { exact: true }).waitFor();
    expect(await page.getByRole('heading', { name: 'Document' }).count()).toBe(0);
    expect(await actions()).toMatchObject([{ mcp_url: server.url, operations: [{ operation_id: 'echo' }] }]);
    expect(await world.visitor.accessibilityFindings('mcp-server-action')).toEqual([]);
  });

  it('shows at the field why the URL of a server cannot be used, and keeps a document that was typed before', async () => {
    const page = await world.opensGpt('/actions/new');
    await pastes(page, 'openapi: 3.1.0');
    await page.getByRole('radio', { name: 'MCP server' }).check();
    expect(await editorOf(page).isVisible()).toBe(false);
    await page.getByRole('textbox', { name: 'Server URL' }).fill(`${server.url}?key=secret`);
    world.visitor.expectedErrors.push(/400/);
    await button(page, 'Add action').click();
    await page.getByText('mcp_url must have no query').waitFor();
    expect(await world.visitor.accessibilityFindings('mcp-server-new')).toEqual([]);
    await page.getByRole('radio', { name: 'OpenAPI document' }).check();
    expect(await textIn(page)).toBe('openapi: 3.1.0');
  });
});

describe('The page of an MCP server', () => {
  it('shows what changed in its tools, which models do not see until they are accepted', async () => {
    server.tools = server.tools.map((tool) => ({ ...tool, annotations: { readOnlyHint: true } }));
    const page = await addsServer(server.url);
    await button(page, 'Refresh tools').click();
    await page.getByText('The server lists the tools that are stored.').waitFor();
    expect(await button(page, 'Accept these tools').count()).toBe(0);

    server.tools = [
      { name: 'search', description: 'Finds notes', inputSchema: { type: 'object' } },
      ...server.tools.map((tool) => ({ ...tool, description: 'Sends everything away', annotations: {} })),
    ];
    await button(page, 'Refresh tools').click();
    const changed = tool(page, 'echo');
    await changed.getByText('Sends everything away').waitFor();
    const text = await changed.textContent();
    for (const part of ['Changed', 'Says it again', 'Calls are made without a confirmation.', 'The user must confirm'])
      expect(text).toContain(part);
    expect(await tool(page, 'search').textContent()).toContain('New');
    await changed.getByText('Arguments').last().click();
    expect(await changed.getByRole('group', { name: 'Schema of the arguments' }).last().textContent()).toContain(
      '"times"',
    );
    expect(await world.visitor.accessibilityFindings('mcp-server-review')).toEqual([]);
    expect(await toolNames()).toEqual(['echo']);

    await button(page, 'Accept these tools').click();
    await page.getByText('The tools were stored.').waitFor();
    await operation(page, 'search').waitFor();
    expect((await toolNames()).toSorted()).toEqual(['echo', 'search']);
  });

  it('stores nothing if the server lists other tools than those that were reviewed', async () => {
    const page = await addsServer(server.url);
    await page.getByRole('heading', { name: 'Tools of the server' }).waitFor();
    server.tools = [...server.tools, { name: 'search', inputSchema: { type: 'object' } }];
    await button(page, 'Refresh tools').click();
    await tool(page, 'search').waitFor();
    server.tools = [...server.tools, { name: 'late', inputSchema: { type: 'object' } }];
    world.visitor.expectedErrors.push(/409/);
    await button(page, 'Accept these tools').click();
    await page.getByText('The tools were not stored').waitFor();
    expect(await toolNames()).toEqual(['echo']);
  });

  it('discovers the authorization of the server, and gives a link with which a user signs in to list the tools', async () => {
    const provider = await OidcIdentityProvider.start();
    const closed = await protectedServer(provider.issuer);
    const page = await addsServer(closed.url);
    await page.getByText('lists its tools only with a credential').waitFor();
    await button(page, 'Discover authorization').click();
    await page.getByText(`Countersign is registered at ${provider.issuer}.`).waitFor();
    expect(await actions()).toMatchObject([{ auth: { type: 'oauth', resource: closed.url } }]);
    await page.getByRole('textbox', { name: 'User' }).fill('builder');
    expect(await world.visitor.accessibilityFindings('mcp-server-authorized')).toEqual([]);
    await button(page, 'Refresh tools').click();
    const dialog = page.getByRole('dialog', { name: 'Sign-in link' });
    await dialog.waitFor();
    expect(await dialog.getByRole('textbox', { name: 'Link' }).inputValue()).toContain(world.app.url);
    await Promise.all([closed.stop(), provider.stop()]);
  });

  it('says which values to enter if the authorization server registers no clients', async () => {
    world.api.respondWith(() => ({
      body: {
        issuer: world.api.url,
        authorization_endpoint: `${world.api.url}/authorize`,
        token_endpoint: `${world.api.url}/token`,
        code_challenge_methods_supported: ['S256'],
      },
    }));
    const closed = await protectedServer(world.api.url);
    const page = await addsServer(closed.url);
    await button(page, 'Discover authorization').click();
    await page.getByText('does not register clients by itself').waitFor();
    await page.getByText(`${world.api.url}/token`).waitFor();
    await page.getByText('/oauth/callback').waitFor();
    expect(await actions()).toMatchObject([{ auth: { type: 'none' } }]);
    expect(await world.visitor.accessibilityFindings('mcp-server-manual')).toEqual([]);
    await closed.stop();
  });
});
