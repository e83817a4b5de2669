import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import type { TestTenant } from '../support/tenant.js';

let world: OAuthWorld;
let browser: ConsoleBrowser;
let tenant: TestTenant;
let visitor: Visitor;

beforeAll(async () => {
  [world, browser] = await Promise.all([OAuthWorld.start(), ConsoleBrowser.start()]);
});

afterAll(() => Promise.all([world.stop(), browser.stop()]));

beforeEach(async () => {
  world.reset();
  tenant = await world.app.tenant('Acme Assistants');
  visitor = await browser.visitor(world.app);
  // Before the sign-in, the console asks for its session.
  visitor.expectedErrors.push(/401 \(Unauthorized\) .*\/v1\/console-session/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

async function user(name = 'alice', schema: object = {}): Promise<EndUser> {
  const { gpt } = await world.notesGpt(schema, tenant);
  return new EndUser(gpt, name);
}

const opens = (path: string): Promise<Page> => visitor.signsIn(tenant.admin.key ?? '', `/console${path}`);

const step = (page: Page, name: string) => page.getByRole('list', { name: 'Steps' }).getByRole('button', { name });

/** The steps as a screen reader announces them, without their times. */
async function stepsInWords(page: Page): Promise<string[]> {
  const buttons = page.getByRole('list', { name: 'Steps' }).getByRole('button');
  const texts = await buttons.locator('> span:nth-child(2)').allTextContents();
  return texts.map((text) => text.replace(/ after \d.*?(?=,|$)/, ''));
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option }).click();
}

const ALL_STEPS = [
  'Sign-in link created, Countersign',
  "Link opened, User's browser to Countersign",
  "Authorization request, User's browser to Provider",
  "Callback, User's browser to Countersign",
  'Token request, Countersign to Provider, response 200',
  'Ended: connected, Countersign',
];

describe('The page of a sign-in', () => {
  it('shows every step between browser, Countersign and provider with its request and response', async () => {
    const { offer } = await (await user()).signsIn();
    const page = await opens(`/sign-ins/${offer.id}`);
    await page.getByRole('status').getByText('Connected: alice is signed in').waitFor();
    expect(await stepsInWords(page)).toEqual(ALL_STEPS);
    expect(await visitor.accessibilityFindings('sign-in-connected')).toEqual([]);

    await step(page, 'Token request').click();
    await page.getByRole('heading', { name: 'Request' }).waitFor();
    await page.getByText(`${world.provider.url}/token`).waitFor();
    const term = (name: string) => page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) });
    await term('grant_type').waitFor();
    await page.getByRole('definition').filter({ hasText: 'authorization_code' }).waitFor();
    await term('client_secret').waitFor();
    expect(await page.getByRole('group', { name: 'Response body' }).textContent()).toContain(
      '"access_token": "[HIDDEN]"',
    );
    await page.getByText('tokens were granted').waitFor();
    expect(await visitor.accessibilityFindings('sign-in-step')).toEqual([]);
    const content = await page.content();
    for (const secret of world.provider.secrets) expect(content).not.toContain(secret);

    await step(page, 'Authorization request').click();
    await term('code_challenge_method').waitFor();
    expect(await page.getByRole('heading', { name: 'Response', exact: true }).count()).toBe(0);
  });

  it('shows the diagnosis first, and opens the step with the problem', async () => {
    world.provider.simulate('only Basic authentication');
    const attempt = await (await user()).signsIn();
    const { diagnosis } = await attempt.trace();
    const page = await opens(`/sign-ins/${attempt.offer.id}`);
    const verdict = page.getByRole('status');
    await verdict.getByText('Failed: the user is not signed in').waitFor();
    await verdict.getByText(diagnosis).waitFor();
    expect(diagnosis).toContain('basic_auth_header');
    await verdict.getByText('client_refused').waitFor();
    const asked = step(page, 'Token request');
    expect(await asked.getAttribute('aria-expanded')).toBe('true');
    expect(await asked.textContent()).toContain('problem found');
    expect(await page.getByRole('group', { name: 'Response body' }).textContent()).toContain('invalid_client');
    expect(await visitor.accessibilityFindings('sign-in-failed')).toEqual([]);
    expect(diagnosis).toContain('"Token exchange method"');
    await verdict.getByRole('link', { name: 'Open the authentication form' }).click();
    await page.getByRole('form', { name: 'Authentication' }).getByText('Token exchange method').waitFor();
  });

  it('shows why there was no response', async () => {
    world.provider.simulate({ dropsConnections: true });
    const attempt = await (await user()).signsIn();
    const page = await opens(`/sign-ins/${attempt.offer.id}`);
    await page.getByRole('heading', { name: 'No response' }).waitFor();
    await page.getByRole('status').getByText('closed the connection before the response was complete').waitFor();
    expect((await stepsInWords(page)).at(-2)).toContain('no response: ');
  });

  it('follows a sign-in in progress to its end', async () => {
    const alice = await user();
    const attempt = await alice.getsSignInLink();
    const page = await opens(`/sign-ins/${attempt.offer.id}`);
    await page.getByRole('status').getByText('In progress: waiting for alice').waitFor();
    expect(await stepsInWords(page)).toEqual(ALL_STEPS.slice(0, 1));
    expect(await visitor.accessibilityFindings('sign-in-running')).toEqual([]);
    await attempt.opensTheLink();
    await step(page, 'Link opened').waitFor();
    await attempt.pressesTheButton();
    await step(page, 'Authorization request').waitFor();
    await attempt.signsInAtTheProvider();
    await attempt.returns();
    await page.getByRole('status').getByText('Connected: alice is signed in').waitFor();
    expect(await stepsInWords(page)).toEqual(ALL_STEPS);
  });

  it('moves between steps with the arrow keys', async () => {
    const { offer } = await (await user()).signsIn();
    const page = await opens(`/sign-ins/${offer.id}`);
    await step(page, 'Sign-in link created').waitFor();
    const { keyboard } = page;
    const focused = () =>
      page.evaluate<string>('document.activeElement === document.body ? "" : document.activeElement.textContent');
    for (let presses = 0; presses < 30 && !(await focused()).includes('Sign-in link created'); presses++) {
      await keyboard.press('Tab');
    }
    expect(await focused()).toContain('Sign-in link created');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    expect(await focused()).toContain('Authorization request');
    await page.getByText('code_challenge_method').waitFor();
    await keyboard.press('End');
    expect(await focused()).toContain('Ended');
    await keyboard.press('ArrowDown');
    expect(await focused()).toContain('Ended');
    await keyboard.press('Home');
    expect(await focused()).toContain('Sign-in link created');
    await keyboard.press('Enter');
    expect(await step(page, 'Sign-in link created').getAttribute('aria-expanded')).toBe('false');
    // The list of steps is a single tab stop.
    await keyboard.press('Tab');
    expect(await focused()).not.toContain('Link opened');
  });

  it('shows an error for an unknown sign-in', async () => {
    visitor.expectedErrors.push(/status of 404 /);
    const page = await opens('/sign-ins/si-nowhere');
    await page.getByRole('alert').getByText('sign-in').first().waitFor();
  });
});

