import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RouteList } from '../../src/http/index.js';
import { TestApp } from '../support/app.js';

let app: TestApp;
let text: string;
let links: string[];

beforeAll(async () => {
  app = await TestApp.start();
  const { status, headers, body } = await app.anonymous.get('/llms.txt');
  expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
  text = body;
  links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) => link);
});

afterAll(async () => {
  await app.stop();
});

describe('/llms.txt', () => {
  it('has a title, a summary and lists of links, as llmstxt.org specifies', () => {
    expect(text).toMatch(/^# Countersign\n\n> .+\n/);
    expect(text).toMatch(/^## .+\n\n- \[/m);
  });

  it('links only to paths that this server serves', async () => {
    // The console responds with 404 until it is built, so only its route is checked.
    expect(app.get(RouteList).routes).toContainEqual({ method: 'GET', path: '/console' });
    const others = links.filter((link) => link !== '/console');
    const statuses = await Promise.all(others.map(async (link) => [link, (await app.anonymous.get(link)).status]));
    expect(statuses).toEqual(others.map((link) => [link, 200]));
  });

  it('links to every page of the documentation', () => {
    const pages = readdirSync('docs').filter((file) => file.endsWith('.md'));
    expect(links).toEqual(expect.arrayContaining(pages.map((page) => `/docs/${page}`)));
  });
});

describe('a page of the documentation', () => {
  it('is served as Markdown with a content security policy that allows nothing', async () => {
    const { status, headers, body } = await app.anonymous.get('/docs/security-rules.md');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/markdown; charset=utf-8']);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';base-uri/);
    expect(body).toMatch(/^# Security rules\n/);
  });

  it('is found at the URL that other pages link to', async () => {
    const decisions = readdirSync('docs/decisions');
    for (const file of decisions) expect((await app.anonymous.get(`/docs/decisions/${file}`)).status).toBe(200);
  });

  it('does not give access to other files', async () => {
    for (const path of [
      '/docs/../package.json',
      '/docs/%2e%2e/package.json',
      '/docs/openapi.json',
      '/docs/nothing.md',
    ]) {
      expect([path, (await app.anonymous.get(path)).status]).toEqual([path, 404]);
    }
  });
});
