import { DATABASES } from './databases.js';
import { DISKS } from './disks.js';
import { REDIS } from './redis.js';
import { REPLICAS } from './replicas.js';
import type { Scenario } from './scenario.js';
import { STARTS } from './starts.js';
import { UPGRADES } from './upgrades.js';

export type { Scenario };

export const SCENARIOS: Scenario[] = [...STARTS, ...REPLICAS, ...UPGRADES, ...DATABASES, ...REDIS, ...DISKS];
