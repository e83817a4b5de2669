// Runs once: the database takes no part in what this suite tests.
import { createSocket, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Egress, EgressAllowList, EgressError } from '../../src/egress/index.js';

const A = 1;
const CNAME = 5;
const AAAA = 28;

interface Answer {
  type: number;
  /** An address, or a name. */
  value: string;
  /** The name of the record, if it is not the requested name. */
  owner?: string;
}

/** Returns the records of a name by type and by the number of previous queries; no response if `undefined`. */
type Zone = (type: number, times: number) => Answer[] | 'nxdomain' | undefined;

/** A DNS server over UDP (RFC 1035). */
class NameServer {
  readonly queries: string[] = [];
  zones: Record<string, Zone> = {};

  private constructor(private readonly socket: Socket) {
    socket.on('message', (query, { port, address }) => {
      const reply = this.answer(query);
      if (reply) socket.send(reply, port, address);
    });
  }

  static async start(): Promise<NameServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    return new NameServer(socket);
  }

  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.socket.close(() => resolve()));
  }

  private answer(query: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let end = 12;
    for (let length = query[end] ?? 0; length > 0; length = query[end] ?? 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + length));
      end += length + 1;
    }
    const name = labels.join('.').toLowerCase();
    const type = query.readUInt16BE(end + 1);
    const key = `${name} ${type}`;
    const times = this.queries.filter((each) => each === key).length;
    this.queries.push(key);
    const zone = this.zones[name] ?? (() => 'nxdomain' as const);
    const found = zone(type, times);
    if (found === undefined) return undefined;
    const answers = found === 'nxdomain' ? [] : found;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(found === 'nxdomain' ? 0x8183 : 0x8180, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(answers.length, 6);
    return Buffer.concat([
      head,
      query.subarray(12, end + 5),
      ...answers.map((each) => record(each.owner ?? name, each)),
    ]);
  }
}

function record(name: string, { type, value }: Answer): Buffer {
  const data = type === A ? Buffer.from(value.split('.').map(Number)) : type === AAAA ? ipv6(value) : encoded(value);
  const fixed = Buffer.alloc(10);
  fixed.writeUInt16BE(type, 0);
  fixed.writeUInt16BE(1, 2);
  // A time to live of 0: not cacheable.
  fixed.writeUInt16BE(data.length, 8);
  return Buffer.concat([encoded(name), fixed, data]);
}

function encoded(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([...labels, Buffer.from([0])]);
}

/** Encodes an address that is written as eight groups. */
function ipv6(text: string): Buffer {
  return Buffer.from(
    text
      .split(':')
      .map((group) => group.padStart(4, '0'))
      .join(''),
    'hex',
  );
}

const LOOPBACK6 = '0:0:0:0:0:0:0:1';
const PUBLIC6 = '2606:4700:4700:0:0:0:0:1111';
const PUBLIC = '192.0.43.8';

let names: NameServer;
let listener: Server;
let port: number;
let connections: number;
let egress: Egress;

beforeAll(async () => {
  names = await NameServer.start();
  listener = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  ({ port } = listener.address() as AddressInfo);
});

afterAll(async () => {
  await names.stop();
  await new Promise((resolve) => listener.close(resolve));
});

afterEach(() => egress.close());

/** Resolves with the test's server, as the system's resolver would with its own. */
async function lookup(hostname: string): Promise<{ address: string; family: 4 | 6 }[]> {
  const resolver = new Resolver({ timeout: 300, tries: 1 });
  resolver.setServers([names.address]);
  const [four, six] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
  const found = [
    ...(four.status === 'fulfilled' ? four.value : []).map((address) => ({ address, family: 4 as const })),
    ...(six.status === 'fulfilled' ? six.value : []).map((address) => ({ address, family: 6 as const })),
  ];
  if (found.length > 0) return found;
  throw (four as PromiseRejectedResult).reason;
}

/** Returns the outcome of a request to a name, on the port of a listener that must not be reached. */
async function outcome(name: string, allow = ''): Promise<string> {
  connections = 0;
  names.queries.length = 0;
  egress = new Egress({ allow: EgressAllowList.parse(allow), lookup, connectTimeoutMs: 400 });
  try {
    const url = `https://${name}${allow ? `:${port}` : ''}/`;
    const { status } = await egress.request({ url, timeoutMs: 1500, maxResponseBytes: 1000 });
    return `status ${status}`;
  } catch (error) {
    if (error instanceof EgressError) return error.code;
    throw error;
  }
}

