import { setTimeout as wait } from 'node:timers/promises';
import type { ProxyMode } from '../../support/faulty-proxy.js';
import type { World } from '../support/world.js';
import type { Scenario } from './scenario.js';

export const REDIS: Scenario[] = [
  { name: 'Redis refuses', seconds: 20, fault: (world, ms) => cut(world, 'refuse', ms) },
  { name: 'Redis is silent', seconds: 20, fault: (world, ms) => cut(world, 'swallow', ms) },
];

async function cut({ redisProxy }: World, mode: ProxyMode, durationMs: number): Promise<void> {
  await redisProxy.set(mode);
  await wait(durationMs);
  await redisProxy.set('pass');
}
