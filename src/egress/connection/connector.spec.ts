import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { connect as dial, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { EgressAllowList } from '../policy/allow-list.js';
import type { Lookup } from '../lookup/system-lookup.js';
import { Connector } from './connector.js';
import type { EgressDeniedError, EgressError } from '../errors/egress-error.js';

type Found = Awaited<ReturnType<Lookup>>;
type Result = { error: EgressError | null; socket: Socket | null };

let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((socket) => socket.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const v4 = (...addresses: string[]): Found => addresses.map((address) => ({ address, family: 4 }));

/** Connects to loopback whatever the address; `hang` addresses never respond. */
function fakeOpen(dialed: string[], outcome: Record<string, 'refuse' | 'hang' | 'bad certificate'> = {}) {
  return ((options, callback) => {
    dialed.push(options.hostname);
    const fate = outcome[options.hostname];
    if (fate === 'hang') return;
    if (fate === 'refuse')
      return void setImmediate(callback, Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), null);
    if (fate === 'bad certificate')
      return void setImmediate(callback, Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), null);
    const socket = dial(port, '127.0.0.1', () => callback(null, socket));
  }) as buildConnector.connector;
}

function connectTo(connector: Connector, hostname = 'api.example.test', protocol = 'https:'): Promise<Result> {
  return new Promise((resolve) => {
    connector.connect({ hostname, host: hostname, protocol, port: '' }, (...[error, socket]) => {
      resolve({ error: error as EgressError | null, socket });
    });
  });
}

function connectorFor(
  found: Found,
  open: buildConnector.connector,
  allow = '127.0.0.0/8',
  timeoutMs = 5_000,
): Connector {
  return new Connector({ allow: EgressAllowList.parse(allow), lookup: async () => found, timeoutMs }, open);
}

describe('Connector', () => {
  it('connects to the checked address, not to the name', async () => {
    const dialed: string[] = [];
    const { socket } = await connectTo(connectorFor(v4('127.0.0.1'), fakeOpen(dialed)));
    expect(dialed).toEqual(['127.0.0.1']);
    expect(socket?.remoteAddress).toBe('127.0.0.1');
    socket?.destroy();
  });

  it('opens no connection if any of several addresses is denied', async () => {
    const dialed: string[] = [];
    const { error } = await connectTo(connectorFor(v4('8.8.8.8', '1.1.1.1', '10.0.0.1'), fakeOpen(dialed)));
    expect(error).toMatchObject({ code: 'egress_denied', reason: 'address', host: 'api.example.test' });
    expect(dialed).toEqual([]);
  });

  it('checks literal addresses without a DNS lookup', async () => {
    const dialed: string[] = [];
    const lookup = jest.fn<Lookup>();
    const connector = new Connector({ allow: EgressAllowList.parse(''), lookup, timeoutMs: 1_000 }, fakeOpen(dialed));
    for (const literal of ['127.0.0.1', '::1', '[::1]', '169.254.169.254']) {
      expect((await connectTo(connector, literal)).error).toMatchObject({ code: 'egress_denied', reason: 'address' });
    }
    expect(dialed).toEqual([]);
    expect(lookup).not.toHaveBeenCalled();
  });

  it('closes a connection that leads to another address than the checked one', async () => {
    const sockets: Socket[] = [];
    const elsewhere = ((_, callback) => {
      const socket = dial(port, '127.0.0.1', () => callback(null, socket));
      sockets.push(socket);
    }) as buildConnector.connector;
    const { error } = await connectTo(connectorFor(v4('127.0.0.9'), elsewhere));
    expect((error as EgressDeniedError).reason).toBe('address');
    expect(sockets[0]?.destroyed).toBe(true);
  });

  it('denies a resolver result that is not an address', async () => {
    const dialed: string[] = [];
    const { error } = await connectTo(connectorFor(v4('localhost'), fakeOpen(dialed), 'localhost'));
    expect(error).toMatchObject({ reason: 'address' });
    expect(dialed).toEqual([]);
  });

  it('tries the next address if one refuses the connection', async () => {
    const dialed: string[] = [];
    const found = v4('127.0.0.2', '127.0.0.1');
    const { socket } = await connectTo(connectorFor(found, fakeOpen(dialed, { '127.0.0.2': 'refuse' })));
    expect(dialed).toEqual(['127.0.0.2', '127.0.0.1']);
    socket?.destroy();
  });

  it('tries the next address in parallel with a slow one', async () => {
    const dialed: string[] = [];
    const found = v4('127.0.0.2', '127.0.0.1');
    const { socket } = await connectTo(connectorFor(found, fakeOpen(dialed, { '127.0.0.2': 'hang' })));
    expect(dialed).toEqual(['127.0.0.2', '127.0.0.1']);
    socket?.destroy();
  });

  it('does not try the next address after a bad certificate', async () => {
    const dialed: string[] = [];
    const found = v4('127.0.0.2', '127.0.0.1');
    const { error } = await connectTo(connectorFor(found, fakeOpen(dialed, { '127.0.0.2': 'bad certificate' })));
    expect(error).toMatchObject({ reason: 'tls', message: 'the certificate of api.example.test has expired' });
    expect(dialed).toEqual(['127.0.0.2']);
  });

  it('reports the refusal if no address accepts the connection', async () => {
    const open = fakeOpen([], { '127.0.0.1': 'refuse', '127.0.0.2': 'refuse' });
    const { error } = await connectTo(connectorFor(v4('127.0.0.1', '127.0.0.2'), open));
    expect(error).toMatchObject({ code: 'upstream_unreachable', reason: 'connect' });
    expect(error?.message).toBe('api.example.test did not accept the connection (ECONNREFUSED)');
  });

  it('times out during the DNS lookup and during the connection', async () => {
    const hanging = new Connector(
      { allow: EgressAllowList.parse(''), lookup: () => new Promise(() => undefined), timeoutMs: 50 },
      fakeOpen([]),
    );
    expect((await connectTo(hanging)).error).toMatchObject({ reason: 'connect' });
    const open = fakeOpen([], { '127.0.0.1': 'hang' });
    expect((await connectTo(connectorFor(v4('127.0.0.1'), open, '127.0.0.1', 50))).error).toMatchObject({
      reason: 'connect',
    });
  });

  it('aborts all attempts when it is closed', async () => {
    const connector = connectorFor(v4('127.0.0.1'), fakeOpen([], { '127.0.0.1': 'hang' }));
    const answer = connectTo(connector);
    await new Promise(setImmediate);
    connector.close();
    expect((await answer).error).toMatchObject({ code: 'aborted', host: 'api.example.test' });
  });

  it('sends the TLS server name without a trailing dot', async () => {
    const seen: (string | undefined)[] = [];
    const open = ((options, callback) => {
      seen.push(options.servername);
      callback(new Error('enough'), null);
    }) as buildConnector.connector;
    await connectTo(connectorFor(v4('127.0.0.1'), open), 'api.example.test.');
    await connectTo(connectorFor(v4('127.0.0.1'), open), '127.0.0.1');
    expect(seen).toEqual(['api.example.test', '']);
  });
});
