import { setTimeout as wait } from 'node:timers/promises';
import { Client } from '../../support/client.js';
import { eventually } from '../../support/eventually.js';
import type { Scenario } from '../scenarios/scenario.js';
import { checkSamples, checkState, type Finding, type Findings } from './invariants.js';
import type { Replica } from './replica.js';
import type { Servers } from './servers.js';
import { World } from './world.js';

/** The findings of a scenario. */
export interface Verdict {
  scenario: string;
  seconds: number;
  requests: number;
  /** Responses with 503. */
  unavailable: number;
  /** From the end of the fault until every replica served again. */
  recoverySeconds: number;
  findings: Findings;
}

const RECOVERY_MS = 30_000;

/** Time of normal load before and after the fault. */
const CALM_MS = 4000;

/** Runs a scenario on a deployment of its own and checks every invariant. */
export async function runScenario(servers: Servers, scenario: Scenario, seconds = scenario.seconds): Promise<Verdict> {
  const world = await World.create(servers, scenario.database ?? 'galera');
  try {
    await (scenario.start ? scenario.start(world) : world.startReplicas());
    await world.startLoad();
    await eventually(
      () => world.load.completedCalls,
      (count) => count >= 20,
      60_000,
    );
    await wait(CALM_MS);
    const duration = Math.max(seconds, scenario.minSeconds ?? 0);
    await scenario.fault(world, duration * 1000);
    const recovery = await recover(world);
    await wait(CALM_MS);
    await world.load.stop();
    return await judge(world, scenario, duration, recovery);
  } finally {
    await world.stop();
    await servers.galera.heal();
  }
}

interface Recovery extends Finding {
  seconds: number;
}

/** Waits until every replica writes again, without restarting any. */
async function recover(world: World): Promise<Recovery> {
  const from = Date.now();
  const key = world.tenants[0]?.adminKey;
  const check = async (replica: Replica): Promise<string[]> => {
    const serves = async () => {
      if (replica.hasCrashed) return 'ended';
      if (!(await replica.isReady())) return 'not ready';
      const { status } = await new Client(replica.url, key).post('/v1/gpts', { name: 'after the fault' });
      return status === 201;
    };
    const last = eventually(
      () => serves().catch((error: Error) => error.message),
      (state) => state === true || state === 'ended',
      RECOVERY_MS,
    );
    const state = await last.catch((error: Error) => error.message);
    return state === true ? [] : [`${replica.name}: ${state}`];
  };
  const violations = (await Promise.all(world.replicas.map(check))).flat();
  return { checked: world.replicas.length, violations, excused: 0, seconds: (Date.now() - from) / 1000 };
}

async function judge(world: World, scenario: Scenario, seconds: number, recovery: Recovery): Promise<Verdict> {
  const { samples } = world.recorder;
  const { seconds: recoverySeconds, ...recovered } = recovery;
  const { count, failures } = world.starts;
  const findings = {
    'replicas start at the first attempt': { checked: count, violations: failures, excused: 0 },
    'recovery without a restart': recovered,
    ...checkSamples(world, scenario),
    ...(await checkState(world)),
  };
  const unavailable = samples.filter(({ status }) => status === 503).length;
  return { scenario: scenario.name, seconds, requests: samples.length, unavailable, recoverySeconds, findings };
}
