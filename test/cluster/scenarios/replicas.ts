import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { Replica } from '../support/replica.js';
import { LEASE_MS, type World } from '../support/world.js';
import type { Scenario } from './scenario.js';

export const REPLICAS: Scenario[] = [
  { name: 'three nodes, no fault', seconds: 30, isInCi: true, fault: (_, durationMs) => wait(durationMs) },
  { name: 'kill -9 of a replica', seconds: 30, isInCi: true, fault: killReplica },
  { name: 'SIGSTOP of a replica past the lease', seconds: 45, minSeconds: 40, fault: pauseReplica },
  { name: 'rolling restart', seconds: 40, isInCi: true, allowsNoFailure: true, fault: restartAll },
  { name: 'clock of a replica ten minutes fast', seconds: 30, fault: (world, ms) => shiftClock(world, '+600s', ms) },
  { name: 'clock of a replica ten minutes slow', seconds: 30, fault: (world, ms) => shiftClock(world, '-600s', ms) },
];

async function killReplica({ replicas, ledger }: World, durationMs: number): Promise<void> {
  const [replica] = replicas as [Replica];
  const from = Date.now();
  await replica.kill();
  ledger.risks.push({ from, to: Date.now() });
  await wait(durationMs / 2);
  replica.launch();
  await replica.waitUntilReady();
  await wait(durationMs / 2);
}

/** The last replica continues when others have taken over the refreshes that it had begun. */
async function pauseReplica({ replicas, ledger }: World, durationMs: number): Promise<void> {
  const replica = replicas.at(-1) as Replica;
  const from = Date.now();
  replica.pause();
  ledger.risks.push({ from, to: Date.now() });
  await wait(Math.max(durationMs, LEASE_MS + 3000));
  replica.resume();
  await wait(3000);
}

async function restartAll({ replicas }: World, durationMs: number): Promise<void> {
  for (const replica of replicas) await restart(replica, durationMs / replicas.length, () => replica.stop());
}

/** Replaces a replica as a supervisor does. */
export async function restart(replica: Replica, durationMs: number, stop: () => Promise<void>): Promise<void> {
  const started = Date.now();
  await stop();
  replica.launch();
  await replica.waitUntilReady();
  await wait(Math.max(0, durationMs - (Date.now() - started)));
}

/** The library of Debian's package `faketime`. */
const FAKETIME = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((file) => existsSync(file));

async function shiftClock({ replicas }: World, shift: string, durationMs: number): Promise<void> {
  if (!FAKETIME) throw new Error('install faketime');
  const [replica] = replicas as [Replica];
  await replica.stop();
  replica.launch({ LD_PRELOAD: FAKETIME, FAKETIME: shift, FAKETIME_DONT_FAKE_MONOTONIC: '1' });
  await replica.waitUntilReady();
  await wait(durationMs);
  await replica.stop();
  replica.launch();
  await replica.waitUntilReady();
}
