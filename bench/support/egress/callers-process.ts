import { Pool } from 'undici';

/** What is called, by many at once: each caller in turn takes its own of the bodies. */
export interface Calling {
  origin: string;
  path: string;
  key: string;
  bodies: string[];
  callers: number;
  /** Between the answer to a caller and its next call. */
  pauseMs: number;
}

const { origin, path, key, bodies, callers, pauseMs } = JSON.parse(process.env['CALLING'] ?? '') as Calling;
const pool = new Pool(origin, { connections: callers, pipelining: 1, bodyTimeout: 0, headersTimeout: 0 });
const headers = { 'content-type': 'application/json', 'x-api-key': key };
const outcomes: Record<string, number> = {};
const over = new AbortController();

interface Outcome {
  code?: string;
  outcome?: string;
  response?: { status: number; truncated: boolean; files: unknown[] };
}

async function call(body = ''): Promise<string> {
  const answer = await pool.request({ method: 'POST', path, headers, body });
  const { code, outcome, response } = (await answer.body.json()) as Outcome;
  if (code !== undefined) return `${answer.statusCode} ${code}`;
  if (response === undefined) return outcome ?? '';
  return `${response.status}${response.truncated ? ', cut' : ''}${response.files.length > 0 ? ', with files' : ''}`;
}

async function caller(index: number): Promise<void> {
  await pause((pauseMs * index) / callers);
  while (!over.signal.aborted) {
    const outcome = await call(bodies[index % bodies.length]).catch((error: unknown) => `no answer: ${String(error)}`);
    if (!over.signal.aborted) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    await pause(pauseMs);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Asked, it stops, and tells what was answered how often. */
process.on('message', () => {
  over.abort();
  process.send?.(outcomes);
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
