import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { TestApp } from '../app.js';

const SCREENSHOTS = fileURLToPath(new URL('../../../test-output/screenshots', import.meta.url));

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** Rules of WCAG 2.2, levels A and AA, and what every page should have. */
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Debian's Chromium, without what it would ask of its maker's servers. */
export class ConsoleBrowser {
  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<ConsoleBrowser> {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
    args.push('--disable-component-update', '--disable-sync', '--no-first-run');
    const executablePath = process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium';
    return new ConsoleBrowser(await chromium.launch({ executablePath, args }));
  }

  /**
   * A browser of somebody's own: no cookies yet.
   *
   * @param hosts origins besides the app's that its pages may lead to, such as a provider's
   */
  async visitor(app: Pick<TestApp, 'url'>, { hosts = [], javaScript = true }: VisitorOptions = {}): Promise<Visitor> {
    const context = await this.browser.newContext({
      baseURL: app.url,
      viewport: SIZES.desktop,
      javaScriptEnabled: javaScript,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.setDefaultTimeout(15_000);
    return new Visitor(context, await context.newPage(), [new URL(app.url).origin, ...hosts]);
  }

  stop(): Promise<void> {
    return this.browser.close();
  }
}

interface VisitorOptions {
  hosts?: string[];
  javaScript?: boolean;
}

/** Somebody at a browser, and what went wrong in it. */
export class Visitor {
  /** Errors of pages and of their console, and requests to where none may go. Read at the end of a test: it must be empty. */
  readonly troubles: string[] = [];
  /** Answers that a test provokes: the browser's console tells of each. */
  readonly expected: RegExp[] = [];

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly origins: string[],
  ) {
    context.on('page', (other) => this.watch(other));
    this.watch(page);
    context.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && !this.origins.includes(origin)) {
        this.troubles.push(`a request to ${request.url()}`);
      }
    });
  }

  /** Opens the console and signs in. */
  async signsIn(key: string, path = '/console/'): Promise<Page> {
    await this.page.goto(path);
    await this.page.getByRole('textbox', { name: 'Key' }).fill(key);
    await this.page.getByRole('button', { name: 'Open the console' }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor();
    return this.page;
  }

  /**
   * Looks at a page as it is: what axe-core calls serious there, in light and dark, also of a row that the pointer is on; and keeps pictures of it on a desktop and a phone.
   *
   * @returns the findings, empty where all is well
   */
  async looksAt(name: string, page = this.page): Promise<string[]> {
    const findings: string[] = [];
    await this.pictures(name, page, async (look) => {
      findings.push(...(await seriousFindings(page)).map((finding) => `${look}: ${finding}`));
      findings.push(...(await findingsUnderPointer(page)).map((finding) => `${look}, under the pointer: ${finding}`));
      if (await isWiderThanItsWindow(page)) findings.push(`${look}: the page scrolls sideways`);
    });
    return findings;
  }

  /** Keeps pictures of a page in light and dark, on a desktop and a phone. @param also what else to do with each look */
  async pictures(name: string, page = this.page, also?: (look: string) => Promise<void>): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    // What happens to lie under the pointer would look otherwise than the rest.
    await page.mouse.move(0, 0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        await settled(page);
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${size}.png`), fullPage: true });
        await also?.(`${colorScheme} ${size}`);
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(SIZES.desktop);
  }

  async leaves(): Promise<void> {
    await this.context.close();
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.troubles.push(`an error in a page: ${error.message}`));
    page.on('console', (message) => {
      const text = `${message.text()} ${message.location().url}`;
      const isTrouble = ['error', 'warning'].includes(message.type());
      if (isTrouble && !this.expected.some((each) => each.test(text))) this.troubles.push(text);
    });
  }
}

/** Fonts are there, and nothing moves any more, but for what turns for as long as something is waited for. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`document.fonts.ready.then(() => {
    const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity);
    return Promise.allSettled(ending.map(({ finished }) => finished)).then(() => 0);
  })`);
}

function isWiderThanItsWindow(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth + 1');
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[];
}

/** Rows that are looked at under the pointer: in a longer table they repeat. */
const ROWS_UNDER_POINTER = 4;

/** A row changes its colour under the pointer, and what it says must be read still. None where something lies over the rows. */
async function findingsUnderPointer(page: Page): Promise<string[]> {
  const findings: string[] = [];
  for (const row of (await page.locator('tbody tr').all()).slice(0, ROWS_UNDER_POINTER)) {
    const box = await row.boundingBox();
    if (!box) continue;
    await page.mouse.move(box.x + 4, box.y + box.height / 2);
    await settled(page);
    if ((await page.locator('tbody tr:hover').count()) === 0) continue;
    findings.push(...(await seriousFindings(page, 'tbody tr:hover', ['color-contrast'])));
  }
  await page.mouse.move(0, 0);
  return findings;
}

/**
 * @param part a selector of what is looked at
 * @param runOnly what axe-core looks for, by tags or by names of rules
 */
async function seriousFindings(page: Page, part = ':root', runOnly = AXE_TAGS): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    `axe.run(${JSON.stringify(part)}, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] })`,
  )) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}

/** All that the console's cache of answers and deeds holds, as text: read from React's own root, since the console hands it to nobody. */
export function cachedText(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const root = document.getElementById('root');
    const waiting = [root[Object.keys(root).find((name) => name.startsWith('__reactContainer'))]];
    for (let fiber = waiting.pop(); fiber; fiber = waiting.pop()) {
      const client = fiber.memoizedProps?.client;
      if (client?.getQueryCache) {
        const held = [client.getQueryCache(), client.getMutationCache()].flatMap((cache) => cache.getAll());
        return JSON.stringify(held.map(({ state }) => state));
      }
      waiting.push(...[fiber.sibling, fiber.child].filter(Boolean));
    }
    throw new Error('there is no cache');
  })()`);
}
