import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/index.js';
import { Egress, EgressAllowList } from '../../egress/index.js';
import { Metrics } from '../../metrics/index.js';
import { BYTES_PER_BYTE, HeldBytes } from '../held/held-bytes.js';
import { FileFetcher } from './file-fetcher.js';
import { FileRoom } from './file-room.js';

const MIB = 1_048_576;
const FILE = Buffer.alloc(1.5 * MIB, 'x');
const MAX_HELD_BYTES = 50 * MIB;
const PLACES = 2;

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

describe('files that many calls fetch at once', () => {
  it.each(['answers', 'sentFiles'] as const)(
    'all come, from a host with fewer places than calls and with room for those of few (%s)',
    async (kind) => {
      const egress = new Egress({ allow: EgressAllowList.parse('127.0.0.1'), placesPerHost: PLACES });
      closers.push(() => egress.close());
      const [url, metrics] = [await fileServer(), new Metrics()];
      const settings = readSettings({ CALL_MAX_HELD_BYTES: String(MAX_HELD_BYTES) });
      const [fetcher, held] = [new FileFetcher(egress), new HeldBytes(settings, metrics)];
      const bytes = async () => (await metrics.heldBytes.get()).values[0]?.value;
      let most = 0;
      const call = async (): Promise<number[]> => {
        const frame = { deadline: Number.POSITIVE_INFINITY, hold: held.hold() };
        const perByte = BYTES_PER_BYTE[kind === 'answers' ? 'file' : 'sentFile'];
        const fetch = fetcher.batch(4, new FileRoom(settings.call), frame, { hold: frame.hold[kind], perByte });
        const first = await Promise.all([1, 2, 3].map(() => fetch(url)));
        const files = [...first, await fetch(url)];
        most = Math.max(most, (await bytes()) ?? 0);
        frame.hold.end();
        return files.map((file) => file.bytes.length);
      };
      const calls = await Promise.all(Array.from({ length: 8 }, call));
      expect(calls).toEqual(calls.map(() => Array(4).fill(FILE.length)));
      expect(most).toBeGreaterThan(0);
      expect(most).toBeLessThanOrEqual(MAX_HELD_BYTES / 2);
      expect(await bytes()).toBe(0);
    },
  );
});
