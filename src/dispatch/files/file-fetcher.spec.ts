import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/index.js';
import { Egress, EgressAllowList, BufferMemory, MEMORY_PER_BYTE } from '../../egress/index.js';
import { Metrics } from '../../metrics/index.js';
import { FileBudget } from './file-budget.js';
import { FileFetcher } from './file-fetcher.js';

const MIB = 1_048_576;
const FILE = Buffer.alloc(1.5 * MIB, 'x');
const MAX_HELD_BYTES = 50 * MIB;
const SLOTS = 2;

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function fileServer(): Promise<string> {
  const server = createServer((_, response) => void response.end(FILE)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
}

describe('FileFetcher', () => {
  it.each(['responses', 'sentFiles'] as const)(
    'fetches the files of many calls from a host with fewer slots than calls and little memory (%s)',
    async (kind) => {
      const egress = new Egress({ allow: EgressAllowList.parse('127.0.0.1'), slotsPerHost: SLOTS });
      closers.push(() => egress.close());
      const [url, metrics] = [await fileServer(), new Metrics()];
      const settings = readSettings({ CALL_MAX_HELD_BYTES: String(MAX_HELD_BYTES) });
      const [fetcher, bufferMemory] = [new FileFetcher(egress), new BufferMemory(settings, metrics)];
      const bytes = async () => (await metrics.heldBytes.get()).values[0]?.value;
      let peak = 0;
      const call = async (): Promise<number[]> => {
        const limits = { deadline: Number.POSITIVE_INFINITY, memory: bufferMemory.openCall('tenant') };
        const perByte = MEMORY_PER_BYTE[kind === 'responses' ? 'file' : 'sentFile'];
        const fetch = fetcher.batch(4, new FileBudget(settings.call), limits, {
          reservation: limits.memory[kind],
          perByte,
        });
        const first = await Promise.all([1, 2, 3].map(() => fetch(url)));
        const files = [...first, await fetch(url)];
        peak = Math.max(peak, (await bytes()) ?? 0);
        limits.memory.end();
        return files.map((file) => file.bytes.length);
      };
      const calls = await Promise.all(Array.from({ length: 8 }, call));
      expect(calls).toEqual(calls.map(() => Array(4).fill(FILE.length)));
      expect(peak).toBeGreaterThan(0);
      expect(peak).toBeLessThanOrEqual(MAX_HELD_BYTES / 2);
      expect(await bytes()).toBe(0);
    },
  );
});
