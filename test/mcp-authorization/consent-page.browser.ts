import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import {
  AuthorizationWorld,
  type Attempt,
  type AuthorizedGpt,
} from '../support/mcp-authorization/authorization-world.js';
import { logo } from '../support/logo.js';
import { McpWorld, textOf } from '../support/mcp-world.js';
import { NOTES_PATHS } from '../support/upstream.js';

let world: AuthorizationWorld;
let browser: ConsoleBrowser;
let visitor: Visitor;
let gpt: AuthorizedGpt;
/** The page of a client that receives responses, and the login page of the tenant. */
let pages: Server;
let origin: string;
/** The same pages as another site. */
let chat: string;

beforeAll(async () => {
  [world, browser] = await Promise.all([AuthorizationWorld.start(), ConsoleBrowser.start()]);
  pages = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-type', 'text/html');
    response.end(`<!doctype html><title>${pathname}</title><h1>${pathname}</h1>`);
  });
  await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve));
  const { port } = pages.address() as AddressInfo;
  origin = `http://127.0.0.1:${port}`;
  chat = `http://localhost:${port}`;
  gpt = await world.gpt({ loginUrl: `${origin}/login` }, 'Travel desk');
  await gpt.gpt.action(world.publisher.document(NOTES_PATHS));
  const { tenant } = gpt.gpt;
  const brand = { logo: logo('0b7a75', 40, 40), accent_color: '#0b7a75', name: 'Acme Assistants' };
  expect((await tenant.admin.patch(`/v1/tenants/${tenant.id}`, brand)).status).toBe(200);
});

afterAll(async () => {
  await Promise.all([world.stop(), browser.stop()]);
  await new Promise((resolve) => pages.close(resolve));
});

