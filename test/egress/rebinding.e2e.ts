// Runs once: the database takes no part in what this suite tests.
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Egress, EgressAllowList, EgressError } from '../../src/egress/index.js';
import { SystemLookup } from '../../src/egress/lookup/system-lookup.js';
import { A, AAAA, CNAME, NameServer, type Answer, type Zone } from '../support/name-server.js';

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

/** Returns the outcome of a request to a name, on the port of a listener that must not be reached. */
async function outcome(name: string, allow = ''): Promise<string> {
  connections = 0;
  names.queries.length = 0;
  // A lookup of its own for each request: what an earlier test found missing is not remembered.
  const { lookup } = new SystemLookup({ servers: [names.address] });
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
