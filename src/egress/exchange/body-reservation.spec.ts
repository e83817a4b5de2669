import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EgressAllowList } from '../policy/allow-list.js';
import { EgressAbortedError } from '../errors/egress-error.js';
import { Egress, type EgressRequest } from '../egress.js';
import type { BodyMemory, MemoryReservation } from './memory-reservation.js';

const MIB = 1_048_576;
const LIMIT = { bytes: 10 * MIB, memory: { perByte: 6, afterBody: 5 } };

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function open(slots = 64): Egress {
  const egress = new Egress({ allow: EgressAllowList.parse('127.0.0.1'), slotsPerHost: slots });
  closers.push(() => egress.close());
  return egress;
}

/** A reservation that records its calls and grants memory when the test says so. */
class TestReservation implements MemoryReservation {
  readonly log: string[] = [];
  isHolding = false;
  private readonly callbacks = new Set<() => void>();
  private readonly waiting: (() => void)[] = [];
  private readonly rejects: ((error: Error) => void)[] = [];

  constructor(private isFree = true) {}

  open(host: string): BodyMemory {
    this.log.push(`opens ${host.replace(/\d+$/, 'port')}`);
    return {
      grow: (bytes, claim) => {
        this.log.push(`grows to ${bytes / MIB} of ${(claim - 5) / MIB}`);
        if (this.isFree) return undefined;
        return new Promise((resolve, reject) => {
          this.waiting.push(resolve);
          this.rejects.push(reject);
        });
      },
      shrink: (bytes) => void this.log.push(`shrinks to ${bytes / MIB}`),
      release: () => {
        this.log.push('releases');
        for (const reject of this.rejects.splice(0)) reject(new EgressAbortedError('127.0.0.1'));
      },
    };
  }

