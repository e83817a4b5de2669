/**
 * Runs every suite that can run here. The unit specs and the end-to-end suites on SQLite need nothing; what the others
 * want is a running server, named in the environment, or a program. Further arguments go to Jest.
 *
 *   TEST_MARIADB_URL=mysql://root:…@127.0.0.1:PORT   end-to-end suites on MariaDB
 *   TEST_REDIS_URL=redis://127.0.0.1:PORT            suites that share a Redis
 *   TEST_CHROMIUM=/path/to/chromium                  suites in a browser, where it is not on the PATH
 *   TEST_REQUIRE=mariadb,redis,glewlwyd,chromium     a missing one is an error
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const wants = {
  mariadb: { suites: 'end-to-end on MariaDB', missing: await whyNotMariaDb(), project: 'mariadb' },
  redis: { suites: 'Redis suites', missing: await whyNotRedis(), variable: 'TEST_REDIS_URL' },
  glewlwyd: { suites: 'glewlwyd', missing: whyNotInstalled('glewlwyd'), project: 'glewlwyd' },
  chromium: { suites: 'in a browser', missing: whyNotChromium(), project: 'browser' },
};

process.exitCode = await main();

async function main() {
  const required = (process.env.TEST_REQUIRE ?? '').split(',').map((name) => name.trim());
  const unknown = required.filter((name) => name && !(name in wants));
  const absent = Object.entries(wants).filter(([name, { missing }]) => missing && required.includes(name));
  if (unknown.length + absent.length > 0) {
    for (const name of unknown) console.error(`TEST_REQUIRE names "${name}", which is none of ${Object.keys(wants)}`);
    for (const [name, { missing }] of absent) console.error(`TEST_REQUIRE names ${name}: ${missing}`);
    return 1;
  }

  const missing = Object.values(wants).filter((want) => want.missing);
  if (missing.length > 0)
    console.log(`skipped: ${missing.map((want) => `${want.suites} (${want.missing})`).join(', ')}`);

  if (!wants.chromium.missing) {
    // What the browser is shown is what is built.
    const status = await run([join(root, 'scripts/build-console.mjs')], process.env);
    if (status !== 0) return status;
  }

  const report = await runJest();
  if (!report.results) return report.status || 1;
  const { numPassedTests: passed, numPendingTests, numTodoTests } = report.results;
  // A suite that does not even load has no tests that could have failed.
  const failed = report.results.numFailedTests + report.results.numRuntimeErrorTestSuites;
  console.log(`${passed} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
  return report.status || (passed + failed === 0 ? 1 : 0);
}

/** Jest prints as always and writes its numbers to a file that is read afterwards. */
async function runJest() {
  const projects = [
    'unit',
    'sqlite',
    ...Object.values(wants).flatMap((want) => (want.missing ? [] : (want.project ?? []))),
  ];
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const file = join(folder, 'results.json');
  const env = { ...process.env };
  // A server that does not answer is no server: its suites skip themselves when they see no address.
  for (const { variable, missing } of Object.values(wants)) if (variable && missing) delete env[variable];
  try {
    const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${file}`];
    const given = process.argv.slice(2);
    const options = given.includes('--selectProjects') ? given : [...given, '--selectProjects', ...projects];
    const status = await run(
      ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', ...jest, ...options],
      env,
    );
    return { status, results: readResults(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs Node with the output of the child as ours, and hands on a request to end. */
function run(args, env) {
  return new Promise((resolve, reject) => {
    // With --json Jest prints the JSON on standard output unless there is a file; all else goes to standard error.
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (status) => resolve(status ?? 1));
  });
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function whyNotMariaDb() {
  const url = process.env.TEST_MARIADB_URL;
  if (!url) return 'set TEST_MARIADB_URL';
  // The server speaks first (protocol version 10); one that refuses the connection says so with an error packet, 0xff.
  const greeting = await firstBytes(url, 3306);
  return greeting?.[4] === 10 ? undefined : 'TEST_MARIADB_URL does not answer as MariaDB';
}

async function whyNotRedis() {
  const url = process.env.TEST_REDIS_URL;
  if (!url) return 'set TEST_REDIS_URL';
  // Any reply will do: one that wants a password answers PING with -NOAUTH.
  const reply = await firstBytes(url, 6379, 'PING\r\n');
  return reply && /^[+-]/.test(reply.toString('latin1')) ? undefined : 'TEST_REDIS_URL does not answer as Redis';
}

function whyNotChromium() {
  return process.env.TEST_CHROMIUM ? whyNotProgram(process.env.TEST_CHROMIUM) : whyNotInstalled('chromium');
}

function whyNotInstalled(name) {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.some((place) => whyNotProgram(place) === undefined) ? undefined : 'not installed';
}

function whyNotProgram(place) {
  try {
    accessSync(place, constants.X_OK);
    return undefined;
  } catch {
    return `${place} is no program`;
  }
}

/** The first bytes that a server sends, `undefined` when it sends none within two seconds. */
function firstBytes(url, defaultPort, message) {
  if (!URL.canParse(url)) return undefined;
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) || defaultPort, timeout: 2000 });
    const finish = (bytes) => {
      socket.destroy();
      resolve(bytes);
    };
    socket.once('connect', () => message && socket.write(message));
    socket.once('data', finish);
    for (const event of ['timeout', 'error', 'end']) socket.once(event, () => finish(undefined));
  });
}
