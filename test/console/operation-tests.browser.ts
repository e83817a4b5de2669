import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleWorld } from '../support/console/console-world.js';
import { button, editorOf, SEARCH } from '../support/console/document-editor.js';
import { NOTES_PATHS } from '../support/upstream.js';

const KEY = 'canary-key-of-the-console';

let world: ConsoleWorld;

beforeAll(async () => {
  world = await ConsoleWorld.start();
});

afterAll(() => world.stop());

beforeEach(() => world.startTest({ hosts: [world.provider.url] }));

afterEach(() => world.endTest());

describe('The test of an operation', () => {
  it('generates a form from the schema, and shows the request without the key', async () => {
    const { id } = await world.gpt.action(world.api.document({ '/search': SEARCH }), {
      type: 'api_key',
      auth_type: 'bearer',
      api_key: KEY,
    });
    const page = await world.opensGpt(`/actions/${id}`);
    await button(page, 'Test search').click();
    const drawer = page.getByRole('dialog', { name: /Test search/ });
    world.visitor.expectedErrors.push(/400 \(Bad Request\)/);
    await drawer.getByRole('button', { name: 'Send' }).click();
    await drawer.getByRole('textbox', { name: 'q' }).and(page.locator('[aria-invalid=true]')).waitFor();
    expect(await world.visitor.accessibilityFindings('editor-test-mistake')).toEqual([]);
    await drawer.getByRole('textbox', { name: 'q' }).fill('milk');
    const limit = drawer.getByRole('textbox', { name: 'limit' });
    for (const key of ['ArrowUp', 'x', '.']) await limit.press(key);
    expect(await limit.inputValue()).toBe('11');
    await drawer.getByRole('combobox', { name: 'order' }).click();
    await page.getByRole('option', { name: 'oldest' }).click();
    await drawer.getByRole('combobox', { name: 'archived' }).click();
    await page.getByRole('option', { name: 'true' }).click();
    await drawer.getByLabel('since').fill('2026-01-31');
    await drawer.getByLabel('tags', { exact: true }).first().fill('home');
    await page.keyboard.press('Enter');
    await drawer.getByRole('textbox', { name: 'where' }).fill('{"folder": "shopping"}');
    world.api.respondWith(({ headers }) => ({ body: { notes: ['Milk'], said: headers['authorization'] } }));
    await drawer.getByRole('button', { name: 'Send' }).click();
    await drawer.getByText('Status 200').waitFor();
    const { last } = world.api;
    expect(Object.fromEntries(last.query)).toEqual({
      q: 'milk',
      limit: '11',
      order: 'oldest',
      archived: 'true',
      since: '2026-01-31',
      tags: 'home',
    });
    expect(JSON.parse(last.body)).toEqual({ author: { name: 'Ada' }, where: { folder: 'shopping' } });
    expect(last.headers['authorization']).toBe(`Bearer ${KEY}`);
    await drawer.getByText(/request headers/).click();
    await drawer.getByText('Bearer [HIDDEN]', { exact: true }).waitFor();
    expect(await world.visitor.accessibilityFindings('editor-test-sent')).toEqual([]);
    expect(await page.content()).not.toContain(KEY);
  });

  it('takes the arguments as JSON', async () => {
    const { id } = await world.gpt.action(world.api.document({ '/search': SEARCH }));
    const page = await world.opensGpt(`/actions/${id}`);
    await button(page, 'Test search').click();
    await page.getByRole('tab', { name: 'JSON' }).click();
    const text = page.getByRole('textbox', { name: 'Arguments' });
    expect(JSON.parse(await text.inputValue())).toEqual({ limit: 10, body: { author: { name: 'Ada' } } });
    await text.fill('{"q": ');
    await page.getByText('Invalid JSON').waitFor();
    expect(await button(page, 'Send').isDisabled()).toBe(true);
    await text.fill('{"q": "milk"}');
    expect(await world.visitor.accessibilityFindings('editor-test-json')).toEqual([]);
    await button(page, 'Send').click();
    await page.getByText('Status 200').waitFor();
    expect([...world.api.last.query]).toEqual([['q', 'milk']]);
  });

  it('shows the request of a failed call without the key', async () => {
    const { id } = await world.gpt.action(world.api.document({ '/search': SEARCH }), {
      type: 'api_key',
      auth_type: 'bearer',
      location: 'query',
      parameter_name: 'appid',
      api_key: KEY,
      static_headers: { 'X-Version': '3' },
    });
    const page = await world.opensGpt(`/actions/${id}`);
    await button(page, 'Test search').click();
    await page.getByRole('textbox', { name: 'q' }).fill('milk');
    world.api.respondWith(() => ({ headers: { 'content-encoding': 'br' }, body: 'rubbish' }));
    world.visitor.expectedErrors.push(/502 \(Bad Gateway\)/);
    await button(page, 'Send').click();
    await page.getByRole('alert').waitFor();
    const request = page.getByRole('region', { name: 'Request' });
    await request.getByText(`POST ${world.api.url}/search?q=milk&limit=10&appid=[HIDDEN]`).waitFor();
    await request.getByText(/request headers/).click();
    await request.getByText('x-version', { exact: true }).waitFor();
    expect(JSON.parse(world.api.last.body)).toEqual({ author: { name: 'Ada' } });
    await request.getByText('"name": "Ada"').waitFor();
    await request.getByText(/^\d+ ms$/).waitFor();
    expect(world.api.last.query.get('appid')).toBe(KEY);
    expect(await world.visitor.accessibilityFindings('editor-test-failed')).toEqual([]);
    expect(await page.content()).not.toContain(KEY);
    expect(await page.getByRole('region', { name: 'Response' }).count()).toBe(0);
    world.api.respondWith(() => ({ body: { notes: ['Milk'] } }));
    await button(page, 'Send').click();
    await page.getByText('Status 200').waitFor();
    await page.getByRole('alert').waitFor({ state: 'detached' });
  });

  it('asks for a confirmation, and calls the operation only after it was given', async () => {
    const { id } = await world.gpt.action(world.api.document(NOTES_PATHS));
    const page = await world.opensGpt(`/actions/${id}`);
    await button(page, 'Test createNote').click();
    await page.getByRole('textbox', { name: 'title' }).fill('Milk');
    await button(page, 'Send').click();
    await page.getByText(`Allow this call to ${world.api.domain}?`).waitFor();
    expect(await world.visitor.accessibilityFindings('editor-test-confirm')).toEqual([]);
    await button(page, 'Decline').click();
    await page.getByText('Declined. Nothing was sent.').waitFor();
    expect(world.api.requests).toHaveLength(0);
    await button(page, 'Send').click();
    await button(page, 'Allow').click();
    await page.getByText('Status 200').waitFor();
    expect(world.api.requests).toHaveLength(1);
  });

  it('signs the user in in a new tab, and continues the call', async () => {
    world.requireTokens();
    const { id } = await world.gpt.action(world.api.document(NOTES_PATHS), world.provider.schema());
    const page = await world.opensGpt(`/actions/${id}`);
    await button(page, 'Test listNotes').click();
    await page.getByRole('textbox', { name: 'User' }).fill('alice');
    await button(page, 'Send').click();
    const link = page.getByRole('link', { name: `Sign in to ${world.api.domain}` });
    await link.waitFor();
    expect(await world.visitor.accessibilityFindings('editor-test-sign-in')).toEqual([]);
    const [tab] = await Promise.all([world.visitor.context.waitForEvent('page'), link.click()]);
    await tab.getByRole('button', { name: `Sign in to ${world.api.domain}` }).click();
    await tab.waitForURL(/\/signin\/done\//);
    await page.getByText('Status 200').waitFor();
    const { body } = await world.tenant.admin.get(`/v1/connections?user=alice&gpt_id=${world.gpt.id}`);
    expect(body.data).toHaveLength(1);
    const shown = await page.content();
    for (const token of world.provider.accessTokens) expect(shown).not.toContain(token);
  });
});

it('The console adds and tests an action by keyboard', async () => {
  const page = await world.opensGpt();
  const tabTo = async (role: 'button' | 'link' | 'textbox', name: string | RegExp) => {
    const target = page.getByRole(role, { name, exact: true });
    await target.waitFor();
    for (let presses = 0; presses < 60; presses++) {
      if ((await target.and(page.locator(':focus')).count()) === 1) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${name}`);
  };
  await tabTo('link', 'Add an action');
  await page.keyboard.press('Enter');
  await tabTo('button', 'Samples');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Blank' }).waitFor();
  await page.keyboard.press('Escape');
  await tabTo('textbox', 'OpenAPI document');
  await page.keyboard.insertText(JSON.stringify(world.api.document(NOTES_PATHS)));
  await page.getByText('Ready: Notes').waitFor();
  // Tab leaves for two seconds after Escape.
  for (let tries = 0; tries < 5 && (await editorOf(page).and(page.locator(':focus')).count()) > 0; tries++) {
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
  }
  await tabTo('button', 'Add action');
  await page.keyboard.press('Enter');
  await tabTo('button', 'Test listNotes');
  await page.keyboard.press('Enter');
  await tabTo('textbox', 'limit');
  await page.keyboard.type('3');
  await page.keyboard.press('Enter');
  await page.getByText('Status 200').waitFor();
  expect([...world.api.last.query]).toEqual([['limit', '3']]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});