const first =
  (answers: Answer[], then: Answer[]): Zone =>
  (type, times) =>
    (times === 0 ? answers : then).filter((answer) => answer.type === type || answer.type === CNAME);
const always = (...answers: Answer[]): Zone => first(answers, answers);

describe('a name of an attacker’s DNS server', () => {
  it.each<[string, Record<string, Zone>]>([
    ['has a private address', { 'rebind.example': always({ type: A, value: '127.0.0.1' }) }],
    ['has a private IPv6 address', { 'rebind.example': always({ type: AAAA, value: LOOPBACK6 }) }],
    [
      'has a public and a private address',
      { 'rebind.example': always({ type: A, value: PUBLIC }, { type: A, value: '127.0.0.1' }) },
    ],
    [
      'is public in IPv4 and private in IPv6',
      { 'rebind.example': always({ type: A, value: PUBLIC }, { type: AAAA, value: LOOPBACK6 }) },
    ],
    [
      'is public in IPv6 and private in IPv4',
      { 'rebind.example': always({ type: AAAA, value: PUBLIC6 }, { type: A, value: '10.0.0.1' }) },
    ],
    [
      'has one private address among thirty',
      {
        'rebind.example': always(
          ...Array.from({ length: 29 }, (_, index) => ({ type: A, value: `192.0.43.${index}` })),
          { type: A, value: '169.254.169.254' },
        ),
      },
    ],
    [
      'is an alias of a private name',
      {
        'rebind.example': (type) => [
          { type: CNAME, value: 'inside.example' },
          ...(type === A ? [{ type: A, value: '127.0.0.1', owner: 'inside.example' }] : []),
        ],
      },
    ],
    ['has an IPv4-mapped address', { 'rebind.example': always({ type: AAAA, value: '0:0:0:0:0:ffff:7f00:1' }) }],
    ['has a NAT64 address', { 'rebind.example': always({ type: AAAA, value: '64:ff9b:0:0:0:0:7f00:1' }) }],
  ])('is denied without a connection if it %s', async (_, zones) => {
    names.zones = zones;
    expect(await outcome('rebind.example')).toBe('egress_denied');
    expect(connections).toBe(0);
  });

  it('is resolved once, and the connection goes to the checked address', async () => {
    names.zones = { 'rebind.example': first([{ type: A, value: PUBLIC }], [{ type: A, value: '127.0.0.1' }]) };
    expect(await outcome('rebind.example')).not.toMatch(/^status/);
    expect(connections).toBe(0);
    expect(names.queries.toSorted()).toEqual([`rebind.example ${A}`, `rebind.example ${AAAA}`].toSorted());
  });

  it('is checked again for each request if its address changes', async () => {
    names.zones = {
      'rebind.example': (type, times) =>
        type === A ? [{ type: A, value: times % 2 === 0 ? PUBLIC : '127.0.0.1' }] : [],
    };
    const before = names.zones['rebind.example'] as Zone;
    let looks = 0;
    names.zones['rebind.example'] = (type) => before(type, type === A ? looks++ : 0);
    expect([await outcome('rebind.example'), await outcome('rebind.example')]).toEqual([
      expect.not.stringMatching(/denied|status/),
      'egress_denied',
    ]);
    expect(connections).toBe(0);
  });

  it.each<[string, Zone]>([
    ['does not exist', () => 'nxdomain'],
    ['has no address', () => []],
    ['is never answered for', () => undefined],
  ])('is unreachable within the deadline if it %s', async (_, zone) => {
    names.zones = { 'rebind.example': zone };
    expect(await outcome('rebind.example')).toMatch(/^upstream_(unreachable|timeout)$/);
    expect(connections).toBe(0);
  });

  it('is reached if the operator allows it, which proves that the listener is reachable', async () => {
    names.zones = { 'rebind.example': always({ type: A, value: '127.0.0.1' }) };
    expect(await outcome('rebind.example', 'rebind.example')).not.toBe('egress_denied');
    expect(connections).toBeGreaterThan(0);
  });
});
