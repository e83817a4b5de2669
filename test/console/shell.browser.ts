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
  // Before the sign-in, the console asks for its session.
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

describe('The console', () => {
  it('signs in with an API key that the browser does not store', async () => {
    await visitor.page.goto('/console/');
    await visitor.page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect(await visitor.accessibilityFindings('console-sign-in')).toEqual([]);
    const key = tenant.admin.key ?? '';
    const page = await visitor.signsIn(key);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    const kept = await page.evaluate<string>('JSON.stringify([localStorage, sessionStorage, document.cookie])');
    expect(kept).not.toContain(key);
    const cookies = await visitor.context.cookies();
    expect(cookies).toMatchObject([{ name: 'countersign-console', httpOnly: true, sameSite: 'Strict' }]);
    expect(JSON.stringify(cookies)).not.toContain(key);
  });

  it('rejects an invalid key with a message at the field', async () => {
    await visitor.page.goto('/console/gpts');
    await visitor.page.getByRole('textbox', { name: 'API key' }).fill('cs_admin_nonsense');
    await visitor.page.getByRole('button', { name: 'Sign in' }).click();
    await visitor.page.locator('form [id$=-error]').waitFor();
    expect(await visitor.page.getByRole('heading', { name: 'GPTs' }).count()).toBe(0);
  });

  it('keeps the session over a reload, and ends it when the user signs out', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '');
    await page.reload();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('textbox', { name: 'API key' }).waitFor();
    await page.reload();
    await page.getByRole('textbox', { name: 'API key' }).waitFor();
  });

  it('shows a message for an unknown address', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '', '/console/nowhere');
    await page.getByRole('heading', { name: 'Page not found' }).waitFor();
  });
});
