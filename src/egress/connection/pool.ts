import type { Socket } from 'node:net';
import { Agent, Client, Pool, type buildConnector, type Dispatcher } from 'undici';
import type { Exchange, Peer } from '../exchange/exchange.js';
import type { ConnectOptions } from './connector.js';

/** Dispatch options that undici passes through unchanged, with our `exchange`. */
export interface ExchangeDispatch extends Dispatcher.DispatchOptions {
  readonly exchange: Exchange;
}

type Connect = (options: ConnectOptions, callback: buildConnector.Callback) => void;

/** Most response heads fit into one or two chunks of this size. */
const HEAD_CHUNK_BYTES = 2048;

/** One connection. Gives each exchange access to its peer, because undici does not pass the socket to handlers. */
class PeerClient extends Client {
  readonly #peer: Peer;

  constructor(origin: URL, options: Client.Options, connect: Connect) {
    const peer: Peer = {
      remoteAddress: null,
      isReused: false,
      hasReceived: false,
      readsBody: false,
      isPaused: false,
      resume: () => undefined,
    };
    super(origin, { ...options, connect: withPeer(connect, peer) });
    this.#peer = peer;
  }

  override dispatch(options: ExchangeDispatch, handler: Dispatcher.DispatchHandler): boolean {
    options.exchange.peer = this.#peer;
    this.#peer.exchange = options.exchange;
    return super.dispatch(options, handler);
  }
}

/** Wraps a connector so that it knows the request that it connects for, and `peer` describes the connected socket. */
function withPeer(connect: Connect, peer: Peer): buildConnector.connector {
  return (options, callback) =>
    connect({ ...options, caller: peer.exchange?.startLookup() }, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      peer.remoteAddress = (socket as Socket).remoteAddress ?? null;
      peer.isReused = false;
      readHeadInChunks(socket as Socket, peer);
      callback(null, socket);
    });
}

/**
 * Feeds undici's parser the response head in small chunks, and nothing once the connection was destroyed.
 *
 * The parser gets everything that has arrived, 64 KiB and more, and continues to the end after the head has become too large, creating an error
 * with a stack trace for each further field and value: tens of thousands, which blocks the event loop for a good part of a second.
 *
 * Reads nothing while the peer is paused. undici's own `pause` would not do: a connection that breaks while its parser is paused fails an
 * assertion there, outside of any request.
 */
function readHeadInChunks(socket: Socket, peer: Peer): void {
  const read = socket.read.bind(socket);
  peer.resume = () => {
    peer.isPaused = false;
    // Not synchronously: memory may be granted from within the parser, which all connections share.
    setImmediate(() => socket.emit('readable'));
  };
  socket.read = (size?: number): unknown => {
    if (socket.destroyed || peer.isPaused) return null;
    const isWhole = peer.readsBody || size !== undefined || socket.readableLength <= HEAD_CHUNK_BYTES;
    const chunk: unknown = read(isWhole ? size : HEAD_CHUNK_BYTES);
    if (chunk !== null) peer.hasReceived = true;
    return chunk;
  };
}

/**
 * Opens a pool of connections by origin, one for each concurrent request; the caller limits the number of requests. Origins without connections are
 * removed.
 *
 * undici never retries here: with one request at a time on a connection (no pipelining), a request whose connection breaks fails, GET or POST,
 * even if the server closed a kept connection at that moment. That is rare: the client keeps an idle connection for 4 s, or 2 s less than
 * the server's `Keep-Alive` says, and checks for the server's FIN before each reuse. `Egress` sends safe requests again then.
 *
 * @param keepAlive whether connections are kept for further requests
 */
export function openPool(connect: Connect, keepAlive: boolean): Agent {
  const options: Pool.Options = {
    pipelining: keepAlive ? 1 : 0,
    // The caller's deadline covers these and must fire first.
    headersTimeout: 0,
    bodyTimeout: 0,
    factory: (origin, options) => new PeerClient(origin, options as Client.Options, connect),
  };
  return new Agent({ factory: (origin) => new Pool(origin, options) });
}
