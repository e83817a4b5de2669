/**
 * Runs every suite that this machine can run. The unit suites and the end-to-end suites on SQLite need nothing; the others need a
 * server, named in the environment, or a program. Further arguments are passed to Jest.
 *
 *   TEST_MARIADB_URL=mysql://root:…@127.0.0.1:PORT   end-to-end suites on MariaDB
 *   TEST_MYSQL_URL=mysql://root:…@127.0.0.1:PORT     end-to-end suites on MySQL
 *   TEST_REDIS_URL=redis://127.0.0.1:PORT            suites that share a Redis
 *   TEST_CHROMIUM=/path/to/chromium                  suites in a browser, if neither chromium-headless-shell nor chromium
 *                                                    is on the PATH
 *   TEST_REQUIRE=mariadb,mysql,redis,glewlwyd,doorkeeper,chromium,cluster
 *                                                    fails if one of these is missing
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Options of Node that Jest's processes and their threads inherit. */
const NODE_OPTIONS = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  `--import=${new URL('../test/support/jest/thread-loader.mjs', import.meta.url)}`,
];

process.env.TEST_CHROMIUM ||= installedPath('chromium-headless-shell') ?? installedPath('chromium') ?? '';

const prerequisites = {
  mariadb: { suites: 'end-to-end on MariaDB', missing: await checkDatabase('TEST_MARIADB_URL'), project: 'mariadb' },
  mysql: { suites: 'end-to-end on MySQL', missing: await checkDatabase('TEST_MYSQL_URL'), project: 'mysql' },
  redis: { suites: 'Redis suites', missing: await checkRedis(), variable: 'TEST_REDIS_URL' },
  glewlwyd: { suites: 'glewlwyd', missing: checkInstalled('glewlwyd'), project: 'glewlwyd' },
  doorkeeper: { suites: 'doorkeeper', missing: checkDoorkeeper(), project: 'doorkeeper' },
  chromium: { suites: 'in a browser', missing: checkChromium(), project: 'browser' },
  cluster: { suites: 'cluster', missing: checkCluster(), project: 'cluster' },
};

process.exitCode = await main();

async function main() {
  const errors = requirementErrors((process.env.TEST_REQUIRE ?? '').split(',').map((name) => name.trim()));
  if (errors.length > 0) {
    for (const error of errors) console.error(error);
    return 1;
  }

  const missing = Object.values(prerequisites).filter((prerequisite) => prerequisite.missing);
  if (missing.length > 0)
    console.log(`skipped: ${missing.map((each) => `${each.suites} (${each.missing})`).join(', ')}`);

  if (!prerequisites.chromium.missing) {
    // The browser suites open the built console.
    const status = await run([join(root, 'scripts/build-console.mjs')], process.env);
    if (status !== 0) return status;
  }

  const report = await runJest();
  if (!report.results) return report.status || 1;
  const { numPassedTests: passed, numPendingTests, numTodoTests } = report.results;
  // A suite that fails to load reports no failed tests.
  const failed = report.results.numFailedTests + report.results.numRuntimeErrorTestSuites;
  console.log(`${passed} passed, ${failed} failed, ${numPendingTests + numTodoTests} skipped`);
  return report.status || (passed + failed === 0 ? 1 : 0);
}

function requirementErrors(required) {
  return required.filter(Boolean).flatMap((name) => {
    if (!Object.hasOwn(prerequisites, name)) {
      return [`TEST_REQUIRE: "${name}" must be one of ${Object.keys(prerequisites).join(', ')}`];
    }
    const { missing } = prerequisites[name];
    return missing ? [`TEST_REQUIRE: ${name} is required: ${missing}`] : [];
  });
}

/** Runs Jest, which prints its report as usual and also writes its results to a file. */
async function runJest() {
  const available = Object.values(prerequisites).filter(({ missing, project }) => !missing && project);
  const projects = ['unit', 'sqlite', ...available.map(({ project }) => project)];
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const file = join(folder, 'results.json');
  const env = { ...process.env };
  // Suites skip themselves if they have no address of a server: those of a server that does not answer do so too.
  for (const { variable, missing } of Object.values(prerequisites)) if (variable && missing) delete env[variable];
  try {
    const jest = [join(root, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${file}`];
    const given = process.argv.slice(2);
    const options = given.includes('--selectProjects') ? given : [...given, '--selectProjects', ...projects];
    const status = await run([...NODE_OPTIONS, ...jest, ...options], env);
    return { status, results: readResults(file) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs Node with this process's output, and forwards signals to it. */
function run(args, env) {
  return new Promise((resolve, reject) => {
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

/* The checks return why something is missing, `undefined` if it is there. */

async function checkDatabase(variable) {
  const url = process.env[variable];
  if (!url) return `set ${variable}`;
  // The server sends the first packet: protocol version 10, or 0xff if it refuses the connection.
  const greeting = await firstBytes(url, 3306);
  return greeting?.[4] === 10 ? undefined : `${variable} does not answer as MariaDB or MySQL`;
}

async function checkRedis() {
  const url = process.env.TEST_REDIS_URL;
  if (!url) return 'set TEST_REDIS_URL';
  // Any reply will do: a server that requires a password answers PING with -NOAUTH.
  const reply = await firstBytes(url, 6379, 'PING\r\n');
  return reply && /^[+-]/.test(reply.toString('latin1')) ? undefined : 'TEST_REDIS_URL does not answer as Redis';
}

function checkChromium() {
  return process.env.TEST_CHROMIUM ? checkExecutable(process.env.TEST_CHROMIUM) : 'not installed';
}

/** The cluster consists of servers that its suites start themselves. */
function checkCluster() {
  const programs = ['mariadbd', 'redis-server', 'nginx', 'rsync'].filter((program) => !installedPath(program));
  if (programs.length > 0) return `not installed: ${programs.join(', ')}`;
  return checkReadable('/usr/lib/galera/libgalera_smm.so');
}

function checkInstalled(program) {
  return installedPath(program) ? undefined : 'not installed';
}

/** Doorkeeper is a library of Ruby, so only Ruby can tell whether it is there. */
function checkDoorkeeper() {
  const libraries = ['rails', 'doorkeeper', 'puma', 'sqlite3'].map((name) => `-r${name}`);
  const { status } = spawnSync('ruby', [...libraries, '-e', ''], { stdio: 'ignore' });
  return status === 0 ? undefined : 'not installed';
}

function installedPath(program) {
  // Debian keeps servers in /usr/sbin, which may not be on the PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  const places = folders.map((folder) => join(folder, program));
  return places.find((place) => checkExecutable(place) === undefined);
}

function checkExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return undefined;
  } catch {
    return `${path} is not executable`;
  }
}

function checkReadable(path) {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch {
    return `${path} is missing`;
  }
}

/** Returns the first bytes that a server sends, `undefined` if it sends none within two seconds. */
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
