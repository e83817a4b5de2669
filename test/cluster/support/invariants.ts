import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '../../support/client.js';
import type { Scenario } from '../scenarios/scenario.js';
import { fullName, type LoadUser } from './population.js';
import { REPOSITORY } from './repository.js';
import { CALLBACK_TIMEOUT_MS, type Sample } from './recorder.js';
import type { World } from './world.js';

/** The number of checks of a promise, and its violations. */
export interface Finding {
  checked: number;
  violations: string[];
  /** Cases that the documentation names as exceptions. */
  excused: number;
}

export type Findings = Record<string, Finding>;

/** The limit of a call, and what a busy machine adds. */
const DEADLINE_MS = 12_000;

/** The limit of a callback, whose result is retried while the browser waits (docs/monitoring.md). */
const CALLBACK_MS = CALLBACK_TIMEOUT_MS - 1000;

const DOCUMENTED = new Set(['unavailable', 'credential_unavailable']);

/** How long everything may take to become as it should be once all faults are over: longer than a lease. */
const SETTLE_MS = 60_000;

/** Checks what the requests of the load show. */
export function checkSamples(
  world: World,
  { allowsNoFailure = false, allowsStaleReads = false }: Pick<Scenario, 'allowsNoFailure' | 'allowsStaleReads'>,
): Findings {
  const { samples } = world.recorder;
  const { stale, crossTenantReads, completedCalls } = world.load;
  const failures = samples.filter((sample) => isFailure(sample));
  const isInterrupted = (sample: Sample) => isExcused(world, sample);
  const undocumented = failures.filter((sample) => !isDocumented(sample));
  const late = samples.filter((sample) => sample.to - sample.from > limitOf(sample));
  return {
    'requests end by their deadline': finding(
      samples.length,
      late,
      (sample) => isInterrupted(sample) || isLateByPause(world, sample),
    ),
    'no failure but documented 503s': finding(samples.length, undocumented, isInterrupted),
    ...(allowsNoFailure && { 'no failed call': finding(samples.length, failures, isInterrupted) }),
    'no cross-tenant read': plain(
      completedCalls,
      crossTenantReads.map(({ what }) => what),
    ),
    ...(!allowsStaleReads && {
      'no stale read': plain(
        samples.length,
        stale.map(({ what }) => what),
      ),
    }),
  };
}

/** Checks that everything is there that a response has confirmed, and that all tokens are in use or revoked. */
export async function checkState(world: World): Promise<Findings> {
  const valid = world.ledger.validRefreshTokens();
  const unusable = await unusableConnections(world);
  const lost = [...world.load.lostConnections.map(({ user, reason }) => ({ user, reason })), ...unusable];
  const orphans = await orphanedTokens(world, valid);
  const { ledger, load } = world;
  const excusedUsers = lost.filter(({ user }) => ledger.isUserAtRisk(fullName(user)));
  const excusedTokens = orphans.filter((token) => ledger.isTokenAtRisk(token));
  const codes = ledger.usedTwice('code');
  const refreshes = ledger.usedTwice('refresh');
  const connections = lost.filter((each) => !excusedUsers.includes(each));
  return {
    'no refresh token lost': {
      checked: valid.length + ledger.count('refresh'),
      violations: [
        ...connections.map(({ user, reason }) => `${fullName(user)} has to sign in: ${reason}`),
        ...orphans
          .filter((token) => !excusedTokens.includes(token))
          .map((token) => `unused token of ${ledger.userOf(token)}`),
      ],
      excused: excusedUsers.length + excusedTokens.length,
    },
    'no refresh token used twice': {
      checked: ledger.count('refresh'),
      violations: refreshes.tokens.map((token) => `by ${ledger.userOf(token)}`),
      excused: refreshes.excused,
    },
    'codes used once': {
      checked: ledger.count('code'),
      violations: codes.tokens.map(() => 'a code was sent twice'),
      excused: codes.excused,
    },
    'nothing answered is missing': plain(load.acknowledged.length, await missing(world)),
    'the audit chain verifies': plain(1, await auditFaults(world)),
  };
}

function isFailure({ kind, status, code }: Sample): boolean {
  if (status === 0 || status >= 500) return true;
  // These are judged by what they should have found.
  const mayBeUnknown = ['read after write', 'intrusion', 'sign-in link', 'sign-in form', 'callback'];
  return status >= 400 && !mayBeUnknown.includes(kind) && code !== undefined;
}

function isDocumented({ status, code, isFromReplica }: Sample): boolean {
  // Pages have no code.
  return status === 503 && isFromReplica && (code === undefined || DOCUMENTED.has(code));
}

