import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { eventually } from '../support/eventually.js';
import { OAuthWorld } from '../support/oauth-world.js';
import type { TestGpt } from '../support/tenant.js';
import { NOTES_PATHS, type Upstream } from '../support/upstream.js';

const KEY = 'canary-key-of-the-console';

let world: OAuthWorld;
let api: Upstream;
let browser: ConsoleBrowser;
let visitor: Visitor;
let gpt: TestGpt;
let folder: string;

beforeAll(async () => {
  [world, browser] = await Promise.all([OAuthWorld.start(), ConsoleBrowser.start()]);
  ({ api } = world);
  folder = mkdtempSync(join(tmpdir(), 'countersign-editor-'));
});

afterAll(async () => {
  await Promise.all([world.stop(), browser.stop()]);
  rmSync(folder, { recursive: true });
});

beforeEach(async () => {
  world.reset();
  api.respondWith(() => ({ body: { notes: ['Milk'] } }));
  visitor = await browser.visitor(world.app, { hosts: [new URL(world.provider.url).origin] });
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
  gpt = await world.tenant.gpt();
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

const opens = (path: string) => visitor.signsIn(world.tenant.admin.key ?? '', `/console/gpts/${gpt.id}${path}`);
const actions = async () => (await gpt.tenant.admin.get(`${gpt.path}/actions`)).body.data;
const stored = async () =>
  (await gpt.tenant.admin.get(`${gpt.path}/actions/${(await actions())[0].id}/openapi/source`)).body;
const editorOf = (page: Page) => page.getByRole('textbox', { name: 'OpenAPI document' });
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });

/** The link of a finding to its line. */
const finding = (page: Page, severity: 'Error' | 'Warning', line: string) =>
  page.getByRole('listitem').filter({ hasText: severity }).getByRole('button', { name: line, exact: true });

async function pastes(page: Page, text: string): Promise<void> {
  await editorOf(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await page.keyboard.press('ControlOrMeta+v');
}

const NOTES_YAML = () => `# The notes of the user
openapi: 3.1.0
info: { title: Notes, version: "1" }
servers:
    - url: ${api.url}
paths:
  /notes:
    get:
      operationId: listNotes
      description: ${'long '.repeat(80)}
      responses: { "200": { description: The notes } }
`;

/** One operation with an argument of each kind. */
const SEARCH = {
  post: {
    operationId: 'search',
    summary: 'Search in all notes',
    'x-openai-isConsequential': false,
    parameters: [
      { name: 'q', in: 'query', required: true, description: 'What to look for', schema: { type: 'string' } },
      { name: 'limit', in: 'query', schema: { type: 'integer', default: 10 } },
      { name: 'order', in: 'query', schema: { enum: ['newest', 'oldest'] } },
      { name: 'archived', in: 'query', schema: { type: 'boolean' } },
      { name: 'since', in: 'query', schema: { type: 'string', format: 'date' } },
      { name: 'tags', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
    ],
    requestBody: {
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['author'],
            properties: {
              author: { type: 'object', required: ['name'], properties: { name: { type: 'string', example: 'Ada' } } },
              where: { oneOf: [{ type: 'string' }, { type: 'object', properties: { folder: { type: 'string' } } }] },
            },
          },
        },
      },
    },
    responses: { 200: { description: 'x' } },
  },
};

describe('The page of a GPT', () => {
  it('saves changes, and asks before unsaved ones are lost', async () => {
    const page = await opens('');
    await page.getByText('No actions yet').waitFor();
    await page.getByRole('textbox', { name: 'Instructions' }).fill('You keep the notes of the user.');
    await page.getByText('Unsaved changes').waitFor();
    await page.getByRole('link', { name: 'Add an action' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    expect(await visitor.accessibilityFindings('editor-leave')).toEqual([]);
    await button(page, 'Stay').click();
    await button(page, 'Save').click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect((await gpt.tenant.admin.get(gpt.path)).body.instructions).toBe('You keep the notes of the user.');
    expect(await visitor.accessibilityFindings('editor-gpt-empty')).toEqual([]);
  });

  it('deletes the GPT after its name is typed', async () => {
    const page = await opens('');
    await button(page, 'Delete GPT').click();
    const dialog = page.getByRole('dialog', { name: 'Delete this GPT?' });
    await dialog.waitFor();
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    expect(await visitor.accessibilityFindings('editor-gpt-delete')).toEqual([]);
    await dialog.getByRole('textbox').fill('Note keeper');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'GPTs' }).waitFor();
    expect((await gpt.tenant.admin.get(gpt.path)).status).toBe(404);
  });
});

