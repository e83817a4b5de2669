// Runs once: the database takes no part in what this suite tests.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import { Client } from '../support/client.js';
import { AuthorizedGpt, REDIRECT_URI } from '../support/mcp-authorization/authorization-world.js';
import { TestTenant } from '../support/tenant.js';

/** Countersign behind a proxy that ends TLS, at a path of its host. */
let app: TestApp;
let gpt: AuthorizedGpt;
/** The server as the proxy sees it. */
let inside: Client;

beforeAll(async () => {
  app = await TestApp.start({ environment: { PUBLIC_URL: 'https://actions.example.com/cs' } });
  const url = `http://127.0.0.1:${app.port}`;
  inside = new Client(url);
  const tenant = await TestTenant.create({ url, operator: new Client(url, app.operator.key) }, 'Acme');
  gpt = new AuthorizedGpt(app, await tenant.gpt());
  await gpt.isSetUp();
});

afterAll(() => app.stop());

it.each(['oauth-authorization-server', 'openid-configuration'])(
  'the metadata is found where RFC 8414 inserts %s into a URL with a path, and below it',
  async (name) => {
    for (const path of [`/.well-known/${name}/cs${gpt.path}`, `/cs${gpt.path}/.well-known/${name}`]) {
      const { status, body } = await inside.get(path);
      expect([status, body.issuer]).toEqual([200, `https://actions.example.com/cs${gpt.path}`]);
    }
  },
);

it('the cookie has the prefix __Host-, is Secure, and belongs to the path of the server by its name', async () => {
  const { body } = await inside.post(`${gpt.path}/register`, { redirect_uris: [REDIRECT_URI] });
  const { pathname, search } = new URL(gpt.attempt(body.client_id).authorizationUrl());
  const { status, headers } = await inside.get(pathname + search);
  expect(status).toBe(303);
  expect(headers.get('set-cookie')).toMatch(
    /^__Host-countersign-cs=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
});

it('the consent page is at the public URL, and its form too', async () => {
  const { body } = await inside.post(`${gpt.path}/register`, { redirect_uris: [REDIRECT_URI] });
  const attempt = gpt.attempt(body.client_id);
  const { pathname, search } = new URL(attempt.authorizationUrl());
  const started = await inside.get(pathname + search);
  attempt.loginUrl = started.headers.get('location') ?? '';
  await attempt.isVerified('alice');
  expect(attempt.consentUrl).toContain(`https://actions.example.com/cs${gpt.path}/consent/${attempt.id}?key=`);
  const cookie = started.headers.get('set-cookie')?.split(';')[0] ?? '';
  const { pathname: path, search: key } = new URL(attempt.consentUrl);
  const page = await inside.send('GET', path + key, undefined, { cookie });
  expect(page.status).toBe(200);
  expect(page.body).toContain(`action="/cs${gpt.path}/consent/${attempt.id}"`);
});
