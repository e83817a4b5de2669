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
  visitor.expected.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.troubles).toEqual([]);
});

const opens = (path: string): Promise<Page> => visitor.signsIn(tenant.admin.key ?? '', `/console${path}`);

const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true });

describe('the browser history with unsaved changes', () => {
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

  it('keeps the page, the change and the history entries when the answer is Stay', async () => {
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
