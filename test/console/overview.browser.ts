import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AuthorizationServer } from '../support/authorization-server.js';
import { ConsoleBrowser, type Visitor } from '../support/console/console-browser.js';
import { EndUser } from '../support/end-user.js';
import { TestApp } from '../support/app.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let browser: ConsoleBrowser;
let tenant: TestTenant;
let gpt: TestGpt;
let visitor: Visitor;

beforeAll(async () => {
  [app, api, provider, browser] = await Promise.all([
    TestApp.start(),
    Upstream.start(),
    AuthorizationServer.start(),
    ConsoleBrowser.start(),
  ]);
  provider.now = () => app.clock.now();
  tenant = await app.tenant('Acme Assistants');
  await generateActivity();
});

afterAll(() => Promise.all([app.stop(), api.stop(), provider.stop(), browser.stop()]));

beforeEach(async () => {
  visitor = await browser.visitor(app);
  visitor.expectedErrors.push(/401 \(Unauthorized\)/);
  // The server's clock is ahead: the browser's is set to the same time.
  await visitor.page.clock.install({ time: app.clock.now() });
});

afterEach(async () => {
  await visitor.leaves();
  expect(visitor.errors).toEqual([]);
});

/** Calls, sign-ins and refreshes over 60 hours, some of which fail. */
async function generateActivity(): Promise<void> {
  gpt = await tenant.gpt();
  await gpt.action(api.document(NOTES_PATHS), provider.schema());
  const users = ['alice', 'bob', 'carol'].map((name) => new EndUser(gpt, name));
  for (const user of users) await user.signsIn();
  for (let hour = 0; hour < 60; hour += 3) {
    app.clock.advance({ hours: 3 });
    api.respondWith(() => ({ status: hour % 12 === 0 ? 503 : 200, body: {} }));
    for (const user of users.slice(0, 1 + (hour % 3))) await user.calls();
    api.respondWith(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5 + hour));
      return { body: {} };
    });
    for (let call = 0; call < 1 + ((hour * 7) % 5); call++) await users[call % 3]?.calls();
    if (hour % 9 === 0) await gpt.call('listNotes', { user: 'alice', arguments: { nonsense: 1 } });
    if (hour % 15 === 0) await new EndUser(gpt, `stranger ${hour}`).calls();
  }
}

/** The API's statistics for the last `hours` hours. */
async function statistics(hours: number) {
  const since = new Date(app.clock.now().getTime() - hours * 3_600_000).toISOString();
  return (await tenant.admin.get(`/v1/statistics?since=${since}`)).body;
}

type Point = Awaited<ReturnType<typeof statistics>>['points'][number];

const CHARTS: [title: string, of: (point: Point) => (number | null)[]][] = [
  [
    'Calls',
    ({ calls }) => [
      calls.completed,
      calls.sign_in_required,
      calls.confirmation_required,
      calls.upstream_errors + calls.failed,
    ],
  ],
  ['Errors', ({ calls }) => [calls.upstream_errors, calls.failed]],
  ['Latency', ({ latency }) => [latency.p50_ms, latency.p95_ms, latency.p99_ms]],
  ['Sign-ins', ({ sign_ins: signIns }) => [signIns.connected, signIns.failed]],
  ['Token refreshes', ({ refreshes }) => [refreshes.renewed, refreshes.failed]],
];

/** A figure, by its name. */
const figure = (name: string) => visitor.page.locator('dl > *', { has: visitor.page.getByText(name, { exact: true }) });

const numberIn = (text: string): number | null => {
  if (text === '–') return null;
  const value = Number(text.replaceAll(',', '').replace(/ (m?s)$/, ''));
  return text.endsWith(' s') ? value * 1000 : value;
};

/** The rows of a chart's table by their times, and its last. */
async function tableOf(title: string) {
  const table = visitor.page.getByRole('region', { name: `${title} as a table` });
  const rows = await table.locator('tbody tr').all();
  const found: Record<string, (number | null)[]> = {};
  for (const row of rows) {
    const at = (await row.locator('time').getAttribute('datetime')) ?? '';
    found[at] = (await row.locator('td').allInnerTexts()).map(numberIn);
  }
  const [, ...total] = await table.locator('tfoot th').allInnerTexts();
  return { rows: found, total: total.map(numberIn) };
}

