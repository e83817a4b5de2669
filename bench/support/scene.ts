import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.js';
import { Countersign } from './countersign.js';

/** The peers of a measurement, each in its own process. */
export interface Scene {
  countersign: Countersign;
  upstreamUrl: string;
  proxyUrl: string;
  proxyCpu(): Promise<number>;
}

/** Starts the processes, runs the measurement, and stops everything in any case. */
export async function withScene<T>(play: (scene: Scene) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-bench-'));
  const log = join(folder, 'others.log');
  const endings: (() => Promise<void>)[] = [];
  const begin = <P extends { stop(): Promise<void> }>(process: P): P => {
    endings.unshift(() => process.stop());
    return process;
  };
  try {
    const upstream = begin(Child.start({ script: new URL('./upstream-process.js', import.meta.url), folder, log }));
    const upstreamUrl = `http://127.0.0.1:${await upstream.message<number>()}`;
    const environment = { UPSTREAM: `${upstreamUrl}/stats` };
    const proxy = begin(
      Child.start({ script: new URL('./proxy-process.js', import.meta.url), environment, folder, log }),
    );
    const proxyUrl = `http://127.0.0.1:${await proxy.message<number>()}`;
    const countersign = begin(await Countersign.start(folder, { RATE_LIMIT_KEY: '0', RATE_LIMIT_USER: '0' }));
    return await play({ countersign, upstreamUrl, proxyUrl, proxyCpu: () => proxy.ask<number>('cpu') });
  } finally {
    for (const end of endings) await end();
    rmSync(folder, { recursive: true });
  }
}
