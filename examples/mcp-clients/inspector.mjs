/** The command line of the MCP Inspector. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, runProgram } from './check.mjs';
import { consentOnce } from './consent.mjs';
import { linkIn } from './sign-in.mjs';

const INSPECTOR = '@modelcontextprotocol/inspector/clients/launcher/build/index.js';

/** The exit code of a call whose result is an error. */
const IS_ERROR = 5;

/** @param access how to reach a GPT whose users sign in. @param authorized a GPT with an authorization server */
export async function checkInspector(access, countersign, authorized) {
  // It keeps settings in the user's home.
  const home = await mkdtemp(join(tmpdir(), 'countersign-inspector-'));
  const inspect = (args, onOutput) => runInspector(home, args, onOutput);
  try {
    for (const era of ['legacy', 'modern'])
      await check(`inspector, ${era}: lists tools, calls one, and prints a sign-in link`, () =>
        callTools(inspect, access, era),
      );
    await check('inspector: gets an access token of the authorization server', () =>
      authorize(inspect, countersign, authorized),
    );
  } finally {
    await rm(home, { recursive: true });
  }
}

async function callTools(inspect, { url, token }, era) {
  const options = ['--protocol-era', era, '--header', `Authorization: Bearer ${token}`];
  const request = (...method) => inspect([url, ...options, '--method', ...method]);
  const listed = await request('tools/list', '--strict');
  assert.equal(listed.code, 0, listed.stderr);
  const names = listed.result.tools.map(({ name }) => name);
  assert.ok(names.includes('listNotes'), names.join());

  const called = await request('tools/call', '--tool-name', 'aboutNotes');
  assert.equal(called.code, 0, called.stderr);
  assert.match(called.result.content[0].text, /notes/i);

  const refused = await request('tools/call', '--tool-name', 'listNotes');
  assert.equal(refused.code, IS_ERROR, refused.stderr);
  linkIn(refused.result.content[0].text);
  return `${names.length} tools`;
}

/** Registers a client, has its user consent, and lists tools with the access token. */
async function authorize(inspect, countersign, gpt) {
  const options = ['--callback-url', 'http://127.0.0.1:0/oauth/callback', '--method', 'tools/list'];
  const { code, stderr, result } = await inspect([gpt.url, ...options], consentOnce(countersign, gpt));
  assert.equal(code, 0, stderr);
  assert.ok(result.tools.length > 0);
}

async function runInspector(home, args, onOutput) {
  // It prints the URL of an authorization request only if it may try to open a browser.
  const env = { HOME: home, MCP_AUTO_OPEN_ENABLED: 'true', MCP_INSPECTOR_SECRET_STORE: 'memory' };
  const all = ['--cli', ...args, '--transport', 'http'];
  const { code, stdout, stderr } = await runProgram(INSPECTOR, all, { env, onOutput });
  return { code, stderr, result: stdout.trim() === '' ? undefined : JSON.parse(stdout) };
}
