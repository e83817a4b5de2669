import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';

const BUILT = fileURLToPath(new URL('../../dist/console', import.meta.url));
const ASSETS = join(BUILT, 'assets');

/** The limit for all scripts of the console, compressed. */
const MAX_BYTES = 355_000;

interface Built {
  file: string;
  isEntry?: boolean;
  imports?: string[];
  dynamicImports?: string[];
}

const manifest = () => JSON.parse(readFileSync(join(BUILT, 'manifest.json'), 'utf8')) as Record<string, Built>;

/** The files that a module loads, statically and dynamically. The entry's dynamic imports are the pages: they are not followed. */
function filesOf(built: Record<string, Built>, name: string, found = new Set<string>()): Set<string> {
  const { file, isEntry, imports = [], dynamicImports = [] } = built[name] as Built;
  if (found.has(file)) return found;
  found.add(file);
  for (const next of isEntry ? imports : [...imports, ...dynamicImports]) filesOf(built, next, found);
  return found;
}

const bytesOf = (found: Set<string>) =>
  [...found]
    .filter((file) => file.endsWith('.js'))
    .reduce((sum, file) => sum + statSync(join(BUILT, `${file}.br`)).size, 0);

const files = (ending: string) => readdirSync(ASSETS).filter((name) => name.endsWith(ending));

describe('The console bundle', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  afterAll(() => app.stop());

  it('has at most 355 KB of compressed scripts, including all pages and the code editor', () => {
    const all = new Set(files('.js').map((name) => `assets/${name}`));
    expect(all.size).toBeGreaterThan(10);
    expect(bytesOf(all)).toBeLessThan(MAX_BYTES);
  });

  it('loads at most 300 KB of compressed scripts for any page', () => {
    const built = manifest();
    const entry = Object.keys(built).find((name) => built[name]?.isEntry) ?? '';
    const pages = built[entry]?.dynamicImports ?? [];
    expect(pages.length).toBeGreaterThan(10);
    const sizes = pages.map(
      (page) => [page, bytesOf(new Set([...filesOf(built, entry), ...filesOf(built, page)]))] as const,
    );
    expect(sizes.filter(([, bytes]) => bytes > 300_000)).toEqual([]);
    // The overview must not load the code editor.
    expect(sizes.find(([page]) => page.includes('overview-page'))?.[1]).toBeLessThan(MAX_BYTES / 2);
  });

  it('is served compressed and cached by browsers, except for the HTML page', async () => {
    const [script = ''] = files('.js');
    const headers = { 'accept-encoding': 'br' };
    const file = await fetch(`${app.url}/console/assets/${script}`, { headers });
    expect(file.headers.get('content-encoding')).toBe('br');
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const page = await fetch(`${app.url}/console/`);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('loads nothing from other hosts, and has no inline scripts', () => {
    const page = readFileSync(join(BUILT, 'index.html'), 'utf8');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('is served with a content security policy with a new nonce for each response', async () => {
    const policies = await Promise.all(
      [1, 2].map(async () => (await fetch(`${app.url}/console/gpts`)).headers.get('content-security-policy') ?? ''),
    );
    expect(policies[0]).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/]{22}=='; /);
    expect(policies[0]).not.toMatch(/unsafe|https?:/);
    expect(policies[0]).not.toBe(policies[1]);
  });
});
