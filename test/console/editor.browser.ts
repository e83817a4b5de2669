import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleWorld } from '../support/console/console-world.js';
import { becomes, button, editorOf, finding, pastes, SEARCH, textIn } from '../support/console/document-editor.js';
import { NOTES_PATHS } from '../support/upstream.js';

const KEY = 'canary-key-of-the-console';

let world: ConsoleWorld;
let folder: string;

beforeAll(async () => {
  world = await ConsoleWorld.start();
  folder = mkdtempSync(join(tmpdir(), 'countersign-editor-'));
});

afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

beforeEach(() => world.startTest({ hosts: [world.provider.url] }));

afterEach(() => world.endTest());

const actions = async () => (await world.tenant.admin.get(`${world.gpt.path}/actions`)).body.data;
const stored = async () =>
  (await world.tenant.admin.get(`${world.gpt.path}/actions/${(await actions())[0].id}/openapi/source`)).body;

const NOTES_YAML = () => `# The notes of the user
openapi: 3.1.0
info: { title: Notes, version: "1" }
servers:
    - url: ${world.api.url}
paths:
  /notes:
    get:
      operationId: listNotes
      description: ${'long '.repeat(80)}
      responses: { "200": { description: The notes } }
`;

describe('The page of a GPT', () => {
  it('saves changes, and asks before unsaved ones are lost', async () => {
    const page = await world.opensGpt();
    await page.getByText('No actions yet').waitFor();
    await page.getByRole('textbox', { name: 'Instructions' }).fill('You keep the notes of the user.');
    await page.getByText('Unsaved changes').waitFor();
    await page.getByRole('link', { name: 'Add an action' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    expect(await world.visitor.accessibilityFindings('editor-leave')).toEqual([]);
    await button(page, 'Stay').click();
    await button(page, 'Save').click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect((await world.tenant.admin.get(world.gpt.path)).body.instructions).toBe('You keep the notes of the user.');
    expect(await world.visitor.accessibilityFindings('editor-gpt-empty')).toEqual([]);
  });

  it('deletes the GPT after its name is typed', async () => {
    const page = await world.opensGpt();
    await button(page, 'Delete GPT').click();
    const dialog = page.getByRole('dialog', { name: 'Delete this GPT?' });
    await dialog.waitFor();
    expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true);
    expect(await world.visitor.accessibilityFindings('editor-gpt-delete')).toEqual([]);
    await dialog.getByRole('textbox').fill('Note keeper');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'GPTs' }).waitFor();
    expect((await world.tenant.admin.get(world.gpt.path)).status).toBe(404);
  });
});

describe('The page for a new action', () => {
  it('adds an action from pasted text, with warnings that link to their lines', async () => {
    const page = await world.opensGpt('/actions/new');
    await pastes(page, NOTES_YAML());
    await page.getByText(`Ready: Notes at ${world.api.domain}, 1 operation, 3 warnings.`).waitFor();
    const warning = finding(page, 'Warning', 'Line 10');
    await warning.waitFor();
    await page.locator('.cm-lint-marker-warning').last().waitFor();
    expect(await world.visitor.accessibilityFindings('editor-new')).toEqual([]);
    await warning.click();
    expect(await page.locator('.cm-activeLineGutter').allTextContents()).toContain('10');
    await button(page, 'Add action').click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
    expect(await actions()).toMatchObject([{ title: 'Notes', domain: world.api.domain }]);
  });

  it('adds an action from an uploaded file', async () => {
    const path = join(folder, 'notes.json');
    writeFileSync(path, JSON.stringify(world.api.document(NOTES_PATHS)));
    const page = await world.opensGpt('/actions/new');
    await page.locator('input[type=file]').setInputFiles(path);
    await button(page, 'Add action').click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
    expect(await actions()).toHaveLength(1);
  });

  it('adds an action from a URL that the server fetches', async () => {
    world.api.respondWith(({ path }) =>
      path === '/openapi.json' ? { body: world.api.document(NOTES_PATHS) } : { status: 404 },
    );
    const page = await world.opensGpt('/actions/new');
    await button(page, 'Import from URL').click();
    const dialog = page.getByRole('dialog', { name: 'Import from URL' });
    world.visitor.expectedErrors.push(/422/);
    await dialog.getByRole('textbox', { name: 'Document URL' }).fill(`${world.api.url}/nowhere.json`);
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByText('404').first().waitFor();
    expect(await world.visitor.accessibilityFindings('editor-url')).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Document URL' }).fill(`${world.api.url}/openapi.json`);
    await dialog.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
    await page.getByText(`${world.api.url}/openapi.json`).waitFor();
  });

  it('starts from a sample, lists the errors of a blank one, and rejects a duplicate domain', async () => {
    const page = await world.opensGpt('/actions/new');
    const choose = async (name: string) => {
      await button(page, 'Samples').click();
      await page.getByRole('menuitem', { name }).click();
    };
    await choose('Blank');
    await page.getByText('Not usable yet').waitFor();
    expect(await world.visitor.accessibilityFindings('editor-problems')).toEqual([]);
    await choose('Weather (JSON)');
    await page.getByText('Ready: Get weather data').waitFor();
    await choose('Pet Store (YAML)');
    await page.getByText('Ready: Swagger Petstore at petstore.swagger.io, 3 operations').waitFor();
    await world.gpt.action({ ...world.api.document(NOTES_PATHS), servers: [{ url: 'https://petstore.swagger.io' }] });
    world.visitor.expectedErrors.push(/409/);
    await button(page, 'Add action').click();
    await page.getByText('Another action already uses this domain').waitFor();
    expect(await world.visitor.accessibilityFindings('editor-duplicate')).toEqual([]);
  });

  it('imports a manifest of another platform, and lists what to complete by hand', async () => {
    const page = await world.opensGpt('/actions/new');
    await button(page, 'Import from another platform').click();
    const dialog = page.getByRole('dialog', { name: 'Import from another platform' });
    const form = {
      auth: { type: 'service_http', authorization_type: 'bearer' },
      json_schema: world.api.document(NOTES_PATHS),
    };
    expect(await world.visitor.accessibilityFindings('editor-form')).toEqual([]);
    await dialog.getByRole('textbox', { name: 'Or the manifest itself' }).fill(JSON.stringify(form));
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByText('Complete these by hand').waitFor();
    await dialog.getByRole('button', { name: 'Go to the action' }).click();
    await page.getByRole('heading', { name: 'Notes' }).waitFor();
  });
});

