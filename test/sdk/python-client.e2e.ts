// Runs once: the database takes no part in what this suite tests.
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Browser } from '../../examples/notes-provider/browser.js';
import { OAuthWorld } from '../support/oauth-world.js';

const FOLDER = fileURLToPath(new URL('../../clients/python', import.meta.url));

let world: OAuthWorld;
let person: Server;

beforeAll(async () => {
  world = await OAuthWorld.start();
  person = createServer((request, response) => {
    request.setEncoding('utf8').once('data', (body: string) => {
      const { url, ending } = JSON.parse(body) as { url: string; ending: string };
      void opensTheLink(url, ending).then(() => response.end());
    });
  });
  await new Promise<void>((resolve) => person.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  person.closeAllConnections();
  await new Promise((resolve) => person.close(resolve));
  await world.stop();
});

beforeEach(() => world.reset());

/** A person with a browser, who signs in or says no to the provider. */
async function opensTheLink(url: string, ending: string): Promise<void> {
  if (ending === 'cancels') world.provider.simulate('access denied');
  const browser = new Browser();
  await browser.get(url);
  await browser.submit();
  world.reset();
}

function runTests(environment: Record<string, string>): Promise<{ status: number | null; output: string }> {
  const child = spawn('python3', ['-B', '-W', 'error', '-m', 'unittest', '--verbose'], {
    cwd: FOLDER,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, output }));
  });
}

it('passes the tests of the Python client', async () => {
  const { gpt, action } = await world.notesGpt();
  const { status, output } = await runTests({
    COUNTERSIGN_URL: world.app.url,
    COUNTERSIGN_KEY: gpt.tenant.runtime.key ?? '',
    COUNTERSIGN_GPT: gpt.id,
    COUNTERSIGN_ACTION: action.id,
    COUNTERSIGN_BROWSER: `http://127.0.0.1:${(person.address() as AddressInfo).port}/`,
  });
  expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/Ran \d+ tests[^]*\nOK\n$/) });
});
