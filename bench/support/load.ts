import { Pool } from 'undici';

/** A request that is repeated. */
export interface Target {
  origin: string;
  path: string;
  headers?: Record<string, string>;
  body: string;
  /** Returns the body of the next request, if bodies differ. */
  nextBody?: () => string;
  /** Text that every response must contain, so that failures are not measured as fast calls */
  expects: string;
}

/** Sends `count` requests, `concurrency` at a time. @returns seconds @throws {Error} at the first unexpected response */
export async function load(target: Target, count: number, concurrency: number): Promise<number> {
  const pool = new Pool(target.origin, { connections: concurrency, pipelining: 1 });
  const headers = { 'content-type': 'application/json', ...target.headers };
  let left = count;
  const one = async () => {
    while (left-- > 0) {
      const body = target.nextBody?.() ?? target.body;
      const answer = await pool.request({ method: 'POST', path: target.path, headers, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || !text.includes(target.expects)) {
        throw new Error(`${target.path} answered ${answer.statusCode}: ${text.slice(0, 500)}`);
      }
    }
  };
  const start = performance.now();
  try {
    await Promise.all(Array.from({ length: concurrency }, one));
    return (performance.now() - start) / 1000;
  } finally {
    await pool.destroy();
  }
}
