import type { World } from '../support/world.js';
import { restart } from './replicas.js';
import type { Scenario } from './scenario.js';

/** The folder `dist` of the build that `.ci/previous.json` names. */
const PREVIOUS_BUILD = process.env['TEST_PREVIOUS_BUILD'];

/** Needs a previous build, so it exists only where there is one; CI always has it. */
export const UPGRADES: Scenario[] = PREVIOUS_BUILD
  ? [
      {
        name: 'rolling upgrade from the previous build',
        seconds: 60,
        isInCi: true,
        // The previous build does not wait for its node to apply what was written at another one.
        allowsStaleReads: true,
        start: (world) => world.startReplicasOf(PREVIOUS_BUILD),
        fault: upgradeAll,
      },
    ]
  : [];

/** Requests that a replica of the previous build does not finish when it ends are excused: the rolling restart judges this build. */
async function upgradeAll({ replicas }: World, durationMs: number): Promise<void> {
  for (const replica of replicas) {
    await restart(replica, durationMs / replicas.length, () => replica.stop(replica.outages));
  }
}
