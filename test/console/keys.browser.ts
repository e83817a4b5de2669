import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { cachedText, ConsoleBrowser, waitUntilUncached, type Visitor } from '../support/console/console-browser.js';
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
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
  await visitor.signsIn(tenant.admin.key ?? '', '/console/keys');
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

/** The outcome of a call with a key, or its error status. */
async function callWith(key: string, { id } = gpt): Promise<unknown> {
  const { status, body } = await new Client(app.url, key).post(`/v1/gpts/${id}/call`, { operation_id: 'listNotes' });
  return status === 200 ? body.outcome : status;
}

const row = (name: string) => visitor.page.getByRole('row', { name });

/** Reads the new key, and closes the dialog. */
async function savesTheKey(label: string): Promise<string> {
  const key = await visitor.page.getByRole('textbox', { name: label }).inputValue();
  await visitor.page.getByRole('button', { name: 'I’ve saved it' }).click();
  await visitor.page.getByRole('dialog').waitFor({ state: 'detached' });
  return key;
}

describe('The keys page', () => {
  it('creates a key for the chosen GPTs, and shows it once without keeping it', async () => {
    const { page } = visitor;
    const other = await tenant.gpt('Other');
    await page.getByRole('button', { name: 'Create a key' }).click();
    expect(await visitor.accessibilityFindings('keys-create')).toEqual([]);
    await page.getByRole('textbox', { name: 'Name' }).fill('chat of the notes');
    await page
      .getByRole('combobox', { name: 'GPTs' })
      .or(page.getByLabel('GPTs', { exact: true }))
      .first()
      .click();
    await page.getByRole('option', { name: 'Note keeper' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('dialog', { name: 'The key “chat of the notes”' }).waitFor();
    await page.getByRole('button', { name: 'Copy key' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    const copied = await page.evaluate<string>('navigator.clipboard.readText()');
    expect(await visitor.accessibilityFindings('keys-shown-once')).toEqual([]);
    // Escape does not close the dialog.
    await page.keyboard.press('Escape');
    const key = await savesTheKey('Key');
    expect(copied).toBe(key);

    expect(await callWith(key)).toBe('completed');
    expect(await callWith(key, other)).toBe(404);
    await row('chat of the notes').getByText('Note keeper').waitFor();
    const secret = key.split('_').at(-1) ?? '';
    expect(secret.length).toBeGreaterThan(20);
    expect(await page.content()).not.toContain(secret);
    await waitUntilUncached(page, secret);
    expect(await cachedText(page)).toContain('chat of the notes');
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByRole('dialog', { name: 'Create a key' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe('');
  });

  it('creates a key for some operations of the chosen GPTs', async () => {
    const { page } = visitor;
    await tenant.gpt('Other');
    const chooses = async (label: string, ...options: string[]) => {
      const input = page.locator('input').and(page.getByLabel(label, { exact: true }));
      await input.click();
      for (const name of options) await page.getByRole('option', { name, exact: true }).click();
      await page.keyboard.press('Tab');
    };
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('reader of notes');
    await chooses('GPTs', 'Note keeper');
    await chooses('Operations', 'listNotes', 'getNote');
    expect(await visitor.accessibilityFindings('keys-create-operations')).toEqual([]);
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    const key = await savesTheKey('Key');
    await row('reader of notes').getByText('2 operations of Note keeper').waitFor();
    expect(await callWith(key)).toBe('completed');
    const { data } = (await new Client(app.url, key).get(`${gpt.path}/tools?format=mcp`)).body;
    expect(data.map(({ name }: { name: string }) => name)).toEqual(['listNotes', 'getNote']);
  });

  it('drops the chosen operations of a GPT that is no longer chosen', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('reader of all');
    const input = (label: string) => page.locator('input').and(page.getByLabel(label, { exact: true }));
    await input('GPTs').click();
    await page.getByRole('option', { name: 'Note keeper' }).click();
    await input('Operations').click();
    await page.getByRole('option', { name: 'listNotes' }).click();
    await page.keyboard.press('Tab');
    await input('GPTs').press('Backspace');
    await input('Operations').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await savesTheKey('Key');
    await row('reader of all').getByText('All GPTs').waitFor();
  });

  it('rotates a key, and keeps the old one working for the chosen time', async () => {
    const { page } = visitor;
    const old = tenant.runtime.key ?? '';
    await page.getByRole('button', { name: 'Rotate chat runtime' }).click();
    expect(await visitor.accessibilityFindings('keys-rotate')).toEqual([]);
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const second = await savesTheKey('New key');
    await visitor.page.getByRole('row', { name: /Replaced expires (tomorrow|in 24 hours)/ }).waitFor();
    expect([await callWith(old), await callWith(second)]).toEqual(['completed', 'completed']);
    await waitUntilUncached(page, second);

    await page.getByRole('button', { name: 'Rotate chat runtime' }).click();
    await page.getByRole('combobox', { name: 'Keep the old key working for' }).click();
    await page.getByRole('option', { name: 'No overlap' }).click();
    await page.getByRole('button', { name: 'Rotate', exact: true }).click();
    const third = await savesTheKey('New key');
    expect([await callWith(second), await callWith(third)]).toEqual([401, 'completed']);
    expect(await visitor.accessibilityFindings('keys')).toEqual([]);
  });

  it('revokes a key after a confirmation', async () => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'Revoke chat runtime' }).click();
    expect(await visitor.accessibilityFindings('keys-revoke')).toEqual([]);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await callWith(tenant.runtime.key ?? '')).toBe('completed');
    await page.getByRole('button', { name: 'Revoke chat runtime' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row('Revoked').waitFor();
    expect(await callWith(tenant.runtime.key ?? '')).toBe(401);
    expect(await page.getByRole('button', { name: 'Revoke chat runtime' }).count()).toBe(0);
  });

  it('revokes the last admin key only after a second confirmation', async () => {
    visitor.expectedErrors.push(/409 \(Conflict\)/);
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Revoke first admin key' }).click();
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await dialog.getByText('This is the last admin key that works').waitFor();
    expect(await visitor.accessibilityFindings('keys-revoke-last')).toEqual([]);
    const force = dialog.getByRole('button', { name: 'Revoke the last admin key' });
    expect(await force.isDisabled()).toBe(true);
    expect((await tenant.admin.get('/v1/gpts')).status).toBe(200);
    await dialog.getByRole('checkbox', { name: 'Leave this tenant without an admin key' }).check();
    await force.click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    expect((await tenant.admin.get('/v1/gpts')).status).toBe(401);
  });

  it('ends the session when its own key is revoked', async () => {
    const { page } = visitor;
    await tenant.admin.post('/v1/keys', { role: 'admin', name: 'another' });
    await row('This session').getByRole('button', { name: 'Revoke first admin key' }).click();
    await page.getByText('this session ends as well').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  it('creates a key by keyboard, with errors at their fields', async () => {
    visitor.expectedErrors.push(/400 \(Bad Request\)/);
    const { page } = visitor;
    await page.getByRole('button', { name: 'Create a key' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Create a key' }).waitFor();
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.getByRole('option', { name: 'On a date…' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.keyboard.type('01012020');
    await page.keyboard.press('Tab');
    await page.keyboard.type('1200PM');
    await page.keyboard.press('Enter');
    await page.locator('[aria-invalid=true]').first().waitFor();
    expect(await visitor.accessibilityFindings('keys-mistake')).toEqual([]);
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