describe('The list of sign-ins', () => {
  it('explains how to start a sign-in if there are none', async () => {
    const page = await opens('/sign-ins');
    await page.getByText('No sign-ins yet').waitFor();
    expect(await visitor.accessibilityFindings('sign-ins-empty')).toEqual([]);
  });

  it('shows the newest sign-ins first with their problems, and keeps its filters in the address', async () => {
    const alice = await user('alice');
    await alice.signsIn();
    world.provider.simulate('only Basic authentication');
    await (await user('bob')).signsIn();
    world.provider.simulate();
    await (await user('carol')).getsSignInLink();
    const page = await opens('/sign-ins');
    const rows = page.getByRole('row');
    await rows.nth(3).waitFor();
    const texts = await rows.allTextContents();
    expect(texts.slice(1).map((text) => /alice|bob|carol/.exec(text)?.[0])).toEqual(['carol', 'bob', 'alice']);
    expect(texts[2]).toContain('client_refused');
    expect(await visitor.accessibilityFindings('sign-ins')).toEqual([]);

    await choose(page, 'Status', 'Failed');
    await rows.nth(2).waitFor({ state: 'detached' });
    expect(await rows.nth(1).textContent()).toContain('bob');
    expect(new URL(page.url()).search).toBe('?status=failed');
    await page.getByRole('textbox', { name: 'User' }).fill('alice');
    await page.getByRole('textbox', { name: 'User' }).press('Enter');
    await page.getByText('No sign-ins found').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await rows.nth(3).waitFor();
    await page.goto(`/console/sign-ins?gpt_id=${alice.gpt.id}`);
    await rows.nth(2).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Sign-in of alice' }).click();
    await page.getByRole('status').getByText('Connected: alice is signed in').waitFor();
  });

  it('loads older sign-ins on request', async () => {
    const alice = await user();
    for (let round = 0; round < 51; round++) await alice.getsSignInLink();
    const page = await opens('/sign-ins');
    const rows = page.getByRole('row');
    await rows.nth(50).waitFor();
    expect(await rows.count()).toBe(51);
    await page.getByRole('button', { name: 'Load more' }).click();
    await rows.nth(51).waitFor();
    await page.getByRole('button', { name: 'Load more' }).waitFor({ state: 'detached' });
  });
});

describe('The trace of a connection', () => {
  it('shows token refreshes, and why the user must sign in again', async () => {
    const alice = await user();
    await alice.signsIn();
    const { id } = await alice.connection();
    const page = await opens(`/connections/${id}/trace`);
    await page.getByText('No token refreshes').waitFor();
    await page.getByRole('status').getByText('Connected: the access token is valid').waitFor();

    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    world.provider.revokeGrants();
    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    await page.goto(`/console/connections/${id}/trace`);
    await page.getByRole('status').getByText('The user must sign in again').waitFor();
    expect(await stepsInWords(page)).toEqual([
      'Refresh request, Countersign to Provider, response 200',
      'Refresh request, Countersign to Provider, response 400, problem found',
    ]);
    expect(await visitor.accessibilityFindings('connection-trace')).toEqual([]);
  });
});
