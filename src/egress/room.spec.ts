import { once } from 'node:events';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { EgressAllowList } from './allow-list.js';
import type { HeldBody, Holding } from './cap.js';
import { Egress, type EgressRequest } from './egress.js';
import { EgressAbortedError } from './errors.js';

const MIB = 1_048_576;
const LIMIT = { bytes: 10 * MIB, held: { perByte: 6, after: 5 } };

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

function open(places = 64): Egress {
  const egress = new Egress({ allow: EgressAllowList.parse('127.0.0.1'), placesPerHost: places });
  closers.push(() => egress.close());
  return egress;
}

/** A call's count that says what it is told, and gives room when the test does. */
class TestHolding implements Holding {
  readonly told: string[] = [];
  isHolding = false;
  private readonly proceeds = new Set<() => void>();
  private readonly waiting: (() => void)[] = [];
  private readonly gaveUp: ((error: Error) => void)[] = [];

  constructor(private hasRoom = true) {}

  open(host: string): HeldBody {
    this.told.push(`opens ${host.replace(/\d+$/, 'port')}`);
    return {
      grow: (bytes, claim) => {
        this.told.push(`grows to ${bytes / MIB} of ${(claim - 5) / MIB}`);
        if (this.hasRoom) return undefined;
        return new Promise((resolve, reject) => {
          this.waiting.push(resolve);
          this.gaveUp.push(reject);
        });
      },
      keep: (bytes) => void this.told.push(`keeps ${bytes / MIB}`),
      drop: () => {
        this.told.push('drops');
        for (const reject of this.gaveUp.splice(0)) reject(new EgressAbortedError('127.0.0.1'));
      },
    };
  }

