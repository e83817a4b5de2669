import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.js';
import { Countersign } from './countersign.js';
import { DueConnections, type Owner } from './due-connections.js';
import { scratchDatabase } from './scratch-database.js';

/** Number of token endpoints, each at its own host. */
const HOSTS = 8;

const LOOK_MS = 20;

/** Countersign with connections at token endpoints that respond immediately. */
export interface RefreshScene {
  countersign: Countersign;
  /** Sends bare requests to the token endpoints. @returns CPU seconds */
  bareRequests(count: number): Promise<number>;
  /** Makes all connections due, and waits until they are refreshed. @returns seconds since the first token request */
  renewAll(): Promise<number>;
}

type Play = (scene: RefreshScene) => Promise<void>;

/** Runs the benchmark on each available database. */
export function refreshScenes(connections: number): { name: string; play: (play: Play) => Promise<void> }[] {
  const sqlite = { name: 'SQLite', play: (play: Play) => withScene(connections, {}, play) };
  const server = process.env['TEST_MARIADB_URL'];
  if (!server) {
    console.log('not on MariaDB: TEST_MARIADB_URL is not set');
    return [sqlite];
  }
  const onMariaDb = async (play: Play): Promise<void> => {
    const { url, remove } = await scratchDatabase(server);
    await withScene(connections, { DATABASE_URL: url }, play).finally(remove);
  };
  return [sqlite, { name: 'MariaDB', play: onMariaDb }];
}

/** Starts the processes, runs the benchmark, and stops everything in any case. */
async function withScene(connections: number, database: Record<string, string>, play: Play): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const log = join(folder, 'others.log');
  const endings: (() => Promise<unknown>)[] = [];
  const begin = (name: string, environment: Record<string, string>): Child => {
    const child = Child.start({ script: new URL(`./${name}.js`, import.meta.url), environment, folder, log });
    endings.unshift(() => child.stop());
    return child;
  };
  try {
    const provider = begin('token-process', { HOSTS: String(HOSTS) });
    const urls = (await provider.message<number[]>()).map((port) => `http://127.0.0.1:${port}/token`);
    const bare = begin('post-process', { TOKEN_URLS: urls.join(' ') });
    await bare.message();
    const settings = {
      ...database,
      DATA_DIR: folder,
      // Both processes share the database; the first one creates it.
      VAULT_KEYS: `file:${join(folder, 'vault.key')}`,
      EGRESS_ALLOW: '127.0.0.0/8',
    };
    const rows = await DueConnections.open(settings);
    endings.unshift(() => rows.close());
    const countersign = await Countersign.start(folder, { ...settings, REFRESH_INTERVAL_SECONDS: '5' });
    endings.unshift(() => countersign.stop());
    for (const url of urls) await rows.insert(await owner(countersign, url), connections / HOSTS);
    await play({
      countersign,
      bareRequests: (count) => bare.ask<number>(String(count)),
      renewAll: () => renewAll(countersign, provider, rows, connections),
    });
  } finally {
    for (const end of endings) await end();
    rmSync(folder, { recursive: true });
  }
}

/** Creates a tenant with one action that uses this token endpoint. */
export async function owner(countersign: Countersign, tokenUrl: string): Promise<Owner & { runtime: string }> {
  const { id: tenantId, admin, runtime } = await countersign.tenant();
  const gpt = await countersign.post<{ id: string }>('/v1/gpts', admin, { name: 'Bench' });
  const auth = {
    type: 'oauth',
    client_id: 'bench',
    client_secret: 's'.repeat(43),
    authorization_url: new URL('/authorize', tokenUrl).href,
    token_url: tokenUrl,
    scope: 'notes:read',
  };
  const servers = [{ url: new URL(tokenUrl).origin }];
  const paths = { '/notes': { get: { operationId: 'listNotes', responses: { 200: { description: 'Notes' } } } } };
  const openapi = { openapi: '3.1.0', info: { title: 'Bench', version: '1' }, servers, paths };
  const action = await countersign.post<{ id: string }>(`/v1/gpts/${gpt.id}/actions`, admin, { openapi, auth });
  return { tenantId, gptId: gpt.id, actionId: action.id, runtime };
}

async function renewAll(
  countersign: Countersign,
  provider: Child,
  rows: DueConnections,
  count: number,
): Promise<number> {
  const renewed = () => countersign.metric('countersign_token_refreshes_total{result="renewed"}');
  const before = await renewed();
  await provider.ask('anew');
  await rows.makeDue();
  let answered = 0;
  let firstAt = 0;
  while (answered < count || (await renewed()) < before + count) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    ({ answered, firstAt } = await provider.ask<{ answered: number; firstAt: number }>('so far'));
  }
  return (Date.now() - firstAt) / 1000;
}
