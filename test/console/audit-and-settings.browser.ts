import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { verifyLines } from '../../src/audit/index.js';
import { logo } from '../support/logo.js';
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
  visitor.expected.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.troubles).toEqual([]);
});

const signsIn = (path: string) => visitor.signsIn(tenant.admin.key ?? '', path);

describe('the audit', () => {
  const types = () => visitor.page.locator('tbody tr td:nth-child(2) .mono').allInnerTexts();

  /** The types of all events in their order, once what was asked for is there. */
  const shows = async (expected: string[]) => {
    const seen = await eventually(types, (found) => `${found}` === `${expected}`).catch(types);
    expect(seen).toEqual(expected);
  };

  it('shows the newest events first, narrowed by what they are about, who did it, to what and when', async () => {
    const gpt = await tenant.gpt();
    const [created] = (await tenant.admin.get('/v1/audit-events?type=gpt.created')).body.data;
    const page = await signsIn('/console/audit');
    await page.getByRole('row', { name: 'gpt.created' }).waitFor();
    await shows(['console_session.started', 'gpt.created', 'key.created', 'tenant.created']);
    expect(await visitor.looksAt('audit')).toEqual([]);

    await page.getByRole('combobox', { name: 'About' }).click();
    await page.getByRole('option', { name: 'GPTs' }).click();
    await shows(['gpt.created']);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByRole('row', { name: 'key.created' }).waitFor();

    await page.getByRole('textbox', { name: 'Of', exact: true }).fill(gpt.id);
    await shows(['gpt.created']);
    await page.reload();
    await page.getByRole('row', { name: 'gpt.created' }).waitFor();
    await shows(['gpt.created']);
    await page.getByRole('button', { name: 'Clear filters' }).click();

    await page.getByRole('textbox', { name: 'By', exact: true }).fill(created.actor.key_id);
    await shows(['console_session.started', 'gpt.created', 'key.created']);
    await page.getByLabel('To', { exact: true }).fill('2020-01-01T00:00');
    await page.getByText('No event fits').waitFor();
    expect(await visitor.looksAt('audit-empty')).toEqual([]);
    await page.getByLabel('To', { exact: true }).fill('');
    await page.getByLabel('From', { exact: true }).fill('2020-01-01T00:00');
    await page.getByRole('row', { name: 'gpt.created' }).waitFor();
  });

  it('shows what stands in an event, by keyboard alone', async () => {
    const [created] = (await tenant.admin.get('/v1/audit-events?type=key.created')).body.data;
    const page = await signsIn('/console/audit');
    const button = page.getByRole('row', { name: 'key.created' }).getByRole('button', { name: 'Details' });
    await button.focus();
    await page.keyboard.press('Enter');
    await page.getByText(created.hash).waitFor();
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    expect(await visitor.looksAt('audit-details')).toEqual([]);
    await page.keyboard.press('Enter');
    await page.getByText(created.hash).waitFor({ state: 'detached' });
  });

  it('loads older events when asked', async () => {
    for (let number = 0; number < 60; number++) await tenant.gpt(`GPT ${number}`);
    const page = await signsIn('/console/audit');
    await page.getByText('50 shown, there are more.').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await page.getByText('63 in all.').waitFor();
    expect(new Set(await page.getByRole('button', { name: 'Details of event' }).all()).size).toBe(63);
  });

  it('is exported as a file whose chain holds', async () => {
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

describe('the settings', () => {
  const stored = async () => (await tenant.admin.get(`/v1/tenants/${tenant.id}`)).body;

  it('are saved, those alone that were changed', async () => {
    const page = await signsIn('/console/settings');
    await page.getByText('Everything is saved.').waitFor();
    expect(await visitor.looksAt('settings')).toEqual([]);
    await page.getByRole('textbox', { name: 'Name' }).fill('Acme and Sons');
    await page
      .getByRole('textbox', { name: 'Where sign-ins may return to' })
      .fill('https://chat.acme.example\nhttps://beta.acme.example');
    await page.getByRole('radio', { name: 'By your server' }).check();
    await page.getByRole('textbox', { name: 'Verification page' }).fill('https://chat.acme.example/verify');
    await page.getByRole('radio', { name: 'Refuse' }).check();
    await page.getByText('There are unsaved changes.').waitFor();
    expect(await visitor.looksAt('settings-changed')).toEqual([]);
    // Somebody else changes another field meanwhile.
    await tenant.admin.patch(`/v1/tenants/${tenant.id}`, { allowed_origins: ['https://app.acme.example'] });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Everything is saved.').waitFor();
    expect(await stored()).toMatchObject({
      name: 'Acme and Sons',
      return_url_origins: ['https://chat.acme.example', 'https://beta.acme.example'],
      allowed_origins: ['https://app.acme.example'],
      user_verification: 'redirect',
      user_verification_url: 'https://chat.acme.example/verify',
      oauth_domain_rule: 'refuse',
    });
    await page.getByRole('banner').getByText('Acme and Sons').waitFor();
    expect(await page.getByRole('textbox', { name: 'Whose pages may use the API' }).inputValue()).toBe(
      'https://app.acme.example',
    );
  });

  it('have the look of the pages that users see: a logo from a file, and a colour', async () => {
    const page = await signsIn('/console/settings');
    const file = { name: 'logo.png', mimeType: 'image/png', buffer: Buffer.from(logo().split(',')[1] ?? '', 'base64') };
    const chosen = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose a file' }).click();
    await (await chosen).setFiles(file);
    await page.getByRole('img', { name: 'The logo' }).waitFor();
    await page.getByRole('textbox', { name: 'Colour' }).fill('#e4572e');
    expect(await visitor.looksAt('settings-look')).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Everything is saved.').waitFor();
    expect(await stored()).toMatchObject({ logo: logo(), accent_color: '#e4572e' });
    await page.getByRole('button', { name: 'Remove the logo' }).click();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Everything is saved.').waitFor();
    expect(await stored()).toMatchObject({ logo: null, accent_color: '#e4572e' });
  });

  it('say what is wrong at the field that it is in', async () => {
    visitor.expected.push(/400 \(Bad Request\)/, /409 \(Conflict\)/);
    const other = await app.tenant('Other');
    const { slug } = (await other.admin.get(`/v1/tenants/${other.id}`)).body;
    const page = await signsIn('/console/settings');
    const origins = page.getByRole('textbox', { name: 'Where sign-ins may return to' });
    await origins.fill('chat.acme.example');
    await page.getByRole('radio', { name: 'By your server' }).check();
    await page.getByRole('textbox', { name: 'Verification page' }).fill('nowhere');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('user_verification_url must be an https URL').waitFor();
    expect(await origins.getAttribute('aria-invalid')).toBe('true');
    expect(await origins.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await visitor.looksAt('settings-mistakes')).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('textbox', { name: 'Slug' }).fill(slug);
    await page.keyboard.press('Enter');
    await page.getByText('choose another slug').waitFor();
    expect((await stored()).return_url_origins).toEqual([]);
  });

  it('are not left with changes unsaved, unless one says so', async () => {
    const page = await signsIn('/console/settings');
    await page.getByRole('textbox', { name: 'Name' }).fill('Changed');
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('dialog', { name: 'Leave without saving?' }).waitFor();
    expect(await visitor.looksAt('settings-unsaved')).toEqual([]);
    await page.getByRole('button', { name: 'Stay' }).click();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('Changed');
    await page.getByRole('link', { name: 'Keys' }).click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect((await stored()).name).toBe('Acme Assistants');
  });
});
