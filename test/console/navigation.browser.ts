import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { TestApp } from '../support/app.js';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let browser: ConsoleBrowser;
let tenant: TestTenant;
let gpt: TestGpt;
let visitor: Visitor;

beforeAll(async () => {
  [app, api, browser] = await Promise.all([TestApp.start(), Upstream.start(), ConsoleBrowser.start()]);
  tenant = await app.tenant('Acme Assistants');
});

afterAll(() => Promise.all([app.stop(), api.stop(), browser.stop()]));

beforeEach(async () => {
  gpt = await tenant.gpt();
  visitor = await browser.visitor(app);
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

const opens = (path: string): Promise<Page> => visitor.signsIn(tenant.admin.key ?? '', `/console${path}`);

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

describe('The browser history with unsaved changes', () => {
  /** The GPT's page with an unsaved change, between the list of GPTs (Back) and the page of its action (Forward). */
  async function changesGptBetweenTwoPages(): Promise<Page> {
    await gpt.action(api.document(NOTES_PATHS));
    const page = await opens('/gpts');
    await page.getByRole('link', { name: 'Note keeper' }).last().click();
    await page.getByRole('link', { name: 'Notes', exact: true }).click();
    await heading(page, 'Notes').waitFor();
    await page.goBack();
    await page.getByRole('textbox', { name: 'Instructions' }).fill('Unsaved');
    return page;
  }

  const asks = (page: Page) => page.getByRole('dialog', { name: 'Leave without saving?' });

  it('goes forward when Forward is confirmed with Leave, and keeps the entries around it', async () => {
    const page = await changesGptBetweenTwoPages();
    const entries = await page.evaluate<number>('history.length');
    await page.evaluate('history.forward()');
    await asks(page).waitFor();
    await page.getByRole('button', { name: 'Leave' }).click();
    await heading(page, 'Notes').waitFor();
    expect(await page.evaluate('history.length')).toBe(entries);
    await page.goBack();
    await heading(page, 'Note keeper').waitFor();
    await page.goBack();
    await heading(page, 'GPTs').waitFor();
  });

  it('goes back when Back is confirmed with Leave, and can go forward again', async () => {
    const page = await changesGptBetweenTwoPages();
    await page.evaluate('history.back()');
    await asks(page).waitFor();
    await page.getByRole('button', { name: 'Leave' }).click();
    await heading(page, 'GPTs').waitFor();
    await page.goForward();
    await heading(page, 'Note keeper').waitFor();
    await page.goForward();
    await heading(page, 'Notes').waitFor();
  });

  it('keeps the page, the change and the history entries when Stay is chosen', async () => {
    const page = await changesGptBetweenTwoPages();
    const address = page.url();
    for (const direction of ['forward', 'back', 'forward'] as const) {
      await page.evaluate(`history.${direction}()`);
      await asks(page).waitFor();
      await page.getByRole('button', { name: 'Stay' }).click();
      await asks(page).waitFor({ state: 'detached' });
      expect(page.url()).toBe(address);
      expect(await page.getByRole('textbox', { name: 'Instructions' }).inputValue()).toBe('Unsaved');
    }
    await page.evaluate('history.forward()');
    await page.getByRole('button', { name: 'Leave' }).click();
    await heading(page, 'Notes').waitFor();
  });
});

describe('A navigation', () => {
  /** The text of the focused element. */
  const focusedText = (page: Page) => page.evaluate<string>('document.activeElement.textContent');

  it('moves the focus to the heading of the page', async () => {
    const page = await opens('/gpts');
    await page.getByRole('link', { name: 'Keys' }).click();
    await heading(page, 'Keys').waitFor();
    expect(await focusedText(page)).toBe('Keys');
    expect(await page.title()).toBe('Keys · Countersign');
    await page.goBack();
    await heading(page, 'GPTs').waitFor();
    expect(await focusedText(page)).toBe('GPTs');
    await page.getByRole('link', { name: 'Note keeper' }).last().click();
    await heading(page, 'Note keeper').or(heading(page, 'GPT')).waitFor();
    await heading(page, 'Note keeper').and(page.locator(':focus')).waitFor();
  });

  it('moves the focus to the heading after the sign-in', async () => {
    const page = await opens('/keys');
    await heading(page, 'Keys').waitFor();
    expect(await focusedText(page)).toBe('Keys');
  });

  it('leaves the focus where it is when only a filter changes', async () => {
    const page = await opens('/connections');
    const field = page.getByRole('textbox', { name: 'User' });
    await field.fill('alice');
    await page.waitForURL(/user_prefix=alice/);
    expect(await field.and(page.locator(':focus')).count()).toBe(1);
  });

  it('skips to the content without a question about unsaved changes', async () => {
    const page = await opens(`/gpts/${gpt.id}`);
    await page.getByRole('textbox', { name: 'Instructions' }).fill('Unsaved');
    await page.getByRole('link', { name: 'Skip to content' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/#main$/);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
  });
});

describe('A page that fails', () => {
  it('is replaced with a message, and shown again after a retry', async () => {
    visitor.expectedErrors.push(/TypeError/);
    const page = await opens('/gpts');
    await page.route('**/v1/keys?*', (route) =>
      route.fulfill({ json: { data: [{ id: 'k-1', name: {}, role: 'admin' }], next_cursor: null } }),
    );
    visitor.expectedErrors.push(/Minified React error|Objects are not valid/);
    await page.getByRole('link', { name: 'Keys' }).click();
    await heading(page, 'This page could not be shown').waitFor();
    expect(await visitor.accessibilityFindings('page-error')).toEqual([]);
    await page.unroute('**/v1/keys?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await heading(page, 'Keys').waitFor();
    await page.getByRole('row', { name: 'first admin key' }).waitFor();
  });

  it('leaves the navigation usable', async () => {
    visitor.expectedErrors.push(/TypeError/, /Minified React error|Objects are not valid/);
    const page = await opens('/gpts');
    await page.route('**/v1/keys?*', (route) =>
      route.fulfill({ json: { data: [{ id: 'k-1', name: {}, role: 'admin' }], next_cursor: null } }),
    );
    await page.getByRole('link', { name: 'Keys' }).click();
    await heading(page, 'This page could not be shown').waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await heading(page, 'Settings').waitFor();
  });

  it('offers to reload the console if its script cannot be loaded', async () => {
    visitor.expectedErrors.push(/net::ERR_FAILED/, /could not be loaded|dynamically imported module/);
    const page = await opens('/gpts');
    await page.route('**/assets/settings-page-*.js', (route) => route.abort());
    await page.getByRole('link', { name: 'Settings' }).click();
    await heading(page, 'This page could not be loaded').waitFor();
    expect(await visitor.accessibilityFindings('page-load-error')).toEqual([]);
    await page.unroute('**/assets/settings-page-*.js');
    await page.getByRole('button', { name: 'Reload' }).click();
    await heading(page, 'Settings').waitFor();
  });
});
