import { expect, it } from '@jest/globals';
import { checkSamples } from './invariants.js';
import type { Sample } from './recorder.js';
import type { World } from './world.js';

const PAUSED_PORT = 3001;
const PAUSE = { from: 0, to: 40_000 };

/** Judges one call, in a world with a replica that was paused and one that was not. */
function judge(changes: Partial<Sample>) {
  const replica = `127.0.0.1:${PAUSED_PORT}`;
  const call = { kind: 'call', from: 25_000, to: 41_000, status: 200, isFromReplica: true, detail: '' };
  const replicas = [
    { port: PAUSED_PORT, outages: [PAUSE], restarts: [] },
    { port: 3002, outages: [], restarts: [] },
  ];
  const samples: Sample[] = [Object.assign({ ...call, replicas: replica }, changes)];
  const load = { stale: [], crossTenantReads: [], completedCalls: 1 };
  const findings = checkSamples({ replicas, load, recorder: { samples } } as unknown as World, {});
  const { violations, excused } = findings['requests end by their deadline'] ?? {};
  const failures = findings['no failure but documented 503s'];
  return { late: [violations?.length, excused], failed: [failures?.violations.length, failures?.excused] };
}

it('excuses a response that a replica sent late because it was paused', () => {
  expect(judge({}).late).toEqual([0, 1]);
});

it('does not excuse a response that was late apart from the pause', () => {
  expect(judge({ to: 53_000 }).late).toEqual([1, 0]);
});

it('does not excuse a late response of a replica that was not paused', () => {
  expect(judge({ replicas: '127.0.0.1:3002' }).late).toEqual([1, 0]);
});

it('does not excuse an undocumented failure that a replica answers after its pause', () => {
  expect(judge({ status: 500 })).toEqual({ late: [0, 1], failed: [1, 0] });
});

it('excuses a 504 of the balancer only for a replica that was paused', () => {
  const timeout = { from: 5000, to: 25_000, status: 504, isFromReplica: false };
  expect(judge(timeout)).toEqual({ late: [0, 1], failed: [0, 1] });
  expect(judge({ ...timeout, replicas: '127.0.0.1:3002' })).toEqual({ late: [1, 0], failed: [1, 0] });
});
