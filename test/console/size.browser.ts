import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';

const BUILT = fileURLToPath(new URL('../../dist/console', import.meta.url));
const ASSETS = join(BUILT, 'assets');

/** All scripts of the console together, compressed. */
const MOST_BYTES = 350 * 1024;

const files = (ending: string) => readdirSync(ASSETS).filter((name) => name.endsWith(ending));

describe('the files of the console', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });

  afterAll(() => app.stop());

  it('have less script than 350 KB, all pages together', () => {
    const sizes = files('.js.br').map((name) => statSync(join(ASSETS, name)).size);
    expect(sizes.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });

  it('are served compressed and kept by browsers; the page that names them is not', async () => {
    const [script = ''] = files('.js');
    const headers = { 'accept-encoding': 'br' };
    const file = await fetch(`${app.url}/console/assets/${script}`, { headers });
    expect(file.headers.get('content-encoding')).toBe('br');
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    const page = await fetch(`${app.url}/console/`);
    expect(page.headers.get('cache-control')).toBe('no-store');
  });

  it('name no other host but in texts, and hold no script in the page itself', () => {
    const page = readFileSync(join(BUILT, 'index.html'), 'utf8');
    expect(page).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(page.match(/<script/g)).toHaveLength(1);
  });

  it('are served under a policy with a nonce that is new each time, and no other source', async () => {
    const policies = await Promise.all(
      [1, 2].map(async () => (await fetch(`${app.url}/console/gpts`)).headers.get('content-security-policy') ?? ''),
    );
    expect(policies[0]).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[\w+/]{22}=='; /);
    expect(policies[0]).not.toMatch(/unsafe|https?:/);
    expect(policies[0]).not.toBe(policies[1]);
  });
});
