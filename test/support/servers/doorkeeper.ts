import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from '../../../examples/notes-provider/browser.js';
import type { RealServer, RegisteredClient } from './real-server.js';

const PROGRAM = 'test/support/servers/doorkeeper.rb';

/** Starts Doorkeeper in a Rails application. Refresh tokens work once. */
export async function startDoorkeeper(): Promise<RealServer> {
  const folder = mkdtempSync(join(tmpdir(), 'doorkeeper-'));
  const child = spawn('ruby', [PROGRAM, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const lines = createInterface(child.stdout);
  const [port] = await Promise.race([
    once(lines, 'line'),
    exited.then(([code]) => Promise.reject(new Error(`Doorkeeper did not start (exit code ${code})`))),
  ]);
  lines.close();
  const url = `http://127.0.0.1:${port}`;
  return {
    authorizationUrl: `${url}/oauth/authorize`,
    tokenUrl: `${url}/oauth/token`,
    revocationUrl: `${url}/oauth/revoke`,
    userinfoUrl: `${url}/userinfo`,
    scope: 'notes',
    async registerClient(redirect_uri, isPublic = false) {
      const body = new URLSearchParams({ redirect_uri, confidential: String(!isPublic) });
      return (await (await fetch(`${url}/clients`, { method: 'POST', body })).json()) as RegisteredClient;
    },
    async open(browser, authorizationUrl) {
      await browser.get(authorizationUrl);
      await browser.submit({}, { button: 'Log in' });
    },
    approve: (browser, authorizationUrl) => choose(browser, authorizationUrl, 'Authorize'),
    deny: (browser, authorizationUrl) => choose(browser, authorizationUrl, 'Deny'),
    stop,
  };

  async function choose(browser: Browser, authorizationUrl: string, button: string): Promise<void> {
    await browser.get(authorizationUrl);
    await browser.submit({}, { button: 'Log in' });
    const form = browser.page.forms.find(({ buttons }) => buttons.some(({ label }) => label.includes(button)));
    if (form) await browser.submit({}, { form, button });
  }
}
