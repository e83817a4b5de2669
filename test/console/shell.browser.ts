import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import type { TestTenant } from '../support/tenant.js';

let app: TestApp;
let browser: ConsoleBrowser;
let tenant: TestTenant;
let visitor: Visitor;

beforeAll(async () => {
  [app, browser] = await Promise.all([TestApp.start(), ConsoleBrowser.start()]);
  tenant = await app.tenant('Acme Assistants');
});

afterAll(() => Promise.all([app.stop(), browser.stop()]));

beforeEach(async () => {
  visitor = await browser.visitor(app);
  // The page asks whether there is a session.
  visitor.expected.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.troubles).toEqual([]);
});

describe('the console', () => {
  it('asks for a key, and opens with it; the browser keeps no key', async () => {
    await visitor.page.goto('/console/');
    await visitor.page.getByRole('button', { name: 'Open the console' }).waitFor();
    expect(await visitor.looksAt('console-sign-in')).toEqual([]);
    const key = tenant.admin.key ?? '';
    const page = await visitor.signsIn(key);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage, document.cookie])');
    expect(kept).not.toContain(key);
    const cookies = await visitor.context.cookies();
    expect(cookies).toMatchObject([{ name: 'countersign-console', httpOnly: true, sameSite: 'Strict' }]);
    expect(JSON.stringify(cookies)).not.toContain(key);
  });

  it('says what is wrong with a key, and shows nothing', async () => {
    await visitor.page.goto('/console/gpts');
    await visitor.page.getByRole('textbox', { name: 'Key' }).fill('cs_admin_nonsense');
    await visitor.page.getByRole('button', { name: 'Open the console' }).click();
    await visitor.page.getByText('the key is invalid, expired or revoked').waitFor();
    expect(await visitor.page.getByRole('heading', { name: 'GPTs' }).count()).toBe(0);
  });

  it('stays open over a reload, and closes when its user signs out', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '');
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('textbox', { name: 'Key' }).waitFor();
    await page.reload();
    await page.getByRole('textbox', { name: 'Key' }).waitFor();
  });

  it('tells where a page is not', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '', '/console/nowhere');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  });
});
