import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const START_TIMEOUT_MS = 30_000;

/** The demo's own Countersign: the built server on a free port, with its data in a temporary folder. */
export interface DemoServer {
  url: string;
  operatorKey: string;
  logFile: string;
  stop(): Promise<void>;
}

/** @throws {Error} the server did not start; the message includes its output */
export async function startServer(): Promise<DemoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(folder, 'countersign.log');
  // Runs in the temporary folder, so that it does not see the project's .env and data/.
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: String(port), EGRESS_ALLOW: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const stop = async () => {
    await stopProcess(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(url, child);
    return { url, operatorKey: readFileSync(join(folder, 'data/operator.key'), 'utf8').trim(), logFile, stop };
  } catch (error) {
    const output = readFileSync(logFile, 'utf8');
    await stop();
    throw new Error(`Countersign did not start:\n${output}`, { cause: error });
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const timeout = AbortSignal.timeout(START_TIMEOUT_MS);
  for (;;) {
    if (child.exitCode !== null || timeout.aborted) throw new Error('the server did not become ready');
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false, // not listening yet
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