describe('The overview', () => {
  it('is the start page of an admin, and explains itself if there is no activity', async () => {
    const other = await app.tenant('Fresh');
    const page = await visitor.signsIn(other.admin.key ?? '');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.getByText('No activity in the last 24 hours').waitFor();
    expect(page.url()).toMatch(/\/console\/overview$/);
    expect(await visitor.accessibilityFindings('overview-empty')).toEqual([]);
  });

  it('shows the statistics of the API in its figures and tables', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '', '/console/overview?range=7d');
    await page.getByRole('button', { name: 'Show as table: Calls' }).waitFor();
    expect(await visitor.accessibilityFindings('overview')).toEqual([]);
    const { points, total } = await statistics(168);
    for (const [title, of] of CHARTS) {
      const toggle = page.getByRole('button', { name: `Show as table: ${title}` });
      await toggle.click();
      const busy = points.filter((point: Point) => of(point).some(Boolean));
      expect(busy.length).toBeGreaterThan(0);
      const expected = Object.fromEntries(busy.map((point: Point) => [point.at, of(point)]));
      expect({ title, ...(await tableOf(title)) }).toEqual({ title, rows: expected, total: of(total) });
    }
    expect(await visitor.accessibilityFindings('overview-tables')).toEqual([]);
    const calls = Object.values(total.calls as Record<string, number>).reduce((sum, each) => sum + each, 0);
    expect(await figure('Calls').locator('dd').innerText()).toBe(String(calls));
    const rate = (total.calls.upstream_errors + total.calls.failed) / calls;
    expect(await figure('Error rate').locator('dd').innerText()).toBe(`${Math.round(rate * 1000) / 10}%`);
    expect(await figure('Latency, p95').locator('dd').innerText()).toBe(`${total.latency.p95_ms} ms`);
    expect(await figure('Sign-ins').locator('dd').innerText()).toBe('3');
    expect(await figure('GPTs').locator('dd').innerText()).toBe('1');
    expect(await figure('Sign-in required').locator('dd').innerText()).toBe('0');
  });

  it('shows another time range, and keeps it in the address', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '');
    const calls = async (hours: number) =>
      String(Object.values((await statistics(hours)).total.calls as Record<string, number>).reduce((a, b) => a + b, 0));
    const [day, week] = [await calls(24), await calls(168)];
    expect(day).not.toBe(week);
    await figure('Calls').getByText(day, { exact: true }).waitFor();
    await page.getByText('7 days').click();
    await figure('Calls').getByText(week, { exact: true }).waitFor();
    await page.reload();
    await figure('Calls').getByText(week, { exact: true }).waitFor();
    for (const range of ['1h', '24h', '30d']) {
      await page.goto(`/console/overview?range=${range}`);
      await page.getByRole('slider', { name: 'Calls over time', exact: true }).waitFor();
      expect(await visitor.accessibilityFindings(`overview-${range}`)).toEqual([]);
    }
  });

  it('refreshes every 30 seconds while it is visible, but not while it is hidden', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '');
    await page.getByRole('slider', { name: 'Calls over time', exact: true }).waitFor();
    const before = Number(await figure('Calls').locator('dd').innerText());
    await new EndUser(gpt, 'alice').calls();
    await page.clock.runFor(31_000);
    await figure('Calls')
      .getByText(String(before + 1), { exact: true })
      .waitFor();

    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.evaluate(
      "Object.defineProperty(document, 'visibilityState', { value: 'hidden', configurable: true }); window.dispatchEvent(new Event('visibilitychange'))",
    );
    await page.clock.runFor(120_000);
    expect(asked.filter((url) => url.includes('/v1/statistics'))).toEqual([]);
  });

  it('counts the users who must sign in again', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '');
    await figure('Sign-in required').getByText('0', { exact: true }).waitFor();
    let next = '';
    await page.route('**/v1/connections?status=reconnect_required*', async (route) => {
      const response = await route.fetch();
      await route.fulfill({
        response,
        json: { ...(await response.json()), data: [{}, {}], next_cursor: next || null },
      });
    });
    await page.clock.runFor(31_000);
    await figure('Sign-in required').getByText('2', { exact: true }).waitFor();
    next = 'more';
    await page.clock.runFor(31_000);
    await figure('Sign-in required').getByText('More than 2', { exact: true }).waitFor();
  });

  it('reads out chart values by pointer and by keyboard', async () => {
    const page = await visitor.signsIn(tenant.admin.key ?? '', '/console/overview?range=7d');
    const chart = page.getByRole('slider', { name: 'Calls over time', exact: true });
    await chart.hover({ position: { x: 300, y: 80 } });
    const tooltip = page.locator('.chart-tooltip');
    await tooltip.waitFor();
    expect(await visitor.accessibilityFindings('overview-tooltip')).toEqual([]);
    await page.mouse.move(0, 0);
    await tooltip.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Show as table: Calls' }).focus();
    await page.keyboard.press('Tab');
    expect(await chart.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    const { points } = await statistics(168);
    const said = () => chart.getAttribute('aria-valuetext');
    await page.keyboard.press('Home');
    expect(await said()).toContain('Completed 0');
    await page.keyboard.press('End');
    expect(await said()).toContain(`Completed ${points.at(-1).calls.completed}`);
    const shown = new Set<string>();
    for (let step = 0; step < 20; step++) {
      await page.keyboard.press('ArrowLeft');
      shown.add((await said()) ?? '');
    }
    expect(shown.size).toBe(20);
    expect(await tooltip.innerText()).toContain('Completed');
    await page.keyboard.press('Escape');
    expect(await tooltip.count()).toBe(0);

    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Calls as a table' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await chart.waitFor();
  });

  it.each(['light', 'dark'] as const)(
    'draws charts with a contrast of at least 3:1 in the %s theme',
    async (colorScheme) => {
      const page = await visitor.signsIn(tenant.admin.key ?? '');
      await page.emulateMedia({ colorScheme });
      await page.getByRole('slider', { name: 'Calls over time', exact: true }).waitFor();
      const paper = await colour('.chart-plot', 'backgroundColor of paper');
      for (const name of ['blue', 'teal', 'amber', 'red', 'violet']) {
        expect([name, contrast(await colour(`--chart-${name}`), paper) >= 3]).toEqual([name, true]);
      }
    },
  );
});

/** The computed colour of a custom property, or of the background of an element's section. */
async function colour(what: string, ofPaper?: string): Promise<number[]> {
  const text: string = await visitor.page.evaluate(
    ofPaper
      ? `getComputedStyle(document.querySelector('${what}').closest('section')).backgroundColor`
      : `(() => { const probe = document.createElement('i'); document.body.append(probe); probe.style.color = 'var(${what})'; const { color } = getComputedStyle(probe); probe.remove(); return color; })()`,
  );
  return (text.match(/\d+/g) ?? []).map(Number);
}

/** WCAG 2.2, contrast ratio. */
function contrast(one: number[], other: number[]): number {
  const [a = 0, b = 0] = [one, other].map((channels) => {
    const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
      const share = channel / 255;
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}
