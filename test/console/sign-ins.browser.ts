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
  // The page asks whether there is a session.
  visitor.expected.push(/401 \(Unauthorized\) .*\/v1\/console-session/);
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.troubles).toEqual([]);
});

async function user(name = 'alice', schema: object = {}): Promise<EndUser> {
  const { gpt } = await world.notesGpt(schema, tenant);
  return new EndUser(gpt, name);
}

const opens = (path: string): Promise<Page> => visitor.signsIn(tenant.admin.key ?? '', `/console${path}`);

const step = (page: Page, name: string) => page.getByRole('list', { name: 'Steps' }).getByRole('button', { name });

/** The steps as somebody hears them, without their times. */
async function heard(page: Page): Promise<string[]> {
  const buttons = page.getByRole('list', { name: 'Steps' }).getByRole('button');
  const texts = await buttons.locator('> span:nth-child(2)').allTextContents();
  return texts.map((text) => text.replace(/ after \d.*?(?=,|$)/, ''));
}

const WHOLE_WAY = [
  'Link made for the user, Countersign',
  "Link opened, User's browser to Countersign",
  "Sent to the provider, User's browser to Provider",
  "Back from the provider, User's browser to Countersign",
  'Code exchanged for tokens, Countersign to Provider, answered 200',
  'Ended: connected, Countersign',
];

describe('the inspector of a sign-in', () => {
  it('shows every step between browser, Countersign and provider, and what each sent and got', async () => {
    const { offer } = await (await user()).signsIn();
    const page = await opens(`/sign-ins/${offer.id}`);
    await page.getByRole('status').getByText('Connected: alice is signed in').waitFor();
    expect(await heard(page)).toEqual(WHOLE_WAY);
    expect(await visitor.looksAt('sign-in-connected')).toEqual([]);

    await step(page, 'Code exchanged for tokens').click();
    await page.getByRole('heading', { name: 'What was sent' }).waitFor();
    await page.getByText(`${world.provider.url}/token`).waitFor();
    const term = (name: string) => page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) });
    await term('grant_type').waitFor();
    await page.getByRole('definition').filter({ hasText: 'authorization_code' }).waitFor();
    await term('client_secret').waitFor();
    expect(await page.getByRole('group', { name: 'Body that came back' }).textContent()).toContain(
      '"access_token": "[HIDDEN]"',
    );
    await page.getByText('tokens were granted').waitFor();
    expect(await visitor.looksAt('sign-in-step')).toEqual([]);
    const content = await page.content();
    for (const secret of world.provider.secrets) expect(content).not.toContain(secret);

    await step(page, 'Sent to the provider').click();
    await term('code_challenge_method').waitFor();
    expect(await page.getByRole('heading', { name: 'What came back' }).count()).toBe(0);
  });

  it('has what is wrong on top, in plain words with what to change, and its step open', async () => {
    world.provider.behaves('Basic alone');
    const attempt = await (await user()).signsIn();
    const { diagnosis } = await attempt.trace();
    const page = await opens(`/sign-ins/${attempt.offer.id}`);
    const verdict = page.getByRole('status');
    await verdict.getByText('Failed: nothing was connected').waitFor();
    await verdict.getByText(diagnosis).waitFor();
    expect(diagnosis).toContain('basic_auth_header');
    await verdict.getByText('client_refused').waitFor();
    const asked = step(page, 'Tokens asked for');
    expect(await asked.getAttribute('aria-expanded')).toBe('true');
    expect(await asked.textContent()).toContain('problem found');
    expect(await page.getByRole('group', { name: 'Body that came back' }).textContent()).toContain('invalid_client');
    expect(await visitor.looksAt('sign-in-failed')).toEqual([]);
  });

  it('says why nothing came back', async () => {
    world.provider.behaves({ dropsConnections: true });
    const attempt = await (await user()).signsIn();
    const page = await opens(`/sign-ins/${attempt.offer.id}`);
    await page.getByRole('heading', { name: 'Nothing came back' }).waitFor();
    await page.getByRole('status').getByText('closed the connection before its answer').waitFor();
    expect((await heard(page)).at(-2)).toContain('no answer: ');
  });

  it('follows a sign-in while it runs, to its end', async () => {
    const alice = await user();
    const attempt = await alice.isOfferedSignIn();
    const page = await opens(`/sign-ins/${attempt.offer.id}`);
    await page.getByRole('status').getByText('It runs: waiting for alice').waitFor();
    expect(await heard(page)).toEqual(WHOLE_WAY.slice(0, 1));
    expect(await visitor.looksAt('sign-in-running')).toEqual([]);
    await attempt.opensTheLink();
    await step(page, 'Link opened').waitFor();
    await attempt.pressesTheButton();
    await step(page, 'Sent to the provider').waitFor();
    await attempt.signsInAtTheProvider();
    await attempt.returns();
    await page.getByRole('status').getByText('Connected: alice is signed in').waitFor();
    expect(await heard(page)).toEqual(WHOLE_WAY);
  });

  it('can be read by keyboard alone: the arrow keys go from step to step', async () => {
    const { offer } = await (await user()).signsIn();
    const page = await opens(`/sign-ins/${offer.id}`);
    await step(page, 'Link made').waitFor();
    const { keyboard } = page;
    const focused = () =>
      page.evaluate<string>('document.activeElement === document.body ? "" : document.activeElement.textContent');
    for (let presses = 0; presses < 30 && !(await focused()).includes('Link made'); presses++) {
      await keyboard.press('Tab');
    }
    expect(await focused()).toContain('Link made');
    await keyboard.press('ArrowDown');
    await keyboard.press('ArrowDown');
    expect(await focused()).toContain('Sent to the provider');
    await page.getByText('code_challenge_method').waitFor();
    await keyboard.press('End');
    expect(await focused()).toContain('Ended');
    await keyboard.press('ArrowDown');
    expect(await focused()).toContain('Ended');
    await keyboard.press('Home');
    expect(await focused()).toContain('Link made');
    await keyboard.press('Enter');
    expect(await step(page, 'Link made').getAttribute('aria-expanded')).toBe('false');
    // One stop among the steps, however many there are.
    await keyboard.press('Tab');
    expect(await focused()).not.toContain('Link opened');
  });

  it('tells of a sign-in that is not there', async () => {
    visitor.expected.push(/status of 404 /);
    const page = await opens('/sign-ins/si-nowhere');
    await page.getByRole('alert').getByText('sign-in').first().waitFor();
  });
});