describe('The page for a new action', () => {
  it('adds an action from pasted text, with warnings that link to their lines', async () => {
    const page = await opens('/actions/new');
    await pastes(page, NOTES_YAML());
    await page.getByText(`Ready: Notes at ${api.domain}, 1 operation, 3 warnings.`).waitFor();
    const warning = finding(page, 'Warning', 'Line 10');
    await warning.waitFor();
    await page.locator('.cm-lint-marker-warning').last().waitFor();
    expect(await visitor.accessibilityFindings('editor-new')).toEqual([]);
    await warning.click();
    expect(await page.locator('.cm-activeLineGutter').allTextContents()).toContain('10');
    await button(page, 'Add action').click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
    expect(await actions()).toMatchObject([{ title: 'Notes', domain: api.domain }]);
  });

  it('adds an action from an uploaded file', async () => {
    const path = join(folder, 'notes.json');
    writeFileSync(path, JSON.stringify(api.document(NOTES_PATHS)));
    const page = await opens('/actions/new');
    await page.locator('input[type=file]').setInputFiles(path);
    await button(page, 'Add action').click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
    expect(await actions()).toHaveLength(1);
  });

  it('adds an action from a URL that the server fetches', async () => {
    api.respondWith(({ path }) => (path === '/openapi.json' ? { body: api.document(NOTES_PATHS) } : { status: 404 }));
    const page = await opens('/actions/new');
    await button(page, 'Import from URL').click();
    const dialog = page.getByRole('dialog', { name: 'Import from URL' });
    visitor.expectedErrors.push(/422/);
    await dialog.getByRole('textbox', { name: 'Document URL' }).fill(`${api.url}/nowhere.json`);
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByText('404').first().waitFor();
    expect(await visitor.accessibilityFindings('editor-url')).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Document URL' }).fill(`${api.url}/openapi.json`);
    await dialog.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
    await page.getByText(`${api.url}/openapi.json`).waitFor();
  });

  it('starts from a sample, lists the errors of a blank one, and rejects a duplicate domain', async () => {
    const page = await opens('/actions/new');
    const choose = async (name: string) => {
      await button(page, 'Samples').click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose('Blank');
    await page.getByText('Not usable yet').waitFor();
    expect(await visitor.accessibilityFindings('editor-problems')).toEqual([]);
    await choose('Weather (JSON)');
    await page.getByText('Ready: Get weather data').waitFor();
    await choose('Pet Store (YAML)');
    await page.getByText('Ready: Swagger Petstore at petstore.swagger.io, 3 operations').waitFor();
    await gpt.action({ ...api.document(NOTES_PATHS), servers: [{ url: 'https://petstore.swagger.io' }] });
    visitor.expectedErrors.push(/409/);
    await button(page, 'Add action').click();
    await page.getByText('Another action already uses this domain').waitFor();
    expect(await visitor.accessibilityFindings('editor-duplicate')).toEqual([]);
  });

  it('imports a manifest of another platform, and lists what to complete by hand', async () => {
    const page = await opens('/actions/new');
    await button(page, 'Import from another platform').click();
    const dialog = page.getByRole('dialog', { name: 'Import from another platform' });
    const form = {
      auth: { type: 'service_http', authorization_type: 'bearer' },
      json_schema: api.document(NOTES_PATHS),
    };
    expect(await visitor.accessibilityFindings('editor-form')).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Or the manifest itself' }).fill(JSON.stringify(form));
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByText('Complete these by hand').waitFor();
    await dialog.getByRole('button', { name: 'Go to the action' }).click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
  });
});

describe('The document editor', () => {
  it('shows syntax errors at their lines, in JSON and in YAML', async () => {
    const page = await opens('/actions/new');
    await pastes(page, '{\n  "openapi": "3.1.0",,\n}');
    await finding(page, 'Error', 'Line 2').waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    await pastes(page, 'openapi: 3.1.0\ninfo:\n  - a\n  b: c\n');
    await finding(page, 'Error', 'Line 4').waitFor();
  });

  it('formats YAML with its comments and JSON with its exact numbers', async () => {
    const page = await opens('/actions/new');
    await pastes(page, NOTES_YAML());
    await button(page, 'Format').click();
    const yaml = await becomes(page, `servers:\n  - url: ${api.url}\n`);
    expect(yaml).toContain('# The notes of the user\nopenapi: 3.1.0');
    await pastes(page, '{"openapi":"3.1.0","x":[12345678901234567890,{}],"9":"a: b","1":[]}');
    await button(page, 'Format').click();
    expect(await becomes(page, '[\n    12345678901234567890')).toBe(
      '{\n  "openapi": "3.1.0",\n  "x": [\n    12345678901234567890,\n    {}\n  ],\n  "9": "a: b",\n  "1": []\n}\n',
    );
    await button(page, 'Convert to YAML').click();
    expect(await becomes(page, 'openapi: 3.1.0\nx:\n  - ')).toContain("'1': []\n");
    await pastes(page, '{"a": ');
    visitor.expectedErrors.push(/422/);
    await button(page, 'Format').click();
    await page.getByText('Cannot be parsed yet').waitFor();
  });

  it('saves the document, and asks before unsaved changes are lost', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS));
    const page = await opens('');
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await editorOf(page).waitFor();
    expect(await visitor.accessibilityFindings('editor-action')).toEqual([]);
    await pastes(
      page,
      JSON.stringify(api.document({ '/search': SEARCH }, { info: { title: 'Searching', version: '2' } })),
    );
    await page.getByText('Unsaved changes').waitFor();
    await page.getByRole('link', { name: 'GPTs', exact: true }).first().click();
    await button(page, 'Stay').click();
    await page.goBack();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    await button(page, 'Stay').click();
    expect(page.url()).toMatch(new RegExp(`/actions/${id}$`));
    const asking = page.waitForEvent('dialog');
    await page.evaluate('void setTimeout(() => location.reload())');
    const asked = await asking;
    expect(asked.type()).toBe('beforeunload');
    await asked.dismiss();
    await button(page, 'Save document').click();
    await page.getByRole('heading', { name: 'Searching' }).waitFor();
    await page.getByRole('button', { name: 'Test search' }).waitFor();
    await page.getByRole('link', { name: 'Note keeper' }).click();
    await page.getByRole('link', { name: 'Searching' }).waitFor();
    expect(await visitor.accessibilityFindings('editor-gpt')).toEqual([]);
  });

  it('keeps the text of a document exactly when one line is changed', async () => {
    const source = `${NOTES_YAML()}\n# The end,  with   spaces  \n`;
    const page = await opens('/actions/new');
    await pastes(page, source);
    await page.getByText(/Ready: Notes/).waitFor();
    await button(page, 'Add action').click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
    await page.reload();
    await editorOf(page).waitFor();
    expect(await textIn(page)).toBe(source);
    await page.getByText('# The notes of the user').click();
    await page.keyboard.press('End');
    await page.keyboard.type(', and mine');
    await page.getByText('Unsaved changes').waitFor();
    await button(page, 'Save document').click();
    await page.getByText('Saved', { exact: true }).waitFor();
    await page.reload();
    await editorOf(page).waitFor();
    expect(await textIn(page)).toBe(source.replace('of the user', 'of the user, and mine'));
  });

  it('keeps the line breaks of a file', async () => {
    const path = join(folder, 'windows.yaml');
    const source = NOTES_YAML().replaceAll('\n', '\r\n');
    writeFileSync(path, source);
    const page = await opens('/actions/new');
    await page.locator('input[type=file]').setInputFiles(path);
    await button(page, 'Add action').click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
    await page.getByText('# The notes of the user').click();
    await page.keyboard.press('End');
    await page.keyboard.type('!');
    expect(await stored()).toBe(source);
    await button(page, 'Save document').click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect(await stored()).toBe(source.replace('of the user', 'of the user!'));
  });

  it('requires the secrets again if the server URL changes', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS), { type: 'api_key', auth_type: 'bearer', api_key: KEY });
    const page = await opens(`/actions/${id}`);
    await editorOf(page).waitFor();
    await pastes(page, JSON.stringify({ ...api.document(NOTES_PATHS), servers: [{ url: 'https://thief.example' }] }));
    visitor.expectedErrors.push(/409/);
    await button(page, 'Save document').click();
    await page.getByText('The secrets must be entered again').waitFor();
    expect(await visitor.accessibilityFindings('editor-secrets')).toEqual([]);
    expect((await actions())[0].domain).toBe(api.domain);
  });
});