  whenHolding(proceed: () => void): () => void {
    this.proceeds.add(proceed);
    return () => void this.proceeds.delete(proceed);
  }

  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  givesRoom(): void {
    this.hasRoom = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  holds(): void {
    this.isHolding = true;
    for (const proceed of this.proceeds) proceed();
  }
}

const call = (url: string, holding: Holding, more: Partial<EgressRequest> = {}): EgressRequest => ({
  url,
  timeoutMs: 20_000,
  maxResponseBytes: () => LIMIT,
  holding,
  ...more,
});

/** Waits for what other turns of the event loop bring about. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const body = (mib: number) => Buffer.alloc(mib * MIB, 'x');

describe('room for a body', () => {
  it('is not asked for where it is small', async () => {
    const holding = new TestHolding();
    const url = await serve((_, response) => void response.end(body(1)));
    await open().request(call(url, holding));
    expect(holding.told).toEqual(['opens 127.0.0.1:port', 'keeps 0']);
  });

  it('is asked for step by step, as far as it says that it is long', async () => {
    const holding = new TestHolding();
    const url = await serve((_, response) => void response.setHeader('content-length', 2.5 * MIB).end(body(2.5)));
    await open().request(call(url, holding));
    expect(holding.told.slice(1)).toEqual(['grows to 12 of 15', 'grows to 15 of 15', 'keeps 15']);
  });

  it('is asked for as far as its cap, where it does not say how long it is', async () => {
    const holding = new TestHolding();
    const url = await serve((_, response) => {
      response.write(body(2));
      response.end(body(0.5));
    });
    await open().request(call(url, holding));
    expect(holding.told.slice(1)).toEqual(['grows to 12 of 60', 'grows to 18 of 60', 'keeps 15']);
  });

  it('is asked for what it is decompressed, and for what is compressed only as long as that is there', async () => {
    const holding = new TestHolding();
    const zipped = gzipSync(body(2.5));
    const url = await serve((_, response) => void response.setHeader('content-encoding', 'gzip').end(zipped));
    await open().request(call(url, holding));
    const more = zipped.length / MIB;
    expect(zipped.length).toBeLessThan(MIB / 100);
    expect(holding.told.slice(1)).toEqual([
      `grows to ${more + 12} of ${more + 60}`,
      `grows to ${more + 18} of ${more + 60}`,
      'keeps 15',
    ]);
  });

  it('is waited for, and nothing is read on meanwhile', async () => {
    const holding = new TestHolding(false);
    let response: ServerResponse | undefined;
    const url = await serve((_, to) => {
      response = to;
      to.end(body(9));
    });
    let isAnswered = false;
    const answer = open().request(call(url, holding));
    void answer.then(() => (isAnswered = true));
    await until(() => holding.isWaiting);
    const left = () => response?.writableLength;
    for (let before = -1; before !== left();) {
      before = left() ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect([isAnswered, response?.writableFinished, holding.told.length]).toEqual([false, false, 2]);
    holding.givesRoom();
    expect((await answer).body.length).toBe(9 * MIB);
  });

  it.each([
    ['that has come whole', (response: ServerResponse) => void response.end(body(1.01))],
    [
      'that came compressed',
      (response: ServerResponse) => void response.setHeader('content-encoding', 'gzip').end(gzipSync(body(1.01))),
    ],
  ])('is waited for by a body %s, which keeps its place', async (_, send) => {
    const holding = new TestHolding(false);
    let asked = 0;
    const url = await serve((request, response) => {
      asked++;
      if (request.url === '/large') send(response);
      else response.end('small');
    });
    const egress = open(1);
    let isAnswered = false;
    const answer = egress.request(call(`${url}/large`, holding));
    void answer.then(() => (isAnswered = true));
    await until(() => holding.isWaiting);
    const late = egress.request(call(url, new TestHolding(), { timeoutMs: 200 }));
    await expect(late).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect([isAnswered, asked]).toEqual([false, 1]);
    const next = egress.request(call(url, new TestHolding()));
    holding.givesRoom();
    expect((await answer).body.length).toBe(Math.ceil(1.01 * MIB) - 1);
    expect((await next).body.toString()).toBe('small');
  });

  it('is given back where the deadline passes before there is any', async () => {
    const holding = new TestHolding(false);
    const url = await serve((_, response) => void response.end(body(3)));
    const egress = open(1);
    const late = egress.request(call(url, holding, { timeoutMs: 500 }));
    await expect(late).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(holding.told.slice(1)).toEqual(['grows to 12 of 18', 'drops']);
    expect((await egress.request(call(url, new TestHolding()))).body.length).toBe(3 * MIB);
  });

  it.each([
    ['breaks off', (response: ServerResponse) => void response.write(body(3), () => response.destroy())],
    ['is too large', (response: ServerResponse) => void response.end(body(11))],
    [
      'is no gzip in its middle',
      (response: ServerResponse) => {
        const zipped = gzipSync(body(3));
        response.setHeader('content-encoding', 'gzip').end(zipped.fill(0, zipped.length - 20));
      },
    ],
  ])('is given back once where the body %s', async (_, send) => {
    const holding = new TestHolding();
    const url = await serve((_request, response) => send(response));
    await expect(open().request(call(url, holding))).rejects.toMatchObject({
      code: expect.stringMatching(/^upstream_/),
    });
    expect(holding.told.filter((what) => /drops|keeps/.test(what))).toEqual(['drops']);
  });

  it('is given back where a redirect is followed', async () => {
    const holding = new TestHolding();
    const url = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/next' }).end(body(2));
      else response.end('ok');
    });
    expect((await open().request(call(url, holding, { redirects: 1 }))).body.toString()).toBe('ok');
    expect(holding.told).toEqual([
      'opens 127.0.0.1:port',
      'grows to 12 of 60',
      'keeps 12',
      'drops',
      'opens 127.0.0.1:port',
      'keeps 0',
    ]);
  });
});

describe('a call that holds something others may wait for', () => {
  it('waits for no place at a host, and leaves the line when it begins to hold it', async () => {
    const under: ServerResponse[] = [];
    const url = await serve((_, response) => void under.push(response));
    const egress = open(1);
    const [holder, other] = [new TestHolding(), new TestHolding()];
    const calls = [new TestHolding(), holder, other].map((holding) => egress.request(call(url, holding)));
    await until(() => under.length === 1);
    holder.holds();
    await until(() => under.length === 2);
    calls.push(egress.request(call(url, holder)));
    await until(() => under.length === 3);
    // They gave back no place that they had not taken: the other one waits for the one that there is.
    under.splice(1).forEach((response) => response.end('held'));
    expect((await calls[1])?.body.toString()).toBe('held');
    expect((await calls[3])?.body.toString()).toBe('held');
    expect(under).toHaveLength(1);
    under.shift()?.end('first');
    await until(() => under.length === 1);
    under.shift()?.end('last');
    expect((await calls[2])?.body.toString()).toBe('last');
  });
});
