import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import type { TestApp } from '../app.js';
import { eventually } from '../eventually.js';

const SCREENSHOTS = fileURLToPath(new URL('../../../test-output/screenshots', import.meta.url));

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } };

/** The rules of WCAG 2.2, levels A and AA, and best practices. */
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Chromium without requests to its vendor's servers. */
export class ConsoleBrowser {
  private constructor(private readonly browser: Browser) {}

  static async start(): Promise<ConsoleBrowser> {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
    args.push('--disable-component-update', '--disable-sync', '--no-first-run');
    return new ConsoleBrowser(await chromium.launch({ executablePath: process.env['TEST_CHROMIUM'], args }));
  }

  /**
   * Opens a new browser context without cookies.
   *
   * @param hosts origins besides the app's that pages may request, such as a provider's
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

/** How a page is shown. */
interface Variant {
  colorScheme: 'light' | 'dark';
  size: string;
}

export interface VisitorOptions {
  hosts?: string[];
  javaScript?: boolean;
}

/** A user of a browser context. */
export class Visitor {
  /** Errors of pages, of the browser's console, and requests to other origins. Must be empty at the end of each test. */
  readonly errors: string[] = [];
  /** Messages of the browser's console that a test provokes, such as those about error responses. */
  readonly expectedErrors: RegExp[] = [];

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
        this.errors.push(`request to ${request.url()}`);
      }
    });
  }

  /** Opens the console and signs in. */
  async signsIn(key: string, path = '/console/'): Promise<Page> {
    await this.page.goto(path);
    await this.page.getByRole('textbox', { name: 'API key' }).fill(key);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
    await this.page.getByRole('button', { name: 'Sign out' }).waitFor();
    return this.page;
  }

  /**
   * Checks a page with axe-core in light and dark, on a desktop and a phone, and on a desktop also with the pointer on table rows. In the
   * dark, only the contrast is checked again: nothing else depends on the color scheme. Takes screenshots.
   *
   * @returns the serious findings; empty if the page is accessible
   */
  async accessibilityFindings(name: string, page = this.page): Promise<string[]> {
    const findings: string[] = [];
    await this.takeScreenshots(name, page, async ({ colorScheme, size }) => {
      const variant = `${colorScheme} ${size}`;
      const rules = colorScheme === 'light' ? AXE_TAGS : ['color-contrast'];
      findings.push(...(await seriousFindings(page, ':root', rules)).map((finding) => `${variant}: ${finding}`));
      const hovered = size === 'desktop' ? await findingsUnderPointer(page) : [];
      findings.push(...hovered.map((finding) => `${variant}, under the pointer: ${finding}`));
      if (await isWiderThanItsWindow(page)) findings.push(`${variant}: the page scrolls sideways`);
    });
    return findings;
  }

  /** Takes screenshots of a page in light and dark, on a desktop and a phone. @param inspect called for each variant */
  async takeScreenshots(name: string, page = this.page, inspect?: (variant: Variant) => Promise<void>): Promise<void> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    // Nothing should be hovered.
    await page.mouse.move(0, 0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const [size, viewport] of Object.entries(SIZES)) {
        await page.setViewportSize(viewport);
        await settled(page);
        await page.screenshot({ path: join(SCREENSHOTS, `${name}-${colorScheme}-${size}.png`), fullPage: true });
        await inspect?.({ colorScheme, size });
      }
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize(SIZES.desktop);
  }

  async leaves(): Promise<void> {
    await this.context.close();
  }

  private watch(page: Page): void {
    page.on('pageerror', (error) => this.errors.push(`page error: ${error.message}`));
    page.on('console', (message) => {
      const text = `${message.text()} ${message.location().url}`;
      const isError = ['error', 'warning'].includes(message.type());
      if (isError && !this.expectedErrors.some((each) => each.test(text))) this.errors.push(text);
    });
  }
}

/** Waits until fonts are loaded and all finite animations have ended. */
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

/** The number of rows that are checked under the pointer. */
const ROWS_UNDER_POINTER = 4;

/** Checks the contrast of hovered table rows, unless something covers them. */
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
 * @param part a selector of the checked part
 * @param runOnly tags or names of rules
 */
async function seriousFindings(page: Page, part: string, runOnly: string[]): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    `axe.run(${JSON.stringify(part)}, { runOnly: ${JSON.stringify(runOnly)}, resultTypes: ['violations'] })`,
  )) as AxeResults;
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`));
}

/** Waits until the console's caches do not contain a secret. They drop entries shortly after their components have been unmounted. */
export async function waitUntilUncached(page: Page, secret: string): Promise<void> {
  const isCached = async () => (await cachedText(page)).includes(secret);
  await eventually(isCached, (cached) => !cached);
}

/** The content of the console's query and mutation caches. It is found through React's root, as the console does not expose it. */
export function cachedText(page: Page): Promise<string> {
  return page.evaluate(`(() => {
    const root = document.getElementById('root');
    const queue = [root[Object.keys(root).find((name) => name.startsWith('__reactContainer'))]];
    for (let fiber = queue.pop(); fiber; fiber = queue.pop()) {
      const client = fiber.memoizedProps?.client;
      if (client?.getQueryCache) {
        const entries = [client.getQueryCache(), client.getMutationCache()].flatMap((cache) => cache.getAll());
        return JSON.stringify(entries.map(({ state }) => state));
      }
      queue.push(...[fiber.sibling, fiber.child].filter(Boolean));
    }
    throw new Error('no query client found');
  })()`);
}
