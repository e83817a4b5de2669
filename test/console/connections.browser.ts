import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { EndUser } from '../support/end-user.js';
import { eventually } from '../support/eventually.js';
import { connectMany } from '../support/many-connections.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { createGate, sendDueRevocations } from '../support/revocations.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';

let world: OAuthWorld;
let browser: ConsoleBrowser;
let visitor: Visitor;

beforeAll(async () => {
  // The provider's responses are held back while the page is checked.
  const environment = { TOKEN_TIMEOUT_SECONDS: '60' };
  [world, browser] = await Promise.all([OAuthWorld.start({ environment }), ConsoleBrowser.start()]);
});

afterAll(() => Promise.all([world.stop(), browser.stop()]));

beforeEach(async () => {
  world.reset();
  visitor = await browser.visitor(world.app);
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

interface Some {
  tenant: TestTenant;
  notes: TestGpt;
  mail: TestGpt;
}

/** Sixty users of one GPT, three of another; the provider takes revocations. */
async function some(): Promise<Some> {
  const tenant = await world.app.tenant('Acme Assistants');
  const [notes, mail] = [await tenant.gpt('Note keeper'), await tenant.gpt('Mail helper')];
  for (const [gpt, count] of [
    [notes, 60],
    [mail, 3],
  ] as const) {
    const document = world.api.document({ '/notes': { get: { operationId: 'listNotes', responses: {} } } });
    const schema = world.provider.schema({ revocation_url: `${world.provider.url}/revoke` });
    await connectMany(world.app, gpt, await gpt.action(document, schema), count);
  }
  const { data } = (await tenant.admin.get(`/v1/connections?gpt_id=${mail.id}`)).body;
  const of = (user: string) => data.find((connection: { user: string }) => connection.user === user);
  const soon = new Date(world.app.clock.now().getTime() + 3_000_000);
  await world.changeRow(of('user-0'), { expiresAt: soon, lastRefreshedAt: world.app.clock.now() });
  await world.changeRow(of('user-1'), { status: 'reconnect_required', tokens: null });
  await tenant.admin.delete(`/v1/connections/${of('user-2').id}`);
  return { tenant, notes, mail };
}

const rows = (page: Page) => page.getByRole('row').filter({ has: page.getByRole('rowheader') });

/** Expects that a link is neither on the page nor in a store of the browser, and that the server did not log it. */
async function expectKeptNowhere(page: Page, url: string): Promise<void> {
  const ticket = url.split('/').at(-1) ?? '';
  const stores = await page.evaluate<string>(
    'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, history.state])',
  );
  const kept = [await page.content(), stores, page.url(), world.app.logLines.join('')];
  expect(kept.map((text) => text.includes(ticket))).toEqual([false, false, false, false]);
}

/** Opens a sign-in link as its user does, and signs in. */
async function completes({ browser: own }: EndUser, url: string): Promise<void> {
  await own.get(url);
  await own.submit();
}

async function choose(
  page: Page,
  label: string,
  option: string | RegExp,
  within: Page | Locator = page,
): Promise<void> {
  await within.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option }).click();
}