beforeEach(async () => {
  visitor = await comes();
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

/** Axe looks with a script; what users do is tried without any. */
async function comes({ javaScript = false, locale = 'en' } = {}): Promise<Visitor> {
  const came = await browser.visitor(world.app, { javaScript, hosts: [origin, chat] });
  await came.context.setExtraHTTPHeaders({ 'accept-language': locale });
  came.expectedErrors.push(/status of 4\d\d/, /favicon/);
  return came;
}

/** Starts an authorization in a browser, which comes to the login page. */
async function starts(by = visitor, metadata: object = {}): Promise<Attempt> {
  const redirectUri = `${origin}/callback`;
  const attempt = gpt.attempt(await gpt.client({ client_name: 'Claude', redirect_uris: [redirectUri], ...metadata }));
  attempt.redirectUri = redirectUri;
  await by.page.goto(attempt.authorizationUrl());
  attempt.loginUrl = by.page.url();
  expect(attempt.loginUrl).toContain(`${origin}/login?authorization=az-`);
  return attempt;
}

/** Makes a consequential call for the user of an access token. @returns the link that the client gets to show */
async function confirmationLink(bearer: string): Promise<string> {
  const mcp = await McpWorld.of(world.app, world.publisher, gpt.gpt, null);
  const answer = await mcp.call('createNote', { body: { title: bearer.slice(-8) } }, { bearer });
  return /http\S+$/.exec(textOf(answer))?.[0] ?? '';
}

describe('the consent page in a real browser', () => {
  it('works without JavaScript from the client to the client', async () => {
    const attempt = await starts();
    await attempt.isVerified('user-17');
    await visitor.page.goto(attempt.consentUrl);
    await visitor.page.getByRole('heading', { level: 1, name: 'Allow Claude to act for you?' }).waitFor();
    await visitor.page.getByRole('button', { name: 'Allow', exact: true }).click();
    await visitor.page.waitForURL(`${origin}/callback?**`);
    attempt.responseUrl = visitor.page.url();
    expect(attempt.response).toMatchObject({ state: attempt.state, iss: gpt.url });
    expect((await attempt.redeems()).status).toBe(200);
  });

  it('sends a user who does not allow it back to the client', async () => {
    const attempt = await starts();
    await attempt.isVerified('user-17');
    await visitor.page.goto(attempt.consentUrl);
    await visitor.page.getByRole('button', { name: 'Do not allow' }).click();
    await visitor.page.waitForURL(`${origin}/callback?error=access_denied**`);
  });

  it('is not shown to a victim of a link, whose browser has not started the authorization', async () => {
    const attempt = await starts();
    const victim = await comes();
    await victim.page.goto(attempt.loginUrl);
    await attempt.isVerified('victim');
    await victim.page.goto(attempt.consentUrl);
    await victim.page.getByRole('heading', { level: 1, name: 'Nothing was allowed' }).waitFor();
    expect(await victim.page.getByRole('button').count()).toBe(0);
    await victim.leaves();
    await visitor.page.goto(attempt.consentUrl);
    await visitor.page.getByRole('heading', { level: 1, name: 'This request was already answered' }).waitFor();
  });

  it.each([
    ['en', 'Allow Claude to act for you?', 'Not verified: anyone can use this name.'],
    ['de', 'Darf Claude für Sie handeln?', 'Nicht überprüft: Diesen Namen kann jeder verwenden.'],
  ])('is accessible in %s, and shows that the client is not verified', async (locale, title, notVerified) => {
    const reader = await comes({ javaScript: true, locale });
    const attempt = await starts(reader);
    await attempt.isVerified('user-17');
    await reader.page.goto(attempt.consentUrl);
    await reader.page.getByRole('heading', { level: 1, name: title }).waitFor();
    await reader.page.getByText(notVerified).waitFor();
    await reader.page.getByText(new URL(origin).host).first().waitFor();
    expect(await reader.accessibilityFindings(`mcp-consent-${locale}`)).toEqual([]);
    await reader.leaves();
    expect(reader.errors).toEqual([]);
  });

  it.each([
    ['en', 'This link is not for this browser', 'Allow this call to'],
    ['de', 'Dieser Link ist nicht für diesen Browser', 'Diesen Aufruf bei'],
  ])('makes the browser known, which can open links from other sites then (%s)', async (locale, refused, shown) => {
    const reader = await comes({ javaScript: true, locale });
    const attempt = await starts(reader);
    await attempt.isVerified('user-17');
    await reader.page.goto(attempt.consentUrl);
    await reader.page.locator('button[value=allow]').click();
    await reader.page.waitForURL(`${origin}/callback?**`);
    attempt.responseUrl = reader.page.url();
    const link = await confirmationLink((await attempt.redeems()).body.access_token);
    // A chat is another site: the browser sends the cookie with the navigation nevertheless.
    const follow = async ({ page }: Visitor) => {
      await page.goto(`${chat}/chat`);
      await page.evaluate(`location.href = ${JSON.stringify(link)}`);
    };
    await follow(reader);
    await reader.page.getByRole('heading', { level: 1, name: shown }).waitFor();
    const stranger = await comes({ javaScript: true, locale });
    await follow(stranger);
    await stranger.page.getByRole('heading', { level: 1, name: refused }).waitFor();
    expect(await stranger.page.getByRole('button').count()).toBe(0);
    expect(await stranger.accessibilityFindings(`mcp-other-user-${locale}`)).toEqual([]);
    await reader.page.locator('button[value=agreed]').click();
    await reader.page.locator('.mark.ok').waitFor();
    for (const each of [reader, stranger]) {
      await each.leaves();
      expect(each.errors).toEqual([]);
    }
  });

  it('is accessible for a published client, and when it is refused', async () => {
    const reader = await comes({ javaScript: true });
    const redirectUri = `${origin}/callback`;
    const attempt = gpt.attempt(world.publish({ client_name: 'Example app', redirect_uris: [redirectUri] }));
    attempt.redirectUri = redirectUri;
    await reader.page.goto(attempt.authorizationUrl());
    attempt.loginUrl = reader.page.url();
    await attempt.isVerified('user-17');
    await reader.page.goto(attempt.consentUrl);
    await reader.page.getByText('Published by').waitFor();
    expect(await reader.accessibilityFindings('mcp-consent-published')).toEqual([]);
    await reader.page.goto(attempt.authorizationUrl({ redirect_uri: 'https://evil.example/callback' }));
    await reader.page.getByRole('heading', { name: 'The application cannot be connected' }).waitFor();
    expect(await reader.accessibilityFindings('mcp-authorize-refused')).toEqual([]);
    await reader.leaves();
    expect(reader.errors).toEqual([]);
  });
});
