import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { ConsoleWorld } from '../support/console/console-world.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: ConsoleWorld;

beforeAll(async () => {
  world = await ConsoleWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.startTest());

afterEach(() => world.endTest());

/** The page of an action, and its policies as the API returns them. */
async function opensAction() {
  const action = await world.gpt.action(world.api.document(NOTES_PATHS));
  const path = `${world.gpt.path}/actions/${action.id}`;
  const page = await world.opensGpt();
  await page.getByRole('link', { name: 'Notes', exact: true }).click();
  await page.getByRole('switch', { name: 'Enable listNotes' }).waitFor();
  const policies = async () => (await world.tenant.admin.get(`${path}/policy`)).body.operations;
  return { page, path, policies };
}

/** Waits until a switch can be changed again. */
const isSaved = (toggle: Locator) => toggle.and(toggle.page().locator(':not([aria-disabled=true])')).waitFor();

/** Holds the requests that save policies. Returns a function that releases them. */
async function holdsSaves(page: Page, path: string): Promise<() => void> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(`**${path}/policy`, async (route) => {
    if (route.request().method() === 'PUT') await released;
    await route.continue();
  });
  return release;
}

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });

async function opensPolicy(page: Page, operation: string) {
  await page.getByRole('button', { name: `Policy ${operation}` }).click();
  const dialog = page.getByRole('dialog', { name: `Policy of ${operation}` });
  await dialog.getByRole('button', { name: 'Save policy' }).waitFor();
  return dialog;
}

