import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConsoleBrowser } from '../support/console/console-browser.js';
import { EndUser } from '../support/end-user.js';
import { OAuthWorld } from '../support/oauth-world.js';
import { PrefixProxy } from '../support/prefix-proxy.js';

describe.each(['strips', 'keeps'] as const)('Behind a proxy that %s the path of PUBLIC_URL', (mode) => {
  let proxy: PrefixProxy;
  let world: OAuthWorld;
  let browser: ConsoleBrowser;

  beforeAll(async () => {
    [proxy, browser] = await Promise.all([PrefixProxy.start(mode, '/countersign'), ConsoleBrowser.start()]);
    world = await OAuthWorld.start({ port: proxy.targetPort, environment: { PUBLIC_URL: proxy.url } });
    world.reset();
  });

  afterAll(async () => {
    await browser.stop();
    await world.stop();
    await proxy.stop();
  });

  it('the console loads, navigates, reloads and signs out', async () => {
    const gpt = await world.tenant.gpt('Travel planner');
    const visitor = await browser.visitor(world.app);
    visitor.expectedErrors.push(/401 \(Unauthorized\)/);
    const page = await visitor.signsIn(world.tenant.admin.key ?? '', `${proxy.url}/console/gpts`);
    await page.getByRole('link', { name: 'Travel planner' }).click();
    await page.getByRole('heading', { level: 1, name: 'Travel planner' }).waitFor();
    expect(page.url()).toBe(`${proxy.url}/console/gpts/${gpt.id}`);
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Travel planner' }).waitFor();
    await page.getByRole('link', { name: 'Sign-ins', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign-ins' }).waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    const docs = page.getByRole('link', { name: '/countersign/docs' });
    expect(await docs.getAttribute('href')).toBe('/countersign/docs');
    await docs.click();
    await page.getByText('Create a GPT').first().waitFor();
    await visitor.leaves();
    expect([visitor.errors, proxy.strays]).toEqual([[], []]);
  });

  it('an end user signs in without JavaScript', async () => {
    const attempt = await new EndUser((await world.notesGpt()).gpt, 'user-17').getsSignInLink();
    const hosts = [new URL(world.provider.url).origin];
    const visitor = await browser.visitor(world.app, { javaScript: false, hosts });
    const { page } = visitor;
    await page.goto(attempt.offer.url);
    await page.getByRole('link', { name: 'Deutsch' }).click();
    await page.getByRole('button', { name: /anmelden$/ }).click();
    await page.getByRole('heading', { level: 1, name: /^Sie sind bei .* angemeldet$/ }).waitFor();
    expect(page.url()).toBe(`${proxy.url}/signin/done/${attempt.offer.id}`);
    await visitor.leaves();
    expect([visitor.errors, proxy.strays.filter((path) => path !== '/favicon.ico')]).toEqual([[], []]);
  });
});