describe('The document editor', () => {
  it('shows syntax errors at their lines, in JSON and in YAML', async () => {
    const page = await world.opensGpt('/actions/new');
    await pastes(page, '{\n  "openapi": "3.1.0",,\n}');
    await finding(page, 'Error', 'Line 2').waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    await pastes(page, 'openapi: 3.1.0\ninfo:\n  - a\n  b: c\n');
    await finding(page, 'Error', 'Line 4').waitFor();
  });

  it('formats YAML with its comments and JSON with its exact numbers', async () => {
    const page = await world.opensGpt('/actions/new');
    await pastes(page, NOTES_YAML());
    await button(page, 'Format').click();
    const yaml = await becomes(page, `servers:\n  - url: ${world.api.url}\n`);
    expect(yaml).toContain('# The notes of the user\nopenapi: 3.1.0');
    await pastes(page, '{"openapi":"3.1.0","x":[12345678901234567890,{}],"9":"a: b","1":[]}');
    await button(page, 'Format').click();
    expect(await becomes(page, '[\n    12345678901234567890')).toBe(
      '{\n  "openapi": "3.1.0",\n  "x": [\n    12345678901234567890,\n    {}\n  ],\n  "9": "a: b",\n  "1": []\n}\n',
    );
    await button(page, 'Convert to YAML').click();
    expect(await becomes(page, 'openapi: 3.1.0\nx:\n  - ')).toContain("'1': []\n");
    await pastes(page, '{"a": ');
    world.visitor.expectedErrors.push(/422/);
    await button(page, 'Format').click();
    await page.getByText('Cannot be parsed yet').waitFor();
  });

  it('saves the document, and asks before unsaved changes are lost', async () => {
    const { id } = await world.gpt.action(world.api.document(NOTES_PATHS));
    const page = await world.opensGpt();
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await editorOf(page).waitFor();
    expect(await world.visitor.accessibilityFindings('editor-action')).toEqual([]);
    await pastes(
      page,
      JSON.stringify(world.api.document({ '/search': SEARCH }, { info: { title: 'Searching', version: '2' } })),
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
    expect(await world.visitor.accessibilityFindings('editor-gpt')).toEqual([]);
  });

  it('keeps the text of a document exactly when one line is changed', async () => {
    const source = `${NOTES_YAML()}\n# The end,  with   spaces  \n`;
    const page = await world.opensGpt('/actions/new');
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
    const page = await world.opensGpt('/actions/new');
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
    const { id } = await world.gpt.action(world.api.document(NOTES_PATHS), {
      type: 'api_key',
      auth_type: 'bearer',
      api_key: KEY,
    });
    const page = await world.opensGpt(`/actions/${id}`);
    await editorOf(page).waitFor();
    await pastes(
      page,
      JSON.stringify({ ...world.api.document(NOTES_PATHS), servers: [{ url: 'https://thief.example' }] }),
    );
    world.visitor.expectedErrors.push(/409/);
    await button(page, 'Save document').click();
    await page.getByText('The secrets must be entered again').waitFor();
    expect(await world.visitor.accessibilityFindings('editor-secrets')).toEqual([]);
    expect((await actions())[0].domain).toBe(world.api.domain);
  });
});

describe('The page of an action', () => {
  it('saves the privacy policy, and deletes the action', async () => {
    const { id } = await world.gpt.action(world.api.document(NOTES_PATHS));
    const page = await world.opensGpt(`/actions/${id}`);
    await page.getByRole('textbox', { name: 'Privacy policy' }).fill('https://notes.example.com/privacy');
    await button(page, 'Save').click();
    await page.getByText('Saved', { exact: true }).waitFor();
    expect((await actions())[0].privacy_policy_url).toBe('https://notes.example.com/privacy');
    await button(page, 'Delete action').click();
    const dialog = page.getByRole('dialog', { name: 'Delete this action?' });
    await dialog.waitFor();
    expect(await world.visitor.accessibilityFindings('editor-action-delete')).toEqual([]);
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No actions yet').waitFor();
    expect(await actions()).toEqual([]);
  });
});