/**
 * Whether a replica that had the request was killed or paused meanwhile, or the load asked one itself, past the balancer, that did not run yet
 * or any more.
 */
function isExcused({ replicas }: Pick<World, 'replicas'>, sample: Sample): boolean {
  if (sample.isFromReplica) return false;
  const concerned = replicas.filter(({ port }) => sample.replicas.includes(`:${port}`));
  const isRefused = sample.status === 0 && sample.detail.includes('ECONNREFUSED');
  const times = concerned.flatMap(({ outages, restarts }) => [...outages, ...(isRefused ? restarts : [])]);
  return times.some(({ from, to }) => sample.from <= to && sample.to >= from);
}

function limitOf({ kind }: Sample): number {
  return kind === 'callback' ? CALLBACK_MS : DEADLINE_MS;
}

/** Whether a replica that was paused answered within the limit, apart from the time in which it was paused. */
function isLateByPause({ replicas }: Pick<World, 'replicas'>, sample: Sample): boolean {
  const { from, to } = sample;
  if (!sample.isFromReplica) return false;
  const outages = replicas.filter(({ port }) => sample.replicas.includes(`:${port}`)).flatMap((each) => each.outages);
  const pauses = outages.map((outage) => Math.max(0, Math.min(to, outage.to) - Math.max(from, outage.from)));
  return to - from - pauses.reduce((sum, ms) => sum + ms, 0) <= limitOf(sample);
}

function finding(checked: number, broken: Sample[], isExcepted: (sample: Sample) => boolean): Finding {
  const violations = broken.filter((sample) => !isExcepted(sample));
  return { checked, violations: violations.map(describeSample), excused: broken.length - violations.length };
}

function plain(checked: number, violations: string[]): Finding {
  return { checked, violations, excused: 0 };
}

function describeSample({ kind, from, to, status, code, replicas, detail }: Sample): string {
  return `${kind}: ${status} ${code ?? ''} after ${to - from} ms from ${replicas}: ${detail}`;
}

/** Returns the connected users who cannot call. */
async function unusableConnections(world: World): Promise<{ user: LoadUser; reason: string }[]> {
  const connected = world.tenants.flatMap(({ users }) => users).filter(({ state }) => state === 'connected');
  const lostBefore = new Set(world.load.lostConnections);
  const deadline = Date.now() + SETTLE_MS;
  const check = async (user: LoadUser) => {
    while (user.state === 'connected' && Date.now() < deadline) {
      if (await world.load.call(user)) return [];
      await wait(500);
    }
    const isReported = world.load.lostConnections.some((each) => each.user === user && !lostBefore.has(each));
    return isReported ? [] : [{ user, reason: 'its calls fail' }];
  };
  return (await Promise.all(connected.map(check))).flat();
}

/**
 * Returns the refresh tokens of then that are neither replaced nor revoked after a while, although all connections are in use. The API rejects all
 * access tokens first, so that every connection has to be refreshed.
 */
async function orphanedTokens(world: World, valid: string[]): Promise<string[]> {
  const deadline = Date.now() + SETTLE_MS;
  const users = world.tenants.flatMap((tenant) => tenant.users).filter(({ state }) => state !== 'absent');
  world.provider.expireAccessTokens();
  for (;;) {
    const left = valid.filter((token) => world.provider.refreshTokens.has(token));
    if (left.length === 0 || Date.now() > deadline) return left;
    await Promise.all(users.map((user) => world.load.call(user)));
    await wait(500);
  }
}

async function missing({ load, balancer }: World): Promise<string[]> {
  const checks = load.acknowledged.map(async ({ what, key, path, status }) => {
    let last = 0;
    for (let attempt = 0; attempt < 10 && last !== status; attempt++) {
      if (attempt > 0) await wait(1000);
      last = (await new Client(balancer.url, key).get(path)).status;
    }
    return last === status ? [] : [`${what}: ${last} instead of ${status}`];
  });
  return (await Promise.all(checks)).flat();
}

/** Runs `npm run audit:verify`. */
function auditFaults({ environment, databaseUrl }: World): Promise<string[]> {
  const script = join(REPOSITORY, 'dist/src/cli/audit-verify.js');
  const env = { ...environment, PATH: process.env['PATH'] ?? '', DATABASE_URL: databaseUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [script], { env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (!error) return resolve([]);
      const faults = stdout.split('\n').filter((line) => line !== '' && !line.includes(': sound, '));
      resolve(faults.length > 0 ? faults : [`${error.message} ${stderr}`]);
    });
  });
}
