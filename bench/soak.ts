import { signInAsBrowser } from '../examples/notes-provider/browser.js';
import { startNotesProvider } from '../examples/notes-provider/index.js';
import type { Countersign } from './support/countersign.js';
import { load } from './support/load.js';
import { median } from './support/measure.js';
import { withScene } from './support/scene.js';
import { apiKeyTarget, oauthTarget } from './support/targets.js';

const DEFAULT_MINUTES = 10;
const SHORT_MINUTES = 0.75;

/** Short, so that tokens are refreshed all the time. */
const TOKEN_SECONDS = 20;

const SAMPLE_MS = 1000;

/** How much larger memory may be in the last fifth of the time than in the second one, in MiB. */
const MAX_GROWTH = 64;

/** The limit of resident memory, in MiB, which `docs/isolation.md` states. */
const MAX_MEMORY = 1280;

const MIN_MINUTES_TO_JUDGE = 5;

/** The kinds of work, with how often each was done. */
type Done = Record<string, number>;

/** Mixes all kinds of work for ten minutes, or for `--minutes=<number>`. Fails at the first error, or if memory grows. */
export async function benchSoak(): Promise<void> {
  const given = process.argv.find((argument) => argument.startsWith('--minutes='));
  await soak(given === undefined ? DEFAULT_MINUTES : Number(given.slice('--minutes='.length)));
}

export async function benchSoakShort(): Promise<void> {
  await soak(SHORT_MINUTES);
}

async function soak(minutes: number): Promise<void> {
  const provider = await startNotesProvider({ accessTokenTtl: TOKEN_SECONDS });
  try {
    await withScene(async ({ countersign, upstreamUrl }) => {
      const simple = await apiKeyTarget(countersign, upstreamUrl);
      const oauth = await oauthTarget(countersign, upstreamUrl, provider);
      const { admin } = await countersign.tenant();
      const end = Date.now() + minutes * 60_000;
      const done: Done = {};
      const memory: number[] = [];
      const repeat = async (kind: string, pauseMs: number, work: (round: number) => Promise<unknown>) => {
        for (let round = 1; Date.now() < end; round++) {
          await work(round);
          done[kind] = round;
          await new Promise((resolve) => setTimeout(resolve, pauseMs));
        }
      };
      await Promise.all([
        repeat('100 calls with an API key', 10, () => load(simple, 100, 4)),
        repeat('20 calls of a user', 10, () => load(oauth, 20, 2)),
        repeat('sign-ins', 200, (round) => signIn(countersign, oauth, `user-${round}`)),
        repeat('configuration changes', 500, () => changeConfiguration(countersign, admin, upstreamUrl)),
        repeat('rotations', 2000, (round) => rotate(countersign, round % 2 === 0 ? 'kek' : 'data')),
        repeat('samples of memory', SAMPLE_MS, async () => memory.push(await residentMemory(countersign))),
      ]);
      const refreshed = await countersign.metric('countersign_token_refreshes_total{result="renewed"}');
      report(minutes, { ...done, refreshes: refreshed }, memory);
    });
  } finally {
    await provider.close();
  }
}

async function signIn(
  countersign: Countersign,
  { path, headers, body }: Awaited<ReturnType<typeof oauthTarget>>,
  user: string,
): Promise<void> {
  const call = { ...(JSON.parse(body) as object), user };
  const key = headers?.['x-api-key'] ?? '';
  const { sign_in } = await countersign.post<{ sign_in: { url: string } }>(path, key, call);
  await signInAsBrowser(sign_in, user);
}

async function changeConfiguration(countersign: Countersign, admin: string, upstreamUrl: string): Promise<void> {
  const { id } = await countersign.post<{ id: string }>('/v1/gpts', admin, { name: 'Short-lived' });
  const responses = { 200: { description: 'Figures' } };
  const openapi = {
    openapi: '3.1.0',
    info: { title: 'Short-lived', version: '1' },
    servers: [{ url: upstreamUrl }],
    paths: { '/stats': { get: { operationId: 'getStatistics', responses } } },
  };
  const auth = { type: 'api_key', auth_type: 'bearer', api_key: 'bench-key' };
  await countersign.post(`/v1/gpts/${id}/actions`, admin, { openapi, auth });
  const body = { operation_id: 'getStatistics' };
  const key = await countersign.post<{ id: string; key: string }>('/v1/keys', admin, { role: 'runtime', name: 'soak' });
  await countersign.post(`/v1/gpts/${id}/call`, key.key, body);
  await countersign.delete(`/v1/keys/${key.id}`, admin);
  await countersign.delete(`/v1/gpts/${id}`, admin);
}

async function rotate(countersign: Countersign, scope: 'kek' | 'data'): Promise<void> {
  await countersign.postAsOperator('/v1/vault/rotations', { scope });
}

async function residentMemory(countersign: Countersign): Promise<number> {
  return (await countersign.metric('countersign_process_resident_memory_bytes')) / 1_048_576;
}

function report(minutes: number, done: Done, memory: number[]): void {
  console.log(`\nMixed work for ${minutes} minutes, without an error\n`);
  for (const [kind, count] of Object.entries(done)) console.log(`${kind.padEnd(28)}${String(count).padStart(8)}`);
  const fifth = (index: number) =>
    median(memory.slice(Math.floor((memory.length * index) / 5), Math.floor((memory.length * (index + 1)) / 5)));
  const fifths = [0, 1, 2, 3, 4].map(fifth);
  const isFlat = (fifths[4] ?? Infinity) - (fifths[1] ?? 0) <= MAX_GROWTH;
  const peak = Math.max(...memory);
  console.log(
    `\nResident memory in MiB: median of each fifth ${fifths.map((mib) => mib.toFixed(0)).join(', ')}; peak ${peak.toFixed(0)}`,
  );
  // The heap takes minutes to reach its size.
  const isGood = peak <= MAX_MEMORY && (isFlat || minutes < MIN_MINUTES_TO_JUDGE);
  console.log(
    isGood ? 'Memory is bounded.' : `Memory grew by more than ${MAX_GROWTH} MiB, or beyond ${MAX_MEMORY} MiB.`,
  );
  if (!isGood) process.exitCode = 1;
}
