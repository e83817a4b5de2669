import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { cachedText, ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
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
});

afterAll(() => Promise.all([app.stop(), api.stop(), browser.stop()]));

beforeEach(async () => {
  tenant = await app.tenant('Acme Assistants');
  gpt = await tenant.gpt('Note keeper');
  await gpt.action(api.document(NOTES_PATHS));
  visitor = await browser.visitor(app);
  visitor.expected.push(/401 \(Unauthorized\)/);
  await visitor.signsIn(tenant.admin.key ?? '', '/console/keys');
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.troubles).toEqual([]);
});

/** How a call with that key ends: its status, or its outcome. */
async function callWith(key: string, { id } = gpt): Promise<unknown> {
  const { status, body } = await new Client(app.url, key).post(`/v1/gpts/${id}/call`, { operation_id: 'listNotes' });
  return status === 200 ? body.outcome : status;
}

const row = (name: string) => visitor.page.getByRole('row', { name });

/** Reads the key that is shown, and closes the dialog. */
async function keepsTheKey(label: string): Promise<string> {
  const key = await visitor.page.getByRole('textbox', { name: label }).inputValue();
  await visitor.page.getByRole('button', { name: 'I have kept it' }).click();
  await visitor.page.getByRole('dialog').waitFor({ state: 'detached' });
  return key;
}

describe('the keys', () => {
  it('made here work, for the GPTs that were chosen; they are shown once and kept nowhere', async () => {
    const { page } = visitor;
    const other = await tenant.gpt('Other');
    await page.getByRole('button', { name: 'Create a key' }).click();
    expect(await visitor.looksAt('keys-create')).toEqual([]);
    await page.getByRole('textbox', { name: 'Name' }).fill('chat of the notes');
    await page.getByRole('combobox', { name: 'For which GPTs' }).or(page.getByLabel('For which GPTs')).first().click();
    await page.getByRole('option', { name: 'Note keeper' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('dialog', { name: 'The key “chat of the notes”' }).waitFor();
    await page.getByRole('button', { name: 'Copy key' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await visitor.looksAt('keys-shown-once')).toEqual([]);
    // A stray key loses nothing.
    await page.keyboard.press('Escape');
    const key = await keepsTheKey('The key');
    expect(copied).toBe(key);

    expect(await callWith(key)).toBe('completed');
    expect(await callWith(key, other)).toBe(404);
    await row('chat of the notes').getByText('Note keeper').waitFor();
    const secret = key.split('_').at(-1) ?? '';
    expect(secret.length).toBeGreaterThan(20);
    expect(await page.content()).not.toContain(secret);
    expect(await cachedText(page)).not.toContain(secret);
    expect(await cachedText(page)).toContain('chat of the notes');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByRole('dialog', { name: 'Create a key' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('');
  });

  it('are rotated: the new one works, the old one for as long as was chosen', async () => {
    const { page } = visitor;
    const old = tenant.runtime.key ?? '';
    await page.getByRole('button', { name: 'Rotate chat runtime' }).click();
    expect(await visitor.looksAt('keys-rotate')).toEqual([]);
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const second = await keepsTheKey('The new key');
    await visitor.page.getByRole('row', { name: /Replaced ends (tomorrow|in 24 hours)/ }).waitFor();
    expect([await callWith(old), await callWith(second)]).toEqual(['completed', 'completed']);
    expect(await cachedText(page)).not.toContain(second);

    await page.getByRole('button', { name: 'Rotate chat runtime' }).click();
    await page.getByRole('combobox', { name: 'The old key goes on working' }).click();
    await page.getByRole('option', { name: 'Not at all' }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const third = await keepsTheKey('The new key');
    expect([await callWith(second), await callWith(third)]).toEqual([401, 'completed']);
    expect(await visitor.looksAt('keys')).toEqual([]);
  });

  it('are revoked when that is confirmed, and work no more', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Revoke chat runtime' }).click();
    expect(await visitor.looksAt('keys-revoke')).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await callWith(tenant.runtime.key ?? '')).toBe('completed');
    await page.getByRole('button', { name: 'Revoke chat runtime' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row('Revoked').waitFor();
    expect(await callWith(tenant.runtime.key ?? '')).toBe(401);
    expect(await page.getByRole('button', { name: 'Revoke chat runtime' }).count()).toBe(0);
  });

  it('that the session was begun with ends the session too', async () => {
    const { page } = visitor;
    await row('This session').getByRole('button', { name: 'Revoke first admin key' }).click();
    await page.getByText('this session ends with it').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Open the console' }).waitFor();
  });

  it('are made by keyboard alone, with what is wrong at its field', async () => {
    visitor.expected.push(/400 \(Bad Request\)/);
    const { page } = visitor;
    await page.getByRole('button', { name: 'Create a key' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Create a key' }).waitFor();
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'At a time of its own' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('01012020');
    await page.keyboard.press('Tab');
    await page.keyboard.type('1200PM');
    await page.keyboard.press('Enter');
    await page.getByText('expires_at must be in the future').waitFor();
    expect(await visitor.looksAt('keys-mistake')).toEqual([]);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('ArrowUp');
    expect(await page.getByRole('dialog', { name: 'Create a key' }).count()).toBe(1);
    await page.getByLabel('Expires at').fill('2099-01-01T12:00');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'The key “by keyboard”' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await row('by keyboard').getByText('admin', { exact: true }).waitFor();
  });
});
