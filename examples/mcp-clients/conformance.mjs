/** The official conformance suite, as a client of the endpoint and of its authorization server. */
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startAuthenticatingProxy } from './authenticating-proxy.mjs';
import { check, runProgram } from './check.mjs';
import { consentOnce } from './consent.mjs';

const SUITE = '@modelcontextprotocol/conformance/dist/index.js';
const EXPECTED_FAILURES = fileURLToPath(new URL('expected-failures.yml', import.meta.url));

/** Scenarios that a run of a revision's requirements reports without judging them. */
const ALSO_REQUIRED = {
  '2025-11-25': ['server-session-lifecycle'],
  '2026-07-28': ['http-header-validation'],
};

/** Checks an endpoint. A failure that is not expected is a failure, and so is an expected one that does not occur. */
export async function checkEndpoint(access) {
  const proxy = await startAuthenticatingProxy(access);
  try {
    for (const [revision, scenarios] of Object.entries(ALSO_REQUIRED)) {
      await check(`conformance: requirements of ${revision}`, async () => {
        const options = ['--requirements', revision, '--expected-failures', EXPECTED_FAILURES];
        const output = await runSuite(['server', '--url', proxy.url, ...options]);
        const [passed, expected] = [/^✓ .* passed, 0 failed$/gm, /^ {2}~ /gm].map((line) => output.match(line)?.length);
        return `${passed} scenarios pass, ${expected} checks fail as expected`;
      });
      for (const scenario of scenarios)
        await check(`conformance: ${scenario} of ${revision}`, async () => {
          const output = await runSuite([
            'server',
            '--url',
            proxy.url,
            '--scenario',
            scenario,
            '--spec-version',
            revision,
          ]);
          return /Passed: .*/.exec(output)?.[0];
        });
    }
  } finally {
    await proxy.stop();
  }
}

/** Checks the authorization server of a GPT: its metadata, and an authorization whose user consents. */
export function checkAuthorizationServer(countersign, gpt) {
  return check('conformance: authorization server', async () => {
    const port = await freePort();
    const { client_id: clientId } = await countersign.send('POST', new URL(`${gpt.url}/register`).pathname, '', {
      client_name: 'Conformance suite',
      redirect_uris: [`http://127.0.0.1:${port}/callback`],
    });
    const options = ['--client-id', clientId, '--port', String(port), '--resource', gpt.url];
    const output = await runSuite(['authorization', '--url', gpt.url, ...options], consentOnce(countersign, gpt));
    return `${output.match(/^✓ .* passed, 0 failed/gm)?.length} scenarios pass`;
  });
}

/** The client scenarios of the suite, by revision. Scenarios of extensions are reported and not judged. */
const CLIENT_REVISIONS = ['2025-11-25', '2026-07-28'];

/** The suite runs its client scenarios all at once, which takes long on a busy machine. */
const CLIENT_TIMEOUT_MS = 90_000;

/** Checks actions whose MCP servers are the suite's: the protocol, and how their users sign in. */
export async function checkActions({ url, operatorKey }) {
  const env = { COUNTERSIGN_URL: url, COUNTERSIGN_OPERATOR_KEY: operatorKey };
  const command = `${process.execPath} ${fileURLToPath(new URL('mcp-server-action.mjs', import.meta.url))}`;
  for (const revision of CLIENT_REVISIONS)
    await check(`conformance: MCP servers as actions, ${revision}`, async () => {
      const options = ['--requirements', revision, '--expected-failures', EXPECTED_FAILURES];
      const limit = ['--timeout', String(CLIENT_TIMEOUT_MS)];
      const output = await runSuite(['client', '--command', command, ...options, ...limit], undefined, env);
      return `${output.match(/^✓ .* passed, 0 failed$/gm)?.length} scenarios pass`;
    });
}

async function runSuite(args, onOutput, env) {
  const { code, stdout, stderr } = await runProgram(SUITE, args, { onOutput, env });
  if (code !== 0) throw new Error(`the suite failed:\n${stdout}${stderr}`);
  return stdout;
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
