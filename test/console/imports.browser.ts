import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleWorld } from '../support/console/console-world.js';
import { button } from '../support/console/document-editor.js';
import { sampleOf } from '../support/imports.js';
import { Upstream } from '../support/upstream.js';

let world: ConsoleWorld;
let weather: Upstream;
let page: Page;

beforeAll(async () => {
  [world, weather] = await Promise.all([ConsoleWorld.start(), Upstream.start()]);
});

afterAll(() => Promise.all([world.stop(), weather.stop()]));

beforeEach(async () => {
  await world.startTest();
  page = await world.opensGpt('/actions/new');
});

afterEach(() => world.endTest());

const dialog = () => page.getByRole('dialog', { name: 'Import from another platform' });
const report = (name: string) => dialog().getByRole('region', { name, exact: true });

/** Imports the export of a GPT with two actions. */
async function importsGpt(): Promise<void> {
  const exported = sampleOf('exported-gpt', { api: world.api, weather, provider: world.provider });
  await button(page, 'Import from another platform').click();
  await dialog().getByRole('textbox', { name: 'Or the manifest itself' }).fill(JSON.stringify(exported));
  await dialog().getByRole('button', { name: 'Import' }).click();
  await dialog().getByText('2 actions imported.').waitFor();
}

describe('The import of an exported GPT', () => {
  it('shows each action with what to do, and what was not imported', async () => {
    await importsGpt();
    const { body } = await world.tenant.admin.get(`${world.gpt.path}/actions`);
    expect(body.data).toHaveLength(2);
    for (const { title, domain, callback_url: callbackUrl, auth } of body.data) {
      const text = await report(title).textContent();
      expect(text).toContain(domain);
      expect(text).toContain(`send ${auth.missing_fields.join(', ')} to PUT`);
      expect(text?.includes(callbackUrl)).toBe(auth.missing_fields.includes('client_secret'));
    }
    expect(await report('Not imported').textContent()).toContain('running code is a tool of the assistant');
    expect(await world.visitor.accessibilityFindings('import-report')).toEqual([]);
  });

  it('leads to each of the actions', async () => {
    await importsGpt();
    const { body } = await world.tenant.admin.get(`${world.gpt.path}/actions`);
    const [{ title, id }] = body.data.filter(({ domain }: { domain: string }) => domain === weather.domain);
    await report(title).getByRole('button', { name: 'Go to the action' }).click();
    await page.getByRole('heading', { name: title, exact: true }).waitFor();
    expect(page.url()).toMatch(new RegExp(`/actions/${id}$`));
  });

  it('forgets the export when the dialog is closed', async () => {
    await importsGpt();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await button(page, 'Import from another platform').click();
    expect(await dialog().getByRole('textbox', { name: 'Or the manifest itself' }).inputValue()).toBe('');
  });
});