  onGranted(callback: () => void): () => void {
    this.callbacks.add(callback);
    return () => void this.callbacks.delete(callback);
  }

  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  grant(): void {
    this.isFree = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  startHolding(): void {
    this.isHolding = true;
    for (const callback of this.callbacks) callback();
  }
}

const call = (url: string, memory: MemoryReservation, more: Partial<EgressRequest> = {}): EgressRequest => ({
  url,
  timeoutMs: 20_000,
  maxResponseBytes: () => LIMIT,
  memory,
  ...more,
});

/** Polls a condition that other turns of the event loop bring about. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const body = (mib: number) => Buffer.alloc(mib * MIB, 'x');

describe('the memory of a body', () => {
  it('is not requested for a small body', async () => {
    const memory = new TestReservation();
    const url = await serve((_, response) => void response.end(body(1)));
    await open().request(call(url, memory));
    expect(memory.log).toEqual(['opens 127.0.0.1:port', 'shrinks to 0']);
  });

  it('is requested in steps, with a claim for the declared length', async () => {
    const memory = new TestReservation();
    const url = await serve((_, response) => void response.setHeader('content-length', 2.5 * MIB).end(body(2.5)));
    await open().request(call(url, memory));
    expect(memory.log.slice(1)).toEqual(['grows to 12 of 15', 'grows to 15 of 15', 'shrinks to 15']);
  });

  it('is requested with a claim for the limit if no length is declared', async () => {
    const memory = new TestReservation();
    const url = await serve((_, response) => {
      response.write(body(2));
      response.end(body(0.5));
    });
    await open().request(call(url, memory));
    expect(memory.log.slice(1)).toEqual(['grows to 12 of 60', 'grows to 18 of 60', 'shrinks to 15']);
  });

  it('counts the decompressed body, and the compressed bytes only during decompression', async () => {
    const memory = new TestReservation();
    const zipped = gzipSync(body(2.5));
    const url = await serve((_, response) => void response.setHeader('content-encoding', 'gzip').end(zipped));
    await open().request(call(url, memory));
    const more = zipped.length / MIB;
    expect(zipped.length).toBeLessThan(MIB / 100);
    expect(memory.log.slice(1)).toEqual([
      `grows to ${more + 12} of ${more + 60}`,
      `grows to ${more + 18} of ${more + 60}`,
      'shrinks to 15',
    ]);
  });

  it('pauses reading until it is granted', async () => {
    const memory = new TestReservation(false);
    let response: ServerResponse | undefined;
    const url = await serve((_, to) => {
      response = to;
      to.end(body(9));
    });
    let isSettled = false;
    const answer = open().request(call(url, memory));
    void answer.then(() => (isSettled = true));
    await until(() => memory.isWaiting);
    const left = () => response?.writableLength;
    for (let before = -1; before !== left();) {
      before = left() ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect([isSettled, response?.writableFinished, memory.log.length]).toEqual([false, false, 2]);
    memory.grant();
    expect((await answer).body.length).toBe(9 * MIB);
  });

  it.each([
    ['that has arrived completely', (response: ServerResponse) => void response.end(body(1.01))],
    [
      'that is compressed',
      (response: ServerResponse) => void response.setHeader('content-encoding', 'gzip').end(gzipSync(body(1.01))),
    ],
  ])('delays a body %s, which keeps its slot', async (_, send) => {
    const memory = new TestReservation(false);
    let requests = 0;
    const url = await serve((request, response) => {
      requests++;
      if (request.url === '/large') send(response);
      else response.end('small');
    });
    const egress = open(1);
    let isSettled = false;
    const answer = egress.request(call(`${url}/large`, memory));
    void answer.then(() => (isSettled = true));
    await until(() => memory.isWaiting);
    const late = egress.request(call(url, new TestReservation(), { timeoutMs: 200 }));
    await expect(late).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect([isSettled, requests]).toEqual([false, 1]);
    const next = egress.request(call(url, new TestReservation()));
    memory.grant();
    expect((await answer).body.length).toBe(Math.ceil(1.01 * MIB) - 1);
    expect((await next).body.toString()).toBe('small');
  });

  it('is released if the deadline passes before it is granted', async () => {
    const memory = new TestReservation(false);
    const url = await serve((_, response) => void response.end(body(3)));
    const egress = open(1);
    const late = egress.request(call(url, memory, { timeoutMs: 500 }));
    await expect(late).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(memory.log.slice(1)).toEqual(['grows to 12 of 18', 'releases']);
    expect((await egress.request(call(url, new TestReservation()))).body.length).toBe(3 * MIB);
  });

  it.each([
    ['ends too early', (response: ServerResponse) => void response.write(body(3), () => response.destroy())],
    ['is too large', (response: ServerResponse) => void response.end(body(11))],
    [
      'is corrupt gzip',
      (response: ServerResponse) => {
        const zipped = gzipSync(body(3));
        response.setHeader('content-encoding', 'gzip').end(zipped.fill(0, zipped.length - 20));
      },
    ],
  ])('is released once if the body %s', async (_, send) => {
    const memory = new TestReservation();
    const url = await serve((_request, response) => send(response));
    await expect(open().request(call(url, memory))).rejects.toMatchObject({
      code: expect.stringMatching(/^upstream_/),
    });
    expect(memory.log.filter((what) => /releases|shrinks/.test(what))).toEqual(['releases']);
  });

  it('is released if a redirect is followed', async () => {
    const memory = new TestReservation();
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/next' }).end(body(2));
      else response.end('ok');
    });
    expect((await open().request(call(url, memory, { redirects: 1 }))).body.toString()).toBe('ok');
    expect(memory.log).toEqual([
      'opens 127.0.0.1:port',
      'grows to 12 of 60',
      'shrinks to 12',
      'releases',
      'opens 127.0.0.1:port',
      'shrinks to 0',
    ]);
  });
});

describe('a call that holds memory', () => {
  it('needs no slot at a host, and stops waiting for one when it gets memory', async () => {
    const pending: ServerResponse[] = [];
    const url = await serve((_, response) => void pending.push(response));
    const egress = open(1);
    const [holder, other] = [new TestReservation(), new TestReservation()];
    const calls = [new TestReservation(), holder, other].map((memory) => egress.request(call(url, memory)));
    await until(() => pending.length === 1);
    holder.startHolding();
    await until(() => pending.length === 2);
    calls.push(egress.request(call(url, holder)));
    await until(() => pending.length === 3);
    // They released no slot that they had not taken: the other call still waits for the only slot.
    pending.splice(1).forEach((response) => response.end('held'));
    expect((await calls[1])?.body.toString()).toBe('held');
    expect((await calls[3])?.body.toString()).toBe('held');
    expect(pending).toHaveLength(1);
    pending.shift()?.end('first');
    await until(() => pending.length === 1);
    pending.shift()?.end('last');
    expect((await calls[2])?.body.toString()).toBe('last');
  });
});
