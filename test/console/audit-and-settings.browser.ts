import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyLines } from '../../src/audit/index.js';
import { logo } from '../support/logo.js';
import { allChained } from '../support/all-chained.js';
import { TestApp } from '../support/app.js';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { eventually } from '../support/eventually.js';
import type { TestTenant } from '../support/tenant.js';

let app: TestApp;
let browser: ConsoleBrowser;
let tenant: TestTenant;
let visitor: Visitor;

beforeAll(async () => {
  [app, browser] = await Promise.all([TestApp.start(), ConsoleBrowser.start()]);
});

afterAll(() => Promise.all([app.stop(), browser.stop()]));

beforeEach(async () => {
  tenant = await app.tenant('Acme Assistants');
  visitor = await browser.visitor(app);
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

const signsIn = (path: string) => visitor.signsIn(tenant.admin.key ?? '', path);

describe('The audit page', () => {
  const types = () => visitor.page.locator('tbody tr td:nth-child(2) .mono').allInnerTexts();

  /** Waits until the page shows events of these types in this order. */
  const shows = async (expected: string[]) => {
    const seen = await eventually(types, (found) => `${found}` === `${expected}`).catch(types);
    expect(seen).toEqual(expected);
  };

  it('shows the newest events first, filtered by type, actor, target and time', async () => {
    const gpt = await tenant.gpt();
    await allChained(app);
    const [created] = (await tenant.admin.get('/v1/audit-events?type=gpt.created')).body.data;
    const page = await signsIn('/console/audit');
    await page.getByRole('row', { name: 'gpt.created' }).waitFor();
    await shows(['console_session.started', 'gpt.created', 'key.created', 'tenant.created']);
    expect(await visitor.accessibilityFindings('audit')).toEqual([]);

    await page.getByRole('combobox', { name: 'Type' }).click();
    await page.getByRole('option', { name: 'GPTs' }).click();
    await shows(['gpt.created']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('row', { name: 'key.created' }).waitFor();

    await page.getByRole('textbox', { name: 'Target', exact: true }).fill(gpt.id);
    await shows(['gpt.created']);
    await page.reload();
    await page.getByRole('row', { name: 'gpt.created' }).waitFor();
    await shows(['gpt.created']);
    await page.getByRole('button', { name: 'Clear filters' }).click();

    await page.getByRole('textbox', { name: 'Actor', exact: true }).fill(created.actor.key_id);
    await shows(['console_session.started', 'gpt.created', 'key.created']);
    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00');
    await page.getByText('No events found').waitFor();
    expect(await visitor.accessibilityFindings('audit-empty')).toEqual([]);
    await page.getByLabel('To', { exact: true }).fill('');
    await page.getByLabel('From', { exact: true }).fill('2020-01-01T00:00');
    await page.getByRole('row', { name: 'gpt.created' }).waitFor();
  });

  it('shows the details of an event by keyboard', async () => {
    await allChained(app);
    const [created] = (await tenant.admin.get('/v1/audit-events?type=key.created')).body.data;
    const page = await signsIn('/console/audit');
    const button = page.getByRole('row', { name: 'key.created' }).getByRole('button', { name: 'Details' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByText(created.hash).waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    expect(await visitor.accessibilityFindings('audit-details')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText(created.hash).waitFor({ state: 'detached' });
  });

  it('loads older events on request', async () => {
    for (let number = 0; number < 60; number++) await tenant.gpt(`GPT ${number}`);
    const page = await signsIn('/console/audit');
    await page.getByText('Showing the first 50').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('63 in total').waitFor();
    expect(new Set(await page.getByRole('button', { name: 'Details of event' }).all()).size).toBe(63);
  });

  it('exports the events as a file with a valid chain', async () => {
    const page = await signsIn('/console/audit');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export all events' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`audit-${tenant.id}.jsonl`);
    const lines = readFileSync((await download.path()) ?? '', 'utf8');
    expect(lines).toContain('"type":"console_session.started"');
    const verdict = await verifyLines(Readable.from(lines.trim().split('\n')));
    expect(verdict).toMatchObject({ chain: tenant.id, fault: undefined });
  });
});

describe('The settings page', () => {
  const stored = async () => (await tenant.admin.get(`/v1/tenants/${tenant.id}`)).body;

  it('saves only the fields that were changed', async () => {
    const page = await signsIn('/console/settings');
    await page.getByText('All changes saved').waitFor();
    expect(await visitor.accessibilityFindings('settings')).toEqual([]);
    await page.getByRole('textbox', { name: 'Name' }).fill('Acme and Sons');
    await page
      .getByRole('textbox', { name: 'Return URL origins' })
      .fill('https://chat.acme.example\nhttps://beta.acme.example');
    await page.getByRole('radio', { name: 'Your server' }).check();
    await page.getByRole('textbox', { name: 'Verification URL' }).fill('https://chat.acme.example/verify');
    await page.getByRole('radio', { name: 'Reject' }).check();
    await page.getByText('Unsaved changes').waitFor();
    expect(await visitor.accessibilityFindings('settings-changed')).toEqual([]);
    // Another user changes a different field meanwhile.
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { allowed_origins: ['https://app.acme.example'] });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('All changes saved').waitFor();
    expect(await stored()).toMatchObject({
      name: 'Acme and Sons',
      return_url_origins: ['https://chat.acme.example', 'https://beta.acme.example'],
      allowed_origins: ['https://app.acme.example'],
      user_verification: 'redirect',
      user_verification_url: 'https://chat.acme.example/verify',
      oauth_domain_rule: 'refuse',
    });
    await page.getByRole('banner').getByText('Acme and Sons').waitFor();
    expect(await page.getByRole('textbox', { name: 'Allowed origins (CORS)' }).inputValue()).toBe(
      'https://app.acme.example',
    );
  });

  it('saves the branding: a logo from a file, and a colour', async () => {
    const page = await signsIn('/console/settings');
    const file = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(logo().split(',')[1] ?? '', 'base64') };
    const chosen = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    await (await chosen).setFiles(file);
    await page.getByRole('img', { name: 'Current logo' }).waitFor();
    await page.getByRole('textbox', { name: 'Colour' }).fill('#e4572e');
    expect(await visitor.accessibilityFindings('settings-look')).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('All changes saved').waitFor();
    expect(await stored()).toMatchObject({ logo: logo(), accent_color: '#e4572e' });
    await page.getByRole('button', { name: 'Remove logo' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('All changes saved').waitFor();
    expect(await stored()).toMatchObject({ logo: null, accent_color: '#e4572e' });
  });

  it('shows errors at their fields', async () => {
    visitor.expectedErrors.push(/400 \(Bad Request\)/, /409 \(Conflict\)/);
    const other = await app.tenant('Other');
    const { slug } = (await other.admin.get(`/v1/tenants/${other.id}`)).body;
    const page = await signsIn('/console/settings');
    const origins = page.getByRole('textbox', { name: 'Return URL origins' });
    await origins.fill('chat.acme.example');
    await page.getByRole('radio', { name: 'Your server' }).check();
    await page.getByRole('textbox', { name: 'Verification URL' }).fill('nowhere');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('textbox', { name: 'Verification URL' }).and(page.locator('[aria-invalid=true]')).waitFor();
    expect(await origins.getAttribute('aria-invalid')).toBe('true');
    expect(await origins.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await visitor.accessibilityFindings('settings-mistakes')).toEqual([]);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('textbox', { name: 'Slug' }).fill(slug);
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Slug' }).and(page.locator('[aria-invalid=true]')).waitFor();
    expect((await stored()).return_url_origins).toEqual([]);
  });

  it('asks before unsaved changes are lost', async () => {
    const page = await signsIn('/console/settings');
    await page.getByRole('textbox', { name: 'Name' }).fill('Changed');
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    expect(await visitor.accessibilityFindings('settings-unsaved')).toEqual([]);
    await page.getByRole('button', { name: 'Stay' }).click();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Changed');
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect((await stored()).name).toBe('Acme Assistants');
  });
});
