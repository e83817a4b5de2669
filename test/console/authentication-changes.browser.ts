import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { field, opensAuthentication, saves } from '../support/console/authentication-form.js';
import { ConsoleWorld } from '../support/console/console-world.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: ConsoleWorld;

beforeAll(async () => {
  world = await ConsoleWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.startTest());

afterEach(() => world.endTest());

/** The form of an action's schema, as a dialog over the action. */
async function opensDialog(auth?: object) {
  await world.gpt.action(world.api.document(NOTES_PATHS), auth);
  const page = await world.opensGpt();
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

it('The dialog of the authentication discards unsaved values, and shows saved ones when it is opened again', async () => {
  const { page, edit, dialog, answers } = await opensDialog(world.provider.schema());
  const section = page.getByRole('region', { name: 'Authentication' });
  await section.getByText('OAuth').waitFor();
  await dialog.getByLabel('Client secret', { exact: true }).fill('typed-and-dropped');
  expect(await world.visitor.accessibilityFindings('authentication-dialog')).toEqual([]);
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
    ['the Close button', (_, dialog) => dialog.getByRole('button', { name: 'Close' }).click()],
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
    expect(await world.visitor.accessibilityFindings('authentication-leave')).toEqual([]);
  });

  it('are kept when another type is selected, and asked about after the stored type is selected again', async () => {
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

  it('do not hide those of the document, which are asked about after the dialog is closed', async () => {
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
    const { page, form } = await opensAuthentication(world);
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