describe('The operations of an action', () => {
  it('are disabled and enabled in the table', async () => {
    const { page, policies } = await opensAction();
    const enable = page.getByRole('switch', { name: 'Enable deleteNote' });
    await enable.uncheck({ force: true });
    expect(await enable.isChecked()).toBe(false);
    await row(page, 'deleteNote').getByText('Disabled').waitFor();
    expect(await policies()).toEqual({ deleteNote: { enabled: false } });
    expect(await page.getByRole('button', { name: 'Test deleteNote' }).isDisabled()).toBe(true);
    await isSaved(enable);
    await enable.check({ force: true });
    await row(page, 'deleteNote').getByText('Disabled').waitFor({ state: 'detached' });
    expect(await policies()).toEqual({});
  });

  it('show a change at once, keep the focus, and take the next change when it is saved', async () => {
    const { page, path, policies } = await opensAction();
    const release = await holdsSaves(page, path);
    const switches = ['deleteNote', 'about'].map((name) => page.getByRole('switch', { name: `Enable ${name}` }));
    const [deleteNote, about] = switches as [Locator, Locator];
    await deleteNote.uncheck({ force: true });
    await about.uncheck({ force: true });
    await about.press('Space');
    expect(await Promise.all(switches.map((each) => each.isChecked()))).toEqual([false, false]);
    expect(await policies()).toEqual({});
    release();
    await Promise.all(switches.map(isSaved));
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Enable about');
    expect(await Promise.all(switches.map((each) => each.isChecked()))).toEqual([false, false]);
    expect(await policies()).toEqual({ deleteNote: { enabled: false }, about: { enabled: false } });
  });

  it('show the old state and the error if a change cannot be saved', async () => {
    world.visitor.expectedErrors.push(/503 \(Service Unavailable\)/);
    const { page, path, policies } = await opensAction();
    const problem = { status: 503, code: 'unavailable', title: 'Unavailable', detail: 'try again later' };
    const body = JSON.stringify(problem);
    const answer = { status: 503, contentType: 'application/problem+json', body };
    const route = `**${path}/policy`;
    await page.route(route, (each) => (each.request().method() === 'PUT' ? each.fulfill(answer) : each.continue()));
    const enable = page.getByRole('switch', { name: 'Enable deleteNote' });
    await enable.uncheck({ force: true });
    await page.getByRole('alert').getByText('Try again later').waitFor();
    await isSaved(enable);
    expect([await enable.isChecked(), await policies()]).toEqual([true, {}]);
    await page.unroute(route);
    await enable.uncheck({ force: true });
    await row(page, 'deleteNote').getByText('Disabled').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('have a policy, whose fields are saved and shown again', async () => {
    const { page, policies } = await opensAction();
    const dialog = await opensPolicy(page, 'listNotes');
    await dialog.getByLabel('Tool name').fill('searchNotes');
    await dialog.getByLabel('Tool description').fill('Finds notes');
    await dialog.getByRole('combobox', { name: 'Confirmation' }).or(dialog.getByLabel('Confirmation')).first().click();
    await page.getByRole('option', { name: 'Before every call' }).click();
    await dialog.getByLabel('Fixed arguments').fill('{"/limit": 20}');
    await dialog.getByLabel('Keep only').fill('/notes/*/id\n\n/notes/*/title');
    await dialog.getByLabel('Leave out').fill('/internal');
    await dialog.getByLabel('Elements per list of the response').fill('5');
    await dialog.getByRole('switch', { name: 'Follow redirects' }).check({ force: true });
    expect(await world.visitor.accessibilityFindings('policy-dialog')).toEqual([]);
    await dialog.getByRole('button', { name: 'Save policy' }).click();
    await dialog.waitFor({ state: 'detached' });
    const listNotes = {
      name: 'searchNotes',
      description: 'Finds notes',
      confirmation: 'always',
      fixed_arguments: { '/limit': 20 },
      response: { keep: ['/notes/*/id', '/notes/*/title'], drop: ['/internal'], max_items: 5 },
      follow_redirects: true,
    };
    expect(await policies()).toEqual({ listNotes });
    for (const note of ['Named searchNotes', 'Always asks first', '1 fixed argument', 'Follows redirects']) {
      await row(page, 'listNotes').getByText(note).waitFor();
    }
    expect(await world.visitor.accessibilityFindings('policy-table')).toEqual([]);
    const again = await opensPolicy(page, 'listNotes');
    expect(await again.getByLabel('Keep only').inputValue()).toBe('/notes/*/id\n/notes/*/title');
    expect(JSON.parse(await again.getByLabel('Fixed arguments').inputValue())).toEqual({ '/limit': 20 });
    await again.getByLabel('Tool name').fill('');
    await again.getByRole('button', { name: 'Save policy' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await policies()).toEqual({ listNotes: { ...listNotes, name: undefined } });
  });

  it('are tested with the arguments that the policy leaves to the caller', async () => {
    const { page, path } = await opensAction();
    const operations = { about: { enabled: false }, listNotes: { name: 'search', fixed_arguments: { '/limit': 7 } } };
    await world.tenant.admin.put(`${path}/policy`, { operations });
    await page.reload();
    await page.getByRole('button', { name: 'Test listNotes' }).click();
    const drawer = page.getByRole('dialog');
    await drawer.getByRole('button', { name: 'Send' }).waitFor();
    expect(await drawer.getByLabel('limit').count()).toBe(0);
    await drawer.getByRole('button', { name: 'Send' }).click();
    await drawer.getByText('limit=7').first().waitFor();
  });

  it('keep a draft that the server rejects, with the messages at its fields', async () => {
    world.visitor.expectedErrors.push(/400 \(Bad Request\)/);
    const { page, policies } = await opensAction();
    const dialog = await opensPolicy(page, 'deleteNote');
    await dialog.getByLabel('Fixed arguments').fill('{"/id": ');
    await dialog.getByText('Invalid JSON').waitFor();
    expect(await dialog.getByRole('button', { name: 'Save policy' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Fixed arguments').fill('{"/colour": "red"}');
    await dialog.getByLabel('Tool name').fill('getNote');
    await dialog.getByRole('button', { name: 'Save policy' }).click();
    await dialog.getByText('another operation of this GPT has this name').waitFor();
    await dialog.getByText('`colour` is unknown').waitFor();
    expect(await policies()).toEqual({});
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Leave' }).click();
    await dialog.waitFor({ state: 'detached' });
  });

  it('have a policy that is not overwritten if someone else changes it meanwhile, and keep changes of other policies', async () => {
    const { page, path, policies } = await opensAction();
    const dialog = await opensPolicy(page, 'listNotes');
    await dialog.getByLabel('Tool name').fill('mine');
    const operations = { listNotes: { name: 'theirs' }, about: { enabled: false } };
    await world.tenant.admin.put(`${path}/policy`, { operations });
    await dialog.getByRole('button', { name: 'Save policy' }).click();
    await dialog.getByText('Someone else has changed this policy').waitFor();
    expect(await policies()).toEqual(operations);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Leave' }).click();
    await row(page, 'listNotes').getByText('Named theirs').waitFor();
    const again = await opensPolicy(page, 'listNotes');
    expect(await again.getByLabel('Tool name').inputValue()).toBe('theirs');
    await again.getByLabel('Tool name').fill('ours');
    await again.getByRole('button', { name: 'Save policy' }).click();
    await again.waitFor({ state: 'detached' });
    expect(await policies()).toEqual({ ...operations, listNotes: { name: 'ours' } });
  });

  it('are saved on top of a change that arrives between reading and saving', async () => {
    world.visitor.expectedErrors.push(/412 \(Precondition Failed\)/);
    const { page, path, policies } = await opensAction();
    let isFirst = true;
    await page.route(`**${path}/policy`, async (route) => {
      if (route.request().method() === 'PUT' && isFirst) {
        isFirst = false;
        await world.tenant.admin.put(`${path}/policy`, { operations: { about: { enabled: false } } });
      }
      await route.continue();
    });
    await page.getByRole('switch', { name: 'Enable deleteNote' }).uncheck({ force: true });
    await row(page, 'deleteNote').getByText('Disabled').waitFor();
    expect(await policies()).toEqual({ about: { enabled: false }, deleteNote: { enabled: false } });
  });

  it('that a document has lost are listed with their policies, which can be removed', async () => {
    const { page, path, policies } = await opensAction();
    await world.tenant.admin.put(`${path}/policy`, { operations: { about: { enabled: false } } });
    const { '/about': _, ...others } = NOTES_PATHS;
    await world.tenant.admin.patch(path, { openapi: world.api.document(others) });
    await page.reload();
    await page.getByText('Policies without an operation').waitFor();
    expect(await world.visitor.accessibilityFindings('policy-lost')).toEqual([]);
    await page.getByRole('button', { name: 'Remove these policies' }).click();
    await page.getByText('Policies without an operation').waitFor({ state: 'detached' });
    expect(await policies()).toEqual({});
  });
});

it('The settings allow policies to skip the confirmations of documents', async () => {
  const page = await world.visitor.signsIn(world.tenant.admin.key ?? '', '/console/settings');
  await page.getByRole('switch', { name: 'Policies may skip these confirmations' }).check({ force: true });
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Settings saved.').waitFor();
  const { body } = await world.tenant.admin.get(`/v1/tenants/${world.tenant.id}`);
  expect(body.allow_skipping_confirmation).toBe(true);
});
