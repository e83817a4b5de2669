import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BuiltServer } from '../support/built-server.js';
import { SCENARIOS } from './scenarios/index.js';
import { runScenario } from './support/run-scenario.js';
import { Servers } from './support/servers.js';

/** Seconds of each fault; `npm run bench -- cluster` runs longer ones, and all scenarios. */
const SECONDS = 20;

let servers: Servers;

beforeAll(async () => {
  await BuiltServer.build();
  servers = await Servers.start();
}, 300_000);

afterAll(() => servers?.stop(), 60_000);

describe('three replicas on three Galera nodes keep every promise', () => {
  it.each(SCENARIOS.filter(({ isInCi }) => isInCi))(
    'during: $name',
    async (scenario) => {
      const { findings } = await runScenario(servers, scenario, SECONDS);
      const broken = Object.entries(findings).flatMap(([invariant, { checked, violations }]) =>
        violations.map((violation) => `${invariant} (${checked} checked): ${violation}`),
      );
      expect(broken).toEqual([]);
    },
    300_000,
  );
});
