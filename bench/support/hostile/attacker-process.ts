import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { Pool } from 'undici';

/** A body that is built in the attacker's process: `head`, `times` copies of `repeat`, `tail`. */
export interface BodyPlan {
  head?: string;
  repeat?: string;
  times?: number;
  tail?: string;
}

export interface AttackRequest {
  method?: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  body?: BodyPlan;
  /** Sends the body one byte at a time, with this pause. */
  dripMs?: number;
}

/** What many concurrent attackers repeat; attacker n begins with request n. */
export interface AttackPlan {
  attackers: number;
  /** Pause between a response and the next request of an attacker. */
  pauseMs: number;
  requests: AttackRequest[];
}

// A document may be longer than a variable of the environment can be.
const plan = JSON.parse(readFileSync('attack.json', 'utf8')) as AttackPlan & { origin: string };
const pool = new Pool(plan.origin, { connections: plan.attackers, pipelining: 1, bodyTimeout: 0, headersTimeout: 0 });
const requests = plan.requests.map((request) => ({ ...request, text: build(request.body) }));
const outcomes: Record<string, number> = {};
const stopped = new AbortController();

function build({ head = '', repeat = '', times = 0, tail = '' }: BodyPlan = {}): Buffer {
  return Buffer.from(head + repeat.repeat(times) + tail);
}

async function* drip(bytes: Buffer, ms: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 1) {
    yield bytes.subarray(at, at + 1);
    await pause(ms);
  }
}

async function send({ method = 'POST', path, headers, text, dripMs }: (typeof requests)[number]): Promise<string> {
  const answer = await pool.request({
    method,
    path,
    headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...headers },
    ...(method === 'POST' && { body: dripMs === undefined ? text : Readable.from(drip(text, dripMs)) }),
  });
  const body = await answer.body.text();
  return `${answer.statusCode}${/"(?:code|outcome)":"(\w+)"/.exec(body)?.[1]?.replace(/^/, ' ') ?? ''}`;
}

async function attacker(index: number): Promise<void> {
  for (let round = index; !stopped.signal.aborted; round += 1) {
    const request = requests[round % requests.length] as (typeof requests)[number];
    const outcome = await send(request).catch(() => 'connection closed');
    if (!stopped.signal.aborted) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    await pause(plan.pauseMs);
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
await Promise.all(Array.from({ length: plan.attackers }, (_, index) => attacker(index)));