describe('The page of an action', () => {
  it('saves the privacy policy, and deletes the action', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS));
    const page = await opens(`/actions/${id}`);
    await page.getByRole('textbox', { name: 'Privacy policy' }).fill('https://notes.example.com/privacy');
    await button(page, 'Save').click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect((await actions())[0].privacy_policy_url).toBe('https://notes.example.com/privacy');
    await button(page, 'Delete action').click();
    const dialog = page.getByRole('dialog', { name: 'Delete this action?' });
    await dialog.waitFor();
    expect(await visitor.accessibilityFindings('editor-action-delete')).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No actions yet').waitFor();
    expect(await actions()).toEqual([]);
  });
});

describe('The test of an operation', () => {
  it('generates a form from the schema, and shows the request without the key', async () => {
    const { id } = await gpt.action(api.document({ '/search': SEARCH }), {
      type: 'api_key',
      auth_type: 'bearer',
      api_key: KEY,
    });
    const page = await opens(`/actions/${id}`);
    await button(page, 'Test search').click();
    const drawer = page.getByRole('dialog', { name: /Test search/ });
    visitor.expectedErrors.push(/400 \(Bad Request\)/);
    await drawer.getByRole('button', { name: 'Send' }).click();
    await drawer.getByRole('textbox', { name: 'q' }).and(page.locator('[aria-invalid=true]')).waitFor();
    expect(await visitor.accessibilityFindings('editor-test-mistake')).toEqual([]);
    await drawer.getByRole('textbox', { name: 'q' }).fill('milk');
    const limit = drawer.getByRole('textbox', { name: 'limit' });
    for (const key of ['ArrowUp', 'x', '.']) await limit.press(key);
    expect(await limit.inputValue()).toBe('11');
    await drawer.getByRole('combobox', { name: 'order' }).click();
    await page.getByRole('option', { name: 'oldest' }).click();
    await drawer.getByRole('combobox', { name: 'archived' }).click();
    await page.getByRole('option', { name: 'true' }).click();
    await drawer.getByLabel('since').fill('2026-01-31');
    await drawer.getByLabel('tags', { exact: true }).first().fill('home');
    await page.keyboard.press('Enter');
    await drawer.getByRole('textbox', { name: 'where' }).fill('{"folder": "shopping"}');
    api.respondWith(({ headers }) => ({ body: { notes: ['Milk'], said: headers['authorization'] } }));
    await drawer.getByRole('button', { name: 'Send' }).click();
    await drawer.getByText('Status 200').waitFor();
    const { last } = api;
    expect(Object.fromEntries(last.query)).toEqual({
      q: 'milk',
      limit: '11',
      order: 'oldest',
      archived: 'true',
      since: '2026-01-31',
      tags: 'home',
    });
    expect(JSON.parse(last.body)).toEqual({ author: { name: 'Ada' }, where: { folder: 'shopping' } });
    expect(last.headers['authorization']).toBe(`Bearer ${KEY}`);
    await drawer.getByText(/request headers/).click();
    await drawer.getByText('Bearer [HIDDEN]', { exact: true }).waitFor();
    expect(await visitor.accessibilityFindings('editor-test-sent')).toEqual([]);
    expect(await page.content()).not.toContain(KEY);
  });

  it('takes the arguments as JSON', async () => {
    const { id } = await gpt.action(api.document({ '/search': SEARCH }));
    const page = await opens(`/actions/${id}`);
    await button(page, 'Test search').click();
    await page.getByRole('tab', { name: 'JSON' }).click();
    const text = page.getByRole('textbox', { name: 'Arguments' });
    expect(JSON.parse(await text.inputValue())).toEqual({ limit: 10, body: { author: { name: 'Ada' } } });
    await text.fill('{"q": ');
    await page.getByText('Invalid JSON').waitFor();
    expect(await button(page, 'Send').isDisabled()).toBe(true);
    await text.fill('{"q": "milk"}');
    expect(await visitor.accessibilityFindings('editor-test-json')).toEqual([]);
    await button(page, 'Send').click();
    await page.getByText('Status 200').waitFor();
    expect([...api.last.query]).toEqual([['q', 'milk']]);
  });

  it('shows the request of a failed call without the key', async () => {
    const { id } = await gpt.action(api.document({ '/search': SEARCH }), {
      type: 'api_key',
      auth_type: 'bearer',
      location: 'query',
      parameter_name: 'appid',
      api_key: KEY,
      static_headers: { 'X-Version': '3' },
    });
    const page = await opens(`/actions/${id}`);
    await button(page, 'Test search').click();
    await page.getByRole('textbox', { name: 'q' }).fill('milk');
    api.respondWith(() => ({ headers: { 'content-encoding': 'br' }, body: 'rubbish' }));
    visitor.expectedErrors.push(/502 \(Bad Gateway\)/);
    await button(page, 'Send').click();
    await page.getByRole('alert').waitFor();
    const request = page.getByRole('region', { name: 'Request' });
    await request.getByText(`POST ${api.url}/search?q=milk&limit=10&appid=[HIDDEN]`).waitFor();
    await request.getByText(/request headers/).click();
    await request.getByText('x-version', { exact: true }).waitFor();
    expect(JSON.parse(api.last.body)).toEqual({ author: { name: 'Ada' } });
    await request.getByText('"name": "Ada"').waitFor();
    await request.getByText(/^\d+ ms$/).waitFor();
    expect(api.last.query.get('appid')).toBe(KEY);
    expect(await visitor.accessibilityFindings('editor-test-failed')).toEqual([]);
    expect(await page.content()).not.toContain(KEY);
    expect(await page.getByRole('region', { name: 'Response' }).count()).toBe(0);
    api.respondWith(() => ({ body: { notes: ['Milk'] } }));
    await button(page, 'Send').click();
    await page.getByText('Status 200').waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('asks for confirmation, which is declined and then given', async () => {
    const { id } = await gpt.action(api.document(NOTES_PATHS));
    const page = await opens(`/actions/${id}`);
    await button(page, 'Test createNote').click();
    await page.getByRole('textbox', { name: 'title' }).fill('Milk');
    await button(page, 'Send').click();
    await page.getByText(`Allow this call to ${api.domain}?`).waitFor();
    expect(await visitor.accessibilityFindings('editor-test-confirm')).toEqual([]);
    await button(page, 'Decline').click();
    await page.getByText('Declined. Nothing was sent.').waitFor();
    expect(api.requests).toHaveLength(0);
    await button(page, 'Send').click();
    await button(page, 'Allow').click();
    await page.getByText('Status 200').waitFor();
    expect(api.requests).toHaveLength(1);
  });

  it('signs the user in in a new tab, and continues the call', async () => {
    world.reset();
    const { id } = await gpt.action(api.document(NOTES_PATHS), world.provider.schema());
    const page = await opens(`/actions/${id}`);
    await button(page, 'Test listNotes').click();
    await page.getByRole('textbox', { name: 'User' }).fill('alice');
    await button(page, 'Send').click();
    const link = page.getByRole('link', { name: `Sign in to ${api.domain}` });
    await link.waitFor();
    expect(await visitor.accessibilityFindings('editor-test-sign-in')).toEqual([]);
    const [tab] = await Promise.all([visitor.context.waitForEvent('page'), link.click()]);
    await tab.getByRole('button', { name: `Sign in to ${api.domain}` }).click();
    await tab.waitForURL(/\/signin\/done\//);
    await page.getByText('Status 200').waitFor();
    const { body } = await gpt.tenant.admin.get(`/v1/connections?user=alice&gpt_id=${gpt.id}`);
    expect(body.data).toHaveLength(1);
    const shown = await page.content();
    for (const token of world.provider.accessTokens) expect(shown).not.toContain(token);
  });
});

it('adds and tests an action by keyboard', async () => {
  const page = await opens('');
  const tabTo = async (role: 'button' | 'link' | 'textbox', name: string | RegExp) => {
    const target = page.getByRole(role, { name, exact: true });
    await target.waitFor();
    for (let presses = 0; presses < 60; presses++) {
      if ((await target.and(page.locator(':focus')).count()) === 1) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${name}`);
  };
  await tabTo('link', 'Add an action');
  await page.keyboard.press('Enter');
  await tabTo('button', 'Samples');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Blank' }).waitFor();
  await page.keyboard.press('Escape');
  await tabTo('textbox', 'OpenAPI document');
  await page.keyboard.insertText(JSON.stringify(api.document(NOTES_PATHS)));
  await page.getByText('Ready: Notes').waitFor();
  // Tab leaves for two seconds after Escape.
  for (let tries = 0; tries < 5 && (await editorOf(page).and(page.locator(':focus')).count()) > 0; tries++) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
  }
  await tabTo('button', 'Add action');
  await page.keyboard.press('Enter');
  await tabTo('button', 'Test listNotes');
  await page.keyboard.press('Enter');
  await tabTo('textbox', 'limit');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await page.getByText('Status 200').waitFor();
  expect([...api.last.query]).toEqual([['limit', '3']]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

/** Waits until the text contains a part, and returns it. */
const becomes = (page: Page, part: string) =>
  eventually(
    () => textIn(page),
    (text) => text.includes(part),
  );

/** The whole text: the editor renders only the visible part. */
async function textIn(page: Page): Promise<string> {
  await editorOf(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+c');
  return page.evaluate<string>('navigator.clipboard.readText()');
}
