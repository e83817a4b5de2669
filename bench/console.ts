import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { Countersign } from './support/countersign.js';
import { DueConnections, type Owner } from './support/due-connections.js';
import { median } from './support/measure.js';

const GPTS = 100;
const ACTIONS_EACH = 10;
const CONNECTIONS = 10_000;
const ROUNDS = 5;

/** Maximum time until a page shows its content, in milliseconds. */
const MOST_MS = 1000;

const PAGES = ['/console/', '/console/gpts', '/console/connections', '/console/sign-ins'];

interface Tenant {
  id: string;
  admin: string;
}

interface Opened {
  /** First contentful paint in milliseconds. */
  paint: number;
  /** Arrival of the page's data. */
  data: number;
  /** Transferred bytes of scripts. */
  scriptBytes: number;
}

/** Measures the loading of the console's pages in a browser, with 1,000 actions and 10,000 connections. */
export async function benchConsole(): Promise<void> {
  const executablePath = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium';
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const settings = { DATA_DIR: folder, VAULT_KEYS: `file:${join(folder, 'vault.key')}`, EGRESS_ALLOW: '127.0.0.0/8' };
  const rows = await DueConnections.open(settings);
  const countersign = await Countersign.start(folder, settings);
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'];
  const browser = await chromium.launch({ executablePath, args });
  try {
    const tenant = await countersign.tenant();
    const owners = await addActions(countersign, tenant);
    for (const owner of owners) await rows.insert(owner, CONNECTIONS / owners.length);
    console.log(
      `\n${GPTS * ACTIONS_EACH} actions, ${CONNECTIONS} connections: median of ${ROUNDS} openings with an empty cache\n`,
    );
    console.log('page                     first paint   with its data   script');
    for (const path of PAGES) report(path, await open(browser, countersign.url, tenant.admin, path));
    console.log(`\nThe aim: something is painted within ${MOST_MS} ms.`);
  } finally {
    await browser.close();
    await countersign.stop();
    await rows.close();
    rmSync(folder, { recursive: true });
  }
}

async function addActions(countersign: Countersign, { id: tenantId, admin }: Tenant): Promise<Owner[]> {
  const owners: Owner[] = [];
  for (let gpt = 0; gpt < GPTS; gpt++) {
    const { id: gptId } = await countersign.post<{ id: string }>('/v1/gpts', admin, { name: `GPT ${gpt}` });
    for (let action = 0; action < ACTIONS_EACH; action++) {
      const openapi = documentOf(`api${action}.example.com`);
      const auth = { type: 'api_key', auth_type: 'bearer', api_key: 'a key of the benchmark' };
      const path = `/v1/gpts/${gptId}/actions`;
      const { id: actionId } = await countersign.post<{ id: string }>(path, admin, { openapi, auth });
      if (action === 0) owners.push({ tenantId, gptId, actionId });
    }
  }
  return owners;
}

function documentOf(host: string): object {
  const operation = (operationId: string) => ({ operationId, responses: { 200: { description: 'OK' } } });
  const paths = Object.fromEntries(
    ['notes', 'books', 'people'].map((name) => [`/${name}`, { get: operation(`list_${name}`) }]),
  );
  return { openapi: '3.1.0', info: { title: host, version: '1' }, servers: [{ url: `https://${host}` }], paths };
}

async function open(browser: Browser, url: string, key: string, path: string): Promise<Opened[]> {
  const rounds: Opened[] = [];
  while (rounds.length < ROUNDS) {
    const context = await browser.newContext({ baseURL: url });
    // Keeps only the cookie; the browser cache starts empty.
    const session = await context.request.post('/v1/console-session', { data: { key } });
    if (!session.ok()) throw new Error(`there is no session: ${session.status()}`);
    const page = await context.newPage();
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForLoadState('networkidle');
    rounds.push(await figuresOf(page));
    await context.close();
  }
  return rounds;
}

/** Uses the page's own clock, which excludes the time of the test's polling. */
function figuresOf(page: Page): Promise<Opened> {
  return page.evaluate(`(() => {
    const resources = performance.getEntriesByType('resource');
    const scripts = resources.filter(({ name }) => name.endsWith('.js'));
    const asked = resources.filter(({ name }) => name.includes('/v1/'));
    return {
      paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      data: Math.max(...asked.map(({ responseEnd }) => responseEnd)),
      scriptBytes: scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    };
  })()`);
}

function report(path: string, rounds: Opened[]): void {
  const of = (figure: keyof Opened) => median(rounds.map((round) => round[figure]));
  const columns = [
    `${of('paint').toFixed(0)} ms`,
    `${of('data').toFixed(0)} ms`,
    `${(of('scriptBytes') / 1024).toFixed(0)} KiB`,
  ];
  console.log(`${path.padEnd(24)} ${columns.map((text) => text.padEnd(13)).join(' ')}`);
}
