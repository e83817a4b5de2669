import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const PATIENCE_MS = 30_000;

/** A Countersign of the demo's own: the built server, on a free port, with everything it keeps in a folder that goes with it. */
export interface DemoServer {
  url: string;
  operatorKey: string;
  logFile: string;
  stop(): Promise<void>;
}

/** @throws {Error} it did not come up; what it said is part of the message */
export async function startServer(): Promise<DemoServer> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-demo-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(folder, 'countersign.log');
  // In that folder: no .env and no data/ of the project is seen there.
  const child = spawn(process.execPath, [PROGRAM], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: String(port), EGRESS_ALLOW: '127.0.0.1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  child.stderr.pipe(log);
  const stop = async () => {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(url, child);
    return { url, operatorKey: readFileSync(join(folder, 'data/operator.key'), 'utf8').trim(), logFile, stop };
  } catch (error) {
    const said = readFileSync(logFile, 'utf8');
    await stop();
    throw new Error(`Countersign did not start:\n${said}`, { cause: error });
  }
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  for (;;) {
    if (child.exitCode !== null || patience.aborted) throw new Error('it is not up');
    const isReady = await fetch(`${url}/readyz`).then(
      ({ ok }) => ok,
      () => false, // not listening yet
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
