import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { ConsoleBrowser } from '../support/console/console-browser.js';

let app: TestApp;
let browser: ConsoleBrowser;

beforeAll(async () => {
  [app, browser] = await Promise.all([TestApp.start(), ConsoleBrowser.start()]);
});

afterAll(() => Promise.all([app.stop(), browser.stop()]));

it('The Swagger page runs an operation under its content security policy, without requests to other hosts', async () => {
  const visitor = await browser.visitor(app);
  const { page } = visitor;
  await page.goto('/docs');
  await page.getByRole('heading', { name: 'Countersign' }).waitFor();
  await page.getByRole('button', { name: 'GET /healthz' }).first().click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  await visitor.takeScreenshots('swagger');
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});
