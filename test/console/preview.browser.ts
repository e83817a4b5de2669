import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { startNotesProvider, type NotesProvider } from '../../examples/notes-provider/index.js';
import { TestApp } from '../support/app.js';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { createGate } from '../support/revocations.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { VENDOR_NAMES, VENDORS } from '../tool-calls/vendor-calls.js';

let app: TestApp;
let browser: ConsoleBrowser;
let provider: NotesProvider;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;
let visitor: Visitor;

beforeAll(async () => {
  [app, browser, provider, api] = await Promise.all([
    TestApp.start(),
    ConsoleBrowser.start(),
    startNotesProvider(),
    Upstream.start(),
  ]);
  tenant = await app.tenant('Acme Assistants');
});

afterAll(() => Promise.all([app.stop(), browser.stop(), provider.close(), api.stop()]));

beforeEach(async () => {
  gpt = await tenant.gpt();
  api.requests.length = 0;
  api.respondWith(() => ({ body: { ok: true } }));
  visitor = await browser.visitor(app, { hosts: [provider.url] });
  // Before the sign-in, the console asks for its session.
  visitor.expectedErrors.push(/401 \(Unauthorized\) .*\/v1\/console-session/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

/** Adds the notes API, whose users sign in at oidc-provider. */
async function addNotes(): Promise<void> {
  const { auth } = await gpt.action(provider.documents.notes, {
    type: 'oauth',
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
    authorization_url: provider.authorizationUrl,
    token_url: provider.tokenUrl,
    scope: provider.scope,
  });
  provider.registerRedirectUri(auth.callback_url);
}

async function preview(): Promise<Page> {
  const page = await visitor.signsIn(tenant.admin.key ?? '', `/console/gpts/${gpt.id}/preview`);
  await page.getByRole('heading', { name: 'Preview' }).waitFor();
  return page;
}

async function calls(page: Page, operation: string, args?: object): Promise<void> {
  await page.getByRole('combobox', { name: 'Operation' }).selectOption(operation);
  if (args) await page.getByRole('textbox', { name: 'Arguments' }).fill(JSON.stringify(args));
  await page.getByRole('button', { name: 'Send' }).click();
}

async function pastes(page: Page, toolCalls: object | string): Promise<void> {
  await page.getByRole('tab', { name: 'Paste a tool call' }).click();
  const text = typeof toolCalls === 'string' ? toolCalls : JSON.stringify(toolCalls, null, 2);
  await page.getByRole('textbox', { name: 'Tool call' }).fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** Signs the user in at the provider, in the tab that a link opens. */
async function signsIn(link: Locator): Promise<void> {
  const [tab] = await Promise.all([visitor.context.waitForEvent('page'), link.click()]);
  await tab.getByRole('button', { name: 'Sign in to' }).click();
  await tab.getByRole('textbox', { name: 'User name' }).fill('alice');
  await tab.getByRole('textbox', { name: 'Password' }).fill('correct horse');
  await tab.getByRole('button', { name: 'Sign in and allow' }).click();
  await tab.getByRole('heading', { name: 'You are signed in to' }).waitFor();
  await tab.close();
}

const card = (page: Page, place: number): Locator =>
  page.getByRole('log', { name: 'Calls' }).locator('> ol > li').nth(place);

const titled = (where: Page | Locator, name: string): Promise<void> => where.getByRole('heading', { name }).waitFor();

/** The first option whose label has this in it. */
async function optionOf(page: Page, text: string): Promise<string> {
  return (await page.locator('option', { hasText: text }).first().getAttribute('value')) ?? '';
}

/** A parameter that the document of the notes does not have at first. */
const PAGE_PARAMETER = { name: 'page', in: 'query', required: true, schema: { type: 'integer', minimum: 7 } };

const CREATE = { body: { title: 'Milk' } };

describe('The preview', () => {
  it('signs the user in at the provider in a new tab, and continues the call', async () => {
    await addNotes();
    const domain = new URL(provider.url).host;
    const page = await preview();
    expect(await visitor.accessibilityFindings('preview-empty')).toEqual([]);
    await page.getByRole('textbox', { name: 'User' }).fill('alice');
    await calls(page, 'listNotes');
    await titled(page, `${domain} requires a sign-in`);
    expect(await visitor.accessibilityFindings('preview-sign-in')).toEqual([]);

    const link = page.getByRole('link', { name: `Sign in to ${domain}` });
    expect(await link.getAttribute('rel')).toBe('noopener');
    const [tab] = await Promise.all([visitor.context.waitForEvent('page'), link.click()]);
    expect(await tab.evaluate('window.opener')).toBeNull();
    await tab.getByText('alice').waitFor();
    await tab.getByRole('button', { name: `Sign in to ${domain}` }).click();
    await tab.getByRole('textbox', { name: 'User name' }).fill('alice');
    await tab.getByRole('textbox', { name: 'Password' }).fill('correct horse');
    await tab.getByText('Countersign will be able to').waitFor();
    await tab.getByRole('button', { name: 'Sign in and allow' }).click();
    await tab.getByRole('heading', { name: `You are signed in to ${domain}` }).waitFor();
    await tab.close();

    await titled(page, `Called ${domain}`);
    await page.getByRole('group', { name: 'Response body' }).getByText('"notes": []').waitFor();
    expect(provider.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /notes']);
    await page.getByText('Request and response').click();
    await page.getByText('"name": "listNotes"').waitFor();
    await page.getByText('"outcome": "completed"').waitFor();
    expect(await visitor.accessibilityFindings('preview-completed')).toEqual([]);

    // A signed-in user is not asked again.
    await calls(page, 'listNotes');
    await titled(card(page, 1), `Called ${domain}`);
  });

  it('shows a denied sign-in with a link to its trace', async () => {
    await addNotes();
    const page = await preview();
    await calls(page, 'listNotes');
    const link = page.getByRole('link', { name: 'Sign in to' });
    const [tab] = await Promise.all([visitor.context.waitForEvent('page'), link.click()]);
    await tab.getByRole('button', { name: 'Sign in to' }).click();
    await tab.getByRole('button', { name: 'Deny' }).click();
    await tab.getByRole('heading', { name: 'You did not sign in' }).waitFor();
    await tab.close();
    await titled(page, 'The user declined to sign in');
    expect(await visitor.accessibilityFindings('preview-denied')).toEqual([]);
    const why = page.getByRole('link', { name: 'See why, step by step' });
    const [inspector] = await Promise.all([visitor.context.waitForEvent('page'), why.click()]);
    await inspector.getByText('Denied: the user declined to sign in').waitFor();
  });

  it('asks before a consequential call, and offers Allow, Decline, and an Always allow that can be undone', async () => {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    await calls(page, 'createNote', CREATE);
    await titled(page, `Allow this call to ${api.domain}?`);
    await page.getByText(`POST ${api.url}/notes`).waitFor();
    await page.getByText('Create a note', { exact: true }).first().waitFor();
    expect(await visitor.accessibilityFindings('preview-confirmation')).toEqual([]);
    await page.getByRole('button', { name: 'Decline' }).click();
    await titled(page, `You declined. Nothing was sent to ${api.domain}`);
    expect(api.requests).toEqual([]);

    await calls(page, 'createNote', CREATE);
    await card(page, 1).getByRole('button', { name: 'Allow', exact: true }).click();
    await titled(card(page, 1), `Called ${api.domain}`);
    expect([api.last.method, api.last.path, JSON.parse(api.last.body)]).toEqual(['POST', '/notes', CREATE.body]);

    await calls(page, 'createNote', CREATE);
    await card(page, 2).getByRole('button', { name: 'Always allow' }).click();
    await titled(card(page, 2), `Called ${api.domain}`);
    await calls(page, 'createNote', CREATE);
    await titled(card(page, 3), `Called ${api.domain}`);
    await card(page, 3).getByText('Not asked').waitFor();
    expect(api.requests).toHaveLength(3);
    await page.getByRole('region', { name: 'Always allowed in this tab' }).waitFor();
    expect(await visitor.accessibilityFindings('preview-always-allowed')).toEqual([]);

    await page.getByRole('button', { name: 'Ask again for createNote' }).click();
    await calls(page, 'createNote', CREATE);
    await titled(card(page, 4), `Allow this call to ${api.domain}?`);
    expect(api.requests).toHaveLength(3);
    const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage])');
    expect(kept).not.toContain('createNote');
  });

  it('offers no "Always allow" if the document requires a confirmation of every call', async () => {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    await calls(page, 'deleteNote', { id: '7' });
    await titled(page, `Allow this call to ${api.domain}?`);
    await page.getByText('confirmation of every call').waitFor();
    expect(await page.getByRole('button', { name: 'Always allow' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await titled(page, `Called ${api.domain}`);
    expect([api.last.method, api.last.path]).toEqual(['DELETE', '/notes/7']);
  });

  it.each([
    [
      'OpenAI Chat Completions',
      [{ id: 'call_1', type: 'function', function: { name: 'listNotes', arguments: '{"limit":3}' } }],
    ],
    ['OpenAI Responses', { type: 'function_call', call_id: 'call_1', name: 'listNotes', arguments: '{"limit":3}' }],
    ['Anthropic', { type: 'tool_use', id: 'toolu_1', name: 'listNotes', input: { limit: 3 } }],
  ])('calls an operation from a pasted tool call of %s', async (_, pasted) => {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    await page.getByRole('tab', { name: 'Paste a tool call' }).click();
    await page.getByRole('textbox', { name: 'Tool call' }).fill(JSON.stringify(pasted));
    await page.getByRole('textbox', { name: 'Tool call' }).press('Control+Enter');
    await titled(page, `Called ${api.domain}`);
    expect([api.last.path, api.last.query.get('limit')]).toEqual(['/notes', '3']);
    expect(await page.getByRole('textbox', { name: 'Tool call' }).inputValue()).toBe('');
  });

  it.each(VENDOR_NAMES)('runs several pasted calls of %s at once, and shows a result for each', async (vendor) => {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    // The API responds once both requests have arrived.
    const held = createGate();
    api.respondWith(async ({ path }) => {
      if (api.requests.length === 2) held.release();
      await held.released;
      return { body: { asked: path } };
    });
    const { calls: toolCalls, result } = VENDORS[vendor];
    await pastes(
      page,
      toolCalls(
        { id: 'b', name: 'listNotes', args: { limit: 3 } },
        { id: 'a', name: 'getNote', args: { id: 'x' } },
        { id: 'c', name: 'listNotes', args: { limit: 'many' } },
      ),
    );
    await titled(card(page, 0), `Called ${api.domain}`);
    await titled(card(page, 1), `Called ${api.domain}`);
    await titled(card(page, 2), `The call to ${api.domain} failed`);
    expect(api.requests.map(({ path }) => path).toSorted()).toEqual(['/notes', '/notes/x']);
    const results = [result('b', '{"asked":"/notes"}'), result('a', '{"asked":"/notes/x"}')];
    for (const [place, expected] of results.entries()) {
      await card(page, place).getByText('Request and response').click();
      const shown = await card(page, place).getByRole('group', { name: 'Result for the model' }).textContent();
      expect(JSON.parse(shown ?? '')).toEqual(expected);
    }
  });

  it('keeps the digits of large numbers in pasted calls', async () => {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    await pastes(page, '{"type":"tool_use","id":"1","name":"listNotes","input":{"limit":12345678901234567890}}');
    await titled(card(page, 0), `Called ${api.domain}`);
    expect(api.last.query.get('limit')).toBe('12345678901234567890');
    await card(page, 0).getByText('Request and response').click();
    await card(page, 0).getByRole('group', { name: 'Request' }).getByText('12345678901234567890').waitFor();
  });

  it('offers one sign-in for two calls of an API, and makes both afterwards', async () => {
    await addNotes();
    const domain = new URL(provider.url).host;
    const page = await preview();
    await pastes(page, VENDORS.openai_responses.calls({ id: '1', name: 'listNotes' }, { id: '2', name: 'listNotes' }));
    await titled(card(page, 0), `${domain} requires a sign-in`);
    await titled(card(page, 1), `${domain} requires a sign-in`);
    await card(page, 1).getByText('The sign-in above is for this call too').waitFor();
    expect(await visitor.accessibilityFindings('preview-shared-sign-in')).toEqual([]);
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/tool_calls')) sent.push(request.postData() ?? '');
    });
    const before = provider.requests.length;
    // There is one link.
    await signsIn(page.getByRole('link', { name: `Sign in to ${domain}` }));
    await titled(card(page, 0), `Called ${domain}`);
    await titled(card(page, 1), `Called ${domain}`);
    const made = provider.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
    expect(made).toEqual(['GET /notes', 'GET /notes']);
    expect(sent.map((body) => typeof JSON.parse(body).resume)).toEqual(['string']);
  });

  it('makes the call that the user allows and not the one that they decline, and resumes once', async () => {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    const sent: Record<string, unknown>[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/tool_calls')) sent.push(JSON.parse(request.postData() ?? ''));
    });
    await pastes(
      page,
      VENDORS.openai.calls(
        { id: 'keep', name: 'createNote', args: { body: { title: 'Milk' } } },
        { id: 'drop', name: 'createNote', args: { body: { title: 'Eggs' } } },
        { id: 'read', name: 'listNotes' },
      ),
    );
    await titled(card(page, 2), `Called ${api.domain}`);
    await card(page, 1).getByRole('button', { name: 'Decline' }).click();
    await titled(card(page, 1), `You declined. Nothing was sent to ${api.domain}`);
    await titled(card(page, 0), `Allow this call to ${api.domain}?`);
    expect(sent).toHaveLength(1);
    await card(page, 0).getByRole('button', { name: 'Allow', exact: true }).click();
    await titled(card(page, 0), `Called ${api.domain}`);
    expect(sent.slice(1)).toMatchObject([
      { resume: expect.any(String), confirmations: { keep: expect.any(String) }, declined: ['drop'] },
    ]);
    const made = api.requests.map(({ method, body }) => `${method} ${body}`).toSorted();
    expect(made).toEqual(['GET ', 'POST {"title":"Milk"}']);
    await card(page, 1).getByText('Request and response').click();
    await card(page, 1).getByText('The user declined this call').waitFor();
    expect(await visitor.accessibilityFindings('preview-decided')).toEqual([]);
  });

  it('runs several pasted calls in parallel, and rejects invalid input', async () => {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    await page.getByRole('tab', { name: 'Paste a tool call' }).click();
    const field = page.getByRole('textbox', { name: 'Tool call' });
    await field.fill('listNotes()');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Invalid JSON').waitFor();
    expect(await visitor.accessibilityFindings('preview-paste-mistake')).toEqual([]);
    const both = [
      { type: 'tool_use', id: 'toolu_1', name: 'createNote', input: CREATE },
      { type: 'tool_use', id: 'toolu_2', name: 'listNotes', input: {} },
      { type: 'tool_use', id: 'toolu_3', name: 'about', input: {} },
    ];
    // The API responds once both requests have arrived.
    const held = createGate();
    api.respondWith(async ({ method, path }) => {
      if (method === 'GET') {
        if (api.requests.length === 2) held.release();
        await held.released;
      }
      return { body: { asked: path } };
    });
    await field.fill(JSON.stringify(both));
    await page.getByRole('button', { name: 'Send' }).click();
    await titled(card(page, 1), `Called ${api.domain}`);
    await titled(card(page, 2), `Called ${api.domain}`);
    await card(page, 1).getByText('"/notes"').first().waitFor();
    await card(page, 2).getByText('"/about"').first().waitFor();
    expect(api.requests.map(({ path }) => path).toSorted()).toEqual(['/about', '/notes']);
    await titled(card(page, 0), `Allow this call to ${api.domain}?`);
    expect(await visitor.accessibilityFindings('preview-several')).toEqual([]);
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await titled(card(page, 0), `Called ${api.domain}`);
    expect([api.last.method, api.requests.length]).toEqual(['POST', 3]);
  });

  it('explains failed calls, and repeats them', async () => {
    visitor.expectedErrors.push(/status of 400 /);
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    await page.getByRole('combobox', { name: 'Operation' }).selectOption('listNotes');
    await page.getByRole('textbox', { name: 'Arguments' }).fill('[1]');
    await page.getByRole('button', { name: 'Send' }).click();
    await card(page, 0).getByText('The arguments must be a JSON object').first().waitFor();
    await calls(page, 'listNotes', { limit: 'many', sort: 'up' });
    await card(page, 1).getByText('The arguments do not match the operation’s schema').waitFor();
    await card(page, 1).getByText('/arguments/limit').first().waitFor();
    await card(page, 1).getByText('invalid_arguments').first().waitFor();

    api.respondWith(() => ({ status: 503, body: { error: 'down for the night' } }));
    await calls(page, 'listNotes', {});
    await card(page, 2).getByText('The API failed').waitFor();
    await card(page, 2).getByText('down for the night').first().waitFor();
    expect(await visitor.accessibilityFindings('preview-failures')).toEqual([]);

    await pastes(page, { type: 'tool_use', id: 'toolu_1', name: 'noSuch', input: {} });
    await card(page, 3).getByText('This GPT has no operation with this name').waitFor();
    await card(page, 1).getByRole('button', { name: 'Call again' }).click();
    await card(page, 4).getByText('The arguments do not match the operation’s schema').waitFor();
  });

  it('shows why pasted calls were rejected as a whole, and keeps them in the field', async () => {
    visitor.expectedErrors.push(/status of 400 /);
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    const mixed = [
      ...VENDORS.openai.calls({ id: 'call_1', name: 'about' }),
      ...VENDORS.anthropic.calls({ id: 'toolu_1', name: 'about' }),
    ];
    await pastes(page, mixed);
    await titled(card(page, 0), 'Nothing was called');
    await card(page, 0).getByText('/tool_calls/1').waitFor();
    await card(page, 0).getByText('all calls must be of one vendor').waitFor();
    const field = page.getByRole('textbox', { name: 'Tool call' });
    expect(JSON.parse(await field.inputValue())).toEqual(mixed);
    await pastes(page, { role: 'assistant', content: 'Hello' });
    await card(page, 1).getByText('No tool call found').waitFor();
    expect(await visitor.accessibilityFindings('preview-rejected')).toEqual([]);
    expect(api.requests).toEqual([]);
  });

  it('works by keyboard, and keeps the focus in place', async () => {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    const { keyboard } = page;
    const focused = () =>
      page.evaluate<string>('document.activeElement.labels?.[0]?.textContent ?? document.activeElement.textContent');
    const tabTo = async (name: string, key = 'Tab') => {
      for (let presses = 0; presses < 40 && (await focused()) !== name; presses++) await keyboard.press(key);
      expect(await focused()).toBe(name);
    };
    await page.getByText('No calls yet').waitFor();
    await tabTo('User');
    await keyboard.press('Control+A');
    await keyboard.type('bob');
    await tabTo('Operation');
    await keyboard.type('createNote');
    await tabTo('Arguments');
    expect(await page.getByRole('textbox', { name: 'Arguments' }).inputValue()).toContain('"title": ""');
    await keyboard.press('Control+A');
    await keyboard.type(JSON.stringify(CREATE));
    await keyboard.press('Control+Enter');
    await titled(page, `Allow this call to ${api.domain}?`);
    expect(await focused()).toBe('Arguments');
    await tabTo('Always allow', 'Shift+Tab');
    await keyboard.press('Enter');
    await titled(page, `Called ${api.domain}`);
    expect(await focused()).toBe(`Called ${api.domain}`);
    await page.getByText('bob: createNote').waitFor();
    await tabTo('Request and response');
    await keyboard.press('Enter');
    await page.getByText('"confirmations"').waitFor();
    expect(JSON.parse(api.last.body)).toEqual(CREATE.body);
  });

  it('aborts requests in flight when the page is left', async () => {
    await addNotes();
    await gpt.action(api.document(NOTES_PATHS));
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    api.respondWith(async () => {
      await held;
      return {};
    });
    const page = await preview();
    const failed: string[] = [];
    page.on('requestfailed', (request) => failed.push(`${request.method()} ${new URL(request.url()).pathname}`));
    await page.getByRole('textbox', { name: 'User' }).fill('carol');
    await page.getByRole('combobox', { name: 'Operation' }).selectOption(await optionOf(page, 'GET /notes'));
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByText('Waiting for the sign-in').waitFor();
    await page.getByRole('link', { name: 'GPTs', exact: true }).first().click();
    await page.getByRole('heading', { name: 'GPTs' }).waitFor();
    expect(failed).toEqual([expect.stringMatching(/^GET \/v1\/sign-ins\/si-/)]);

    await page.goto(`/console/gpts/${gpt.id}/preview`);
    await page.getByRole('combobox', { name: 'Operation' }).selectOption(await optionOf(page, 'about – GET'));
    await Promise.all([
      page.waitForRequest((request) => request.url().endsWith('/tool_calls')),
      page.getByRole('button', { name: 'Send' }).click(),
    ]);
    await page.getByRole('link', { name: 'Sign-ins', exact: true }).click();
    await page.getByRole('heading', { name: 'Sign-ins' }).waitFor();
    expect(failed.at(-1)).toBe(`POST /v1/gpts/${gpt.id}/tool_calls`);
    release();
  });

  it('shows the new schema after the document of an action was edited', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS));
    const page = await preview();
    await page.getByRole('textbox', { name: 'Arguments' }).waitFor();
    await page.getByText('Schema', { exact: true }).click();
    await page.getByText('"limit"').first().waitFor();

    await page.getByRole('link', { name: 'Note keeper' }).click();
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    expect(page.url()).toContain(id);
    const edited = { get: { ...NOTES_PATHS['/notes'].get, parameters: [PAGE_PARAMETER] } };
    await page.getByRole('textbox', { name: 'OpenAPI document' }).focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.insertText(JSON.stringify(api.document({ '/notes': edited })));
    await page.getByRole('button', { name: 'Save document' }).click();
    await page.getByText('Saved', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Note keeper' }).click();
    await page.getByRole('link', { name: 'Preview' }).click();
    await page.getByText('Schema', { exact: true }).click();
    await page.getByRole('group', { name: 'Schema of the arguments' }).getByText('"page"').first().waitFor();
    expect(await page.getByRole('combobox', { name: 'Operation' }).locator('option').count()).toBe(1);
    expect(await page.getByRole('textbox', { name: 'Arguments' }).inputValue()).toContain('"page"');
  });

  it('explains a GPT without operations, and an unknown GPT', async () => {
    visitor.expectedErrors.push(/status of 404 /);
    const page = await preview();
    await page.getByText('This GPT has no operations yet').waitFor();
    expect(await visitor.accessibilityFindings('preview-no-operation')).toEqual([]);
    await page.goto('/console/gpts/g-nowhere/preview');
    await page.getByRole('alert').first().waitFor();
  });
});
