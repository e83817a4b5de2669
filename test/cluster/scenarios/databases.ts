import { setTimeout as wait } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import type { World } from '../support/world.js';
import type { ProxyMode } from '../../support/faulty-proxy.js';
import type { Scenario } from './scenario.js';

export const DATABASES: Scenario[] = [
  { name: 'kill -9 of one node', seconds: 20, isInCi: true, fault: (world, ms) => killNodes(world, 1, ms) },
  { name: 'kill -9 of two nodes', seconds: 20, fault: (world, ms) => killNodes(world, 2, ms) },
  { name: 'SIGSTOP of a node', seconds: 25, fault: pauseNode },
  { name: 'all nodes read-only', seconds: 20, fault: makeReadOnly },
  { name: 'all databases gone for 20 s', seconds: 20, isInCi: true, fault: (world, ms) => cut(world, 'refuse', ms) },
  { name: 'all databases gone for 120 s', seconds: 120, fault: (world, ms) => cut(world, 'refuse', ms) },
  { name: 'connections to all databases reset', seconds: 20, fault: (world, ms) => cut(world, 'drop', ms) },
  { name: 'black hole before all databases', seconds: 20, fault: (world, ms) => cut(world, 'swallow', ms) },
  { name: 'black hole before one database', seconds: 20, fault: swallowOne },
  // On Galera a write through another node would end the transaction that holds the lock.
  { name: 'rows of one tenant locked', seconds: 20, database: 'single', fault: lockRows },
  ...[0, 100, 500, 2000].map((delay) => ({
    name: `database ${delay} ms away`,
    seconds: 20,
    fault: (world: World, ms: number) => slowDown(world, delay, ms),
  })),
];

async function killNodes({ servers: { galera } }: World, count: number, durationMs: number): Promise<void> {
  // Not the first one only: its data is where the cluster began.
  const victims = galera.nodes.slice(-count);
  await Promise.all(victims.map((node) => node.kill()));
  await wait(durationMs);
  await galera.heal();
}

async function pauseNode({ servers: { galera } }: World, durationMs: number): Promise<void> {
  galera.node(1).signal('SIGSTOP');
  await wait(durationMs);
  await galera.heal();
}

async function makeReadOnly({ databases }: World, durationMs: number): Promise<void> {
  await Promise.all(databases.map((node) => node.query('SET GLOBAL read_only = 1')));
  await wait(durationMs);
  await Promise.all(databases.map((node) => node.query('SET GLOBAL read_only = 0')));
}

async function cut(world: World, mode: ProxyMode, durationMs: number): Promise<void> {
  await world.setProxies(mode);
  await wait(durationMs);
  await world.setProxies('pass');
}

async function swallowOne({ proxies }: World, durationMs: number): Promise<void> {
  await proxies[0]?.set('swallow');
  await wait(durationMs);
  await proxies[0]?.set('pass');
}

/** Locks what the first tenant's sign-ins, refreshes and keys write. */
async function lockRows({ databaseUrl, tenants }: World, durationMs: number): Promise<void> {
  const holder = await createConnection(databaseUrl);
  const id = tenants[0]?.id;
  await holder.query('START TRANSACTION');
  await holder.query('SELECT * FROM tenants WHERE id = ? FOR UPDATE', [id]);
  await holder.query('SELECT * FROM connections WHERE tenant_id = ? FOR UPDATE', [id]);
  await holder.query('SELECT * FROM audit_chains WHERE chain = ? FOR UPDATE', [id]);
  await wait(durationMs);
  holder.destroy();
}

async function slowDown({ proxies }: World, delayMs: number, durationMs: number): Promise<void> {
  for (const proxy of proxies) proxy.delayMs = delayMs;
  await wait(durationMs);
  for (const proxy of proxies) proxy.delayMs = 0;
}