describe('The connections page', () => {
  it('explains how connections are made if there are none', async () => {
    const tenant = await world.app.tenant();
    const page = await visitor.signsIn(tenant.admin.key ?? '', '/console/connections');
    await page.getByText('No one has signed in yet').waitFor();
    expect(await visitor.accessibilityFindings('connections-empty')).toEqual([]);
  });

  it('shows connections page by page, filtered by user, GPT, action and status', async () => {
    const { tenant, mail } = await some();
    const page = await visitor.signsIn(tenant.admin.key ?? '');
    await page.getByRole('link', { name: 'Connections' }).click();
    await expectRows(page, 50);
    await page.getByText('Showing the first 50').waitFor();
    await page.getByRole('button', { name: 'Load more' }).click();
    await expectRows(page, 63);
    await page.getByText('63 in total').waitFor();
    await page.getByRole('textbox', { name: 'User' }).fill('user-1');
    // user-1 and user-10 to user-19 of one GPT, user-1 of the other.
    await expectRows(page, 12);
    await page.getByRole('textbox', { name: 'User' }).fill('User-1');
    await page.getByText('Enter the start of a user id').waitFor();
    await page.getByRole('textbox', { name: 'User' }).fill('user-1');
    await choose(page, 'GPT', 'Mail helper');
    await expectRows(page, 1);
    await page.getByRole('textbox', { name: 'User' }).fill('');
    await expectRows(page, 3);
    expect(await visitor.accessibilityFindings('connections-filtered')).toEqual([]);
    await choose(page, 'Action', /127\.0\.0\.1/);
    await choose(page, 'Status', 'Sign-in required');
    await expectRows(page, 1);
    await rows(page).getByText('Sign-in required').waitFor();
    expect(new URL(page.url()).searchParams.get('gpt_id')).toBe(mail.id);
    await page.reload();
    await expectRows(page, 1);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await expectRows(page, 50);
    await page.getByRole('textbox', { name: 'User' }).fill('nobody');
    await page.getByText('No connections found').waitFor();
  });

  it('creates a sign-in link for a user, and keeps it nowhere', async () => {
    const { tenant, mail } = await some();
    const page = await visitor.signsIn(tenant.admin.key ?? '', '/console/connections');
    await page.getByRole('button', { name: 'Connect an account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connect an account' });
    await choose(page, 'GPT', 'Mail helper', dialog);
    await choose(page, 'Action', /127\.0\.0\.1/, dialog);
    await dialog.getByRole('textbox', { name: 'User' }).fill('zoe');
    expect(await visitor.accessibilityFindings('connections-connect')).toEqual([]);
    await dialog.getByRole('button', { name: 'Create link' }).click();
    const link = page.getByRole('textbox', { name: 'Link' });
    const url = await link.inputValue();
    expect(url).toMatch(new RegExp(`^${world.app.url}/signin/[\\w-]{43}$`));
    expect(await visitor.accessibilityFindings('connections-link')).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await expectKeptNowhere(page, url);
    await completes(new EndUser(mail, 'zoe'), url);
    await page.getByRole('textbox', { name: 'User' }).fill('zoe');
    await rows(page).filter({ hasText: 'zoe' }).getByText('Connected').waitFor();
  });

  it('creates a link with which a user of the list signs in again', async () => {
    const { tenant, mail } = await some();
    const page = await visitor.signsIn(tenant.admin.key ?? '', `/console/connections?gpt_id=${mail.id}`);
    await page.getByRole('button', { name: 'Reconnect user-1 to api.example.com' }).click();
    await page.getByRole('dialog', { name: 'Reconnect this user?' }).waitFor();
    expect(await visitor.accessibilityFindings('connections-reconnect')).toEqual([]);
    await page.getByRole('button', { name: 'Create link' }).click();
    const url = await page.getByRole('textbox', { name: 'Link' }).inputValue();
    await page.getByRole('button', { name: 'Done' }).click();
    await expectKeptNowhere(page, url);
    await completes(new EndUser(mail, 'user-1'), url);
    await page.reload();
    await rows(page).filter({ hasText: 'user-1' }).getByText('Connected').waitFor();
  });

  it('ends a connection after a confirmation', async () => {
    const { tenant, mail } = await some();
    const page = await visitor.signsIn(tenant.admin.key ?? '', `/console/connections?gpt_id=${mail.id}`);
    await page.getByRole('button', { name: 'Disconnect user-0 from api.example.com' }).click();
    await page.getByRole('dialog', { name: 'Disconnect this user?' }).waitFor();
    expect(await visitor.accessibilityFindings('connections-disconnect-one')).toEqual([]);
    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await page.getByText('user-0 was disconnected from api.example.com.').waitFor();
    await rows(page).filter({ hasText: 'user-0' }).getByText('Disconnected').waitFor();
    const { data } = (await tenant.admin.get(`/v1/connections?gpt_id=${mail.id}&user=user-0`)).body;
    expect(data[0].status).toBe('revoked');
  });

  it('counts and ends all connections, and follows their revocation at the provider', async () => {
    const { tenant, notes } = await some();
    const page = await visitor.signsIn(tenant.admin.key ?? '', `/console/connections?gpt_id=${notes.id}`);
    const { released, release } = createGate();
    world.provider.behavior = { beforeRevocation: () => released };
    await expectRows(page, 50);
    await page.getByRole('button', { name: 'Disconnect all…' }).click();
    await page.getByText('This ends 60 connections of the GPT Note keeper.').waitFor();
    const button = page.getByRole('button', { name: 'Disconnect all', exact: true });
    expect(await button.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: 'Yes, disconnect 60 connections' }).check();
    expect(await visitor.accessibilityFindings('connections-disconnect-all')).toEqual([]);
    await button.click();
    await page.getByText(/Revoking them at the provider: \d+ of 60/).waitFor();
    expect(await visitor.accessibilityFindings('connections-progress')).toEqual([]);
    release();
    await sendDueRevocations(world.app);
    await page.getByText('revoked at the provider (60 of 60)').waitFor();
    expect(await visitor.accessibilityFindings('connections-progress-done')).toEqual([]);
    await page.getByRole('button', { name: 'Disconnect all…' }).click();
    await page.getByText('There is nothing to disconnect').waitFor();
    const { data } = (await tenant.admin.get('/v1/connections?limit=200&status=active')).body;
    expect(data).toHaveLength(1);
    // It checks the page three times in each theme and size.
  }, 180_000);

  it('ends only the connections that match all filters', async () => {
    const { tenant, notes, mail } = await some();
    const ofAll = async () => (await tenant.admin.get('/v1/connections?limit=200')).body.data as Shown[];
    const [waiting, gone] = [await ofAll(), await ofAll()].map((rows, index) =>
      rows.filter(({ status }) => status === (['reconnect_required', 'revoked'] as const)[index]),
    );
    expect([waiting?.length, gone?.length]).toEqual([1, 1]);
    const page = await visitor.signsIn(tenant.admin.key ?? '', '/console/connections?status=reconnect_required');
    await expectRows(page, 1);
    await disconnectsAll(page, '1 connection', 'all users of all GPTs with the status “Sign-in required”');
    await page.getByText('Disconnected 1 connection').waitFor();
    const changed = (await ofAll()).filter(({ status }) => status === 'revoked').map(({ id }) => id);
    expect(changed.toSorted()).toEqual([...(waiting ?? []), ...(gone ?? [])].map(({ id }) => id).toSorted());

    await page.getByRole('button', { name: 'Clear filters' }).click();
    await choose(page, 'GPT', 'Note keeper');
    await choose(page, 'Status', /^Connected/);
    await page.getByRole('textbox', { name: 'User' }).fill('user-2');
    await expectRows(page, 11);
    await disconnectsAll(
      page,
      '11 connections',
      'users whose id starts with user-2 and the GPT Note keeper with the status “Connected”',
    );
    await page.getByText('Disconnected 11 connections').waitFor();
    const left = await ofAll();
    const ended = left.filter(({ gpt_id, status }) => gpt_id === notes.id && status === 'revoked');
    expect(ended.every(({ user }) => user.startsWith('user-2'))).toBe(true);
    expect(ended).toHaveLength(11);
    expect(left.filter(({ gpt_id, status }) => gpt_id === mail.id && status === 'active')).toHaveLength(1);
  });

  it('ends connections by keyboard', async () => {
    const { tenant, mail } = await some();
    const page = await visitor.signsIn(
      tenant.admin.key ?? '',
      `/console/connections?gpt_id=${mail.id}&user_prefix=user-0`,
    );
    await expectRows(page, 1);
    await press(page, 'Disconnect all…');
    await page
      .getByText('This ends 1 connection of users whose id starts with user-0 and the GPT Mail helper.')
      .waitFor();
    const checkbox = page.getByRole('checkbox');
    await reach(page, () => checkbox.evaluate((element) => element === element.ownerDocument.activeElement));
    await page.keyboard.press('Space');
    await press(page, 'Disconnect all');
    await page.getByText('Disconnected 1 connection').waitFor();
    await page.getByText('Disconnected').first().waitFor();
  });

  it('shows an error, and tries again', async () => {
    const { tenant } = await some();
    visitor.expectedErrors.push(/503/);
    let isBroken = true;
    await visitor.context.route('**/v1/connections?*', (route) =>
      isBroken
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: JSON.stringify({ code: 'unavailable', detail: 'the database does not answer', request_id: 'r-1' }),
          })
        : route.continue(),
    );
    const page = await visitor.signsIn(tenant.admin.key ?? '', '/console/connections');
    await page.getByText('the database does not answer').waitFor();
    isBroken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await expectRows(page, 50);
  });
});

interface Shown {
  id: string;
  user: string;
  gpt_id: string;
  status: string;
}

async function disconnectsAll(page: Page, count: string, of: string): Promise<void> {
  await page.getByRole('button', { name: 'Disconnect all…' }).click();
  await page.getByText(`This ends ${count} of ${of}.`).waitFor();
  await page.getByRole('checkbox', { name: `Yes, disconnect ${count}` }).check();
  await page.getByRole('button', { name: 'Disconnect all', exact: true }).click();
}

async function expectRows(page: Page, count: number): Promise<void> {
  await eventually(
    () => rows(page).count(),
    (seen) => seen === count,
    10_000,
  );
}

async function reach(page: Page, isThere: () => Promise<boolean>): Promise<void> {
  for (let steps = 0; steps < 40; steps += 1) {
    if (await isThere()) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not reach the element');
}

async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  await button.waitFor();
  await reach(page, () => button.evaluate((element) => element === element.ownerDocument.activeElement));
  await page.keyboard.press('Enter');
}