describe('the list of sign-ins', () => {
  it('says what to do where there is none', async () => {
    const page = await opens('/sign-ins');
    await page.getByText('There is no sign-in yet.').waitFor();
    expect(await visitor.looksAt('sign-ins-empty')).toEqual([]);
  });

  it('has them newest first, with what is wrong; filters stand in the address', async () => {
    const alice = await user('alice');
    await alice.signsIn();
    world.provider.behaves('Basic alone');
    await (await user('bob')).signsIn();
    world.provider.behaves();
    await (await user('carol')).isOfferedSignIn();
    const page = await opens('/sign-ins');
    const rows = page.getByRole('row');
    await rows.nth(3).waitFor();
    const texts = await rows.allTextContents();
    expect(texts.slice(1).map((text) => /alice|bob|carol/.exec(text)?.[0])).toEqual(['carol', 'bob', 'alice']);
    expect(texts[2]).toContain('client_refused');
    expect(await visitor.looksAt('sign-ins')).toEqual([]);

    await page.getByRole('combobox', { name: 'How it stands' }).selectOption('failed');
    await rows.nth(2).waitFor({ state: 'detached' });
    expect(await rows.nth(1).textContent()).toContain('bob');
    expect(new URL(page.url()).search).toBe('?status=failed');
    await page.getByRole('textbox', { name: 'User' }).fill('alice');
    await page.getByRole('textbox', { name: 'User' }).press('Enter');
    await page.getByText('No sign-in is like that').waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await rows.nth(3).waitFor();
    await page.getByRole('combobox', { name: 'GPT' }).selectOption(alice.gpt.id);
    await rows.nth(2).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Sign-in of alice' }).click();
    await page.getByRole('status').getByText('Connected: alice is signed in').waitFor();
  });

  it('goes on to older ones', async () => {
    const alice = await user();
    for (let round = 0; round < 51; round++) await alice.isOfferedSignIn();
    const page = await opens('/sign-ins');
    const rows = page.getByRole('row');
    await rows.nth(50).waitFor();
    expect(await rows.count()).toBe(51);
    await page.getByRole('button', { name: 'Show older ones' }).click();
    await rows.nth(51).waitFor();
    await page.getByRole('button', { name: 'Show older ones' }).waitFor({ state: 'detached' });
  });
});

describe('the trace of a connection', () => {
  it('shows its renewals, and why the user has to sign in again', async () => {
    const alice = await user();
    await alice.signsIn();
    const { id } = await alice.connection();
    const page = await opens(`/connections/${id}/trace`);
    await page.getByText('Its token was not renewed').waitFor();
    await page.getByRole('status').getByText('Active: the token can be used').waitFor();

    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    world.provider.revokeGrants();
    world.app.clock.advance({ hours: 2 });
    await alice.calls();
    await page.goto(`/console/connections/${id}/trace`);
    await page.getByRole('status').getByText('The user has to sign in again').waitFor();
    expect(await heard(page)).toEqual([
      'Token renewed, Countersign to Provider, answered 200',
      'Renewal asked for, Countersign to Provider, answered 400, problem found',
    ]);
    expect(await visitor.looksAt('connection-trace')).toEqual([]);
  });
});
