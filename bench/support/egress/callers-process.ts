import { Pool } from 'undici';

/** The calls of many concurrent callers; caller n sends body n. */
export interface CallerPlan {
  origin: string;
  path: string;
  key: string;
  bodies: string[];
  callers: number;
  /** Pause between a response and the next call of a caller. */
  pauseMs: number;
}

const { origin, path, key, bodies, callers, pauseMs } = JSON.parse(process.env['CALLER_PLAN'] ?? '') as CallerPlan;
const pool = new Pool(origin, { connections: callers, pipelining: 1, bodyTimeout: 0, headersTimeout: 0 });
const headers = { 'content-type': 'application/json', 'x-api-key': key };
const outcomes: Record<string, number> = {};
const stopped = new AbortController();

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
  return `${response.status}${response.truncated ? ', truncated' : ''}${response.files.length > 0 ? ', with files' : ''}`;
}

async function caller(index: number): Promise<void> {
  await pause((pauseMs * index) / callers);
  while (!stopped.signal.aborted) {
    const outcome = await call(bodies[index % bodies.length]).catch((error: unknown) => `no answer: ${String(error)}`);
    if (!stopped.signal.aborted) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    await pause(pauseMs);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Stops and reports the outcomes. */
process.on('message', () => {
  stopped.abort();
  process.send?.(outcomes);
});
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
