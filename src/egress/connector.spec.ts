import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { once } from 'node:events';
import { connect as dial, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { buildConnector } from 'undici';
import { EgressAllowList } from './allow-list.js';
import { Connector, type Lookup } from './connector.js';
import type { EgressDeniedError, EgressError } from './errors.js';

type Found = Awaited<ReturnType<Lookup>>;
type Answer = { error: EgressError | null; socket: Socket | null };

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

/** Reaches loopback only, whatever address it is told; `hang` addresses never answer. */
function fakeOpen(dialled: string[], outcome: Record<string, 'refuse' | 'hang' | 'bad certificate'> = {}) {
  return ((options, callback) => {
    dialled.push(options.hostname);
    const fate = outcome[options.hostname];
    if (fate === 'hang') return;
    if (fate === 'refuse')
      return void setImmediate(callback, Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), null);
    if (fate === 'bad certificate')
      return void setImmediate(callback, Object.assign(new Error('x'), { code: 'CERT_HAS_EXPIRED' }), null);
    const socket = dial(port, '127.0.0.1', () => callback(null, socket));
  }) as buildConnector.connector;
}

function connectTo(connector: Connector, hostname = 'api.example.test', protocol = 'https:'): Promise<Answer> {
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

describe('the connector', () => {
  it('connects to the checked number, not to the name', async () => {
    const dialled: string[] = [];
    const { socket } = await connectTo(connectorFor(v4('127.0.0.1'), fakeOpen(dialled)));
    expect(dialled).toEqual(['127.0.0.1']);
    expect(socket?.remoteAddress).toBe('127.0.0.1');
    socket?.destroy();
  });

  it('dials nothing when any address of several is bad', async () => {
    const dialled: string[] = [];
    const { error } = await connectTo(connectorFor(v4('8.8.8.8', '1.1.1.1', '10.0.0.1'), fakeOpen(dialled)));
    expect(error).toMatchObject({ code: 'egress_denied', reason: 'address', host: 'api.example.test' });
    expect(dialled).toEqual([]);
  });

  it('judges literal addresses itself, without a look-up', async () => {
    const dialled: string[] = [];
    const lookup = jest.fn<Lookup>();
    const connector = new Connector({ allow: EgressAllowList.parse(''), lookup, timeoutMs: 1_000 }, fakeOpen(dialled));
    for (const literal of ['127.0.0.1', '::1', '[::1]', '169.254.169.254']) {
      expect((await connectTo(connector, literal)).error).toMatchObject({ code: 'egress_denied', reason: 'address' });
    }
    expect(dialled).toEqual([]);
    expect(lookup).not.toHaveBeenCalled();
  });

  it('drops a connection that leads to another address than the checked one', async () => {
    const sockets: Socket[] = [];
    const elsewhere = ((_, callback) => {
      const socket = dial(port, '127.0.0.1', () => callback(null, socket));
      sockets.push(socket);
    }) as buildConnector.connector;
    const { error } = await connectTo(connectorFor(v4('127.0.0.9'), elsewhere));
    expect((error as EgressDeniedError).reason).toBe('address');
    expect(sockets[0]?.destroyed).toBe(true);
  });

  it('refuses what a resolver answers that is no address', async () => {
    const dialled: string[] = [];
    const { error } = await connectTo(connectorFor(v4('localhost'), fakeOpen(dialled), 'localhost'));
    expect(error).toMatchObject({ reason: 'address' });
    expect(dialled).toEqual([]);
  });

  it('tries the next address when one refuses', async () => {
    const dialled: string[] = [];
    const found = v4('127.0.0.2', '127.0.0.1');
    const { socket } = await connectTo(connectorFor(found, fakeOpen(dialled, { '127.0.0.2': 'refuse' })));
    expect(dialled).toEqual(['127.0.0.2', '127.0.0.1']);
    socket?.destroy();
  });

  it('tries the next address beside one that is slow', async () => {
    const dialled: string[] = [];
    const found = v4('127.0.0.2', '127.0.0.1');
    const { socket } = await connectTo(connectorFor(found, fakeOpen(dialled, { '127.0.0.2': 'hang' })));
    expect(dialled).toEqual(['127.0.0.2', '127.0.0.1']);
    socket?.destroy();
  });

  it('looks for no better certificate at the next address', async () => {
    const dialled: string[] = [];
    const found = v4('127.0.0.2', '127.0.0.1');
    const { error } = await connectTo(connectorFor(found, fakeOpen(dialled, { '127.0.0.2': 'bad certificate' })));
    expect(error).toMatchObject({ reason: 'tls', message: 'the certificate of api.example.test has expired' });
    expect(dialled).toEqual(['127.0.0.2']);
  });

  it('says so when no address accepts', async () => {
    const open = fakeOpen([], { '127.0.0.1': 'refuse', '127.0.0.2': 'refuse' });
    const { error } = await connectTo(connectorFor(v4('127.0.0.1', '127.0.0.2'), open));
    expect(error).toMatchObject({ code: 'upstream_unreachable', reason: 'connect' });
    expect(error?.message).toBe('api.example.test did not accept the connection (ECONNREFUSED)');
  });

  it('gives up within its own time, also in the look-up', async () => {
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

  it('gives up all attempts when closed', async () => {
    const connector = connectorFor(v4('127.0.0.1'), fakeOpen([], { '127.0.0.1': 'hang' }));
    const answer = connectTo(connector);
    await new Promise(setImmediate);
    connector.close();
    expect((await answer).error).toMatchObject({ code: 'aborted', host: 'api.example.test' });
  });

  it('keeps name and final dot apart: the server name has none', async () => {
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
