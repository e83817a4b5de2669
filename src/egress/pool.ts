import type { Socket } from 'node:net';
import { Agent, Client, Pool, type buildConnector, type Dispatcher } from 'undici';
import type { Exchange, Peer } from './exchange.js';

/** What goes through undici's layers as it is; `exchange` is ours. */
export interface ExchangeDispatch extends Dispatcher.DispatchOptions {
  readonly exchange: Exchange;
}

/** One connection, which tells each exchange on it whom it talks to; undici's handlers are not shown the socket. */
class PeerClient extends Client {
  readonly #peer: Peer;

  constructor(origin: URL, options: Client.Options, connect: buildConnector.connector) {
    const peer: Peer = { remoteAddress: null };
    super(origin, { ...options, connect: noting(connect, peer) });
    this.#peer = peer;
  }

  override dispatch(options: ExchangeDispatch, handler: Dispatcher.DispatchHandler): boolean {
    options.exchange.peer = this.#peer;
    return super.dispatch(options, handler);
  }
}

function noting(connect: buildConnector.connector, peer: Peer): buildConnector.connector {
  return (options, callback) =>
    connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      peer.remoteAddress = (socket as Socket).remoteAddress ?? null;
      callback(null, socket);
    });
}

/**
 * Keep-alive connections by origin, at most `connections` each; an origin without any is forgotten.
 *
 * undici repeats nothing here: with one request at a time on a connection (no pipelining) a request whose connection breaks fails, GET
 * or POST, also where a kept connection was closed by the server at that very moment. The client keeps an idle connection for 4 s, or 2 s
 * less than the server promises in `Keep-Alive`, and looks for the server's FIN before each reuse, so that this is rare.
 */
export function openPool(connect: buildConnector.connector, connections: number): Agent {
  const options: Pool.Options = {
    connections,
    pipelining: 1,
    // The caller's deadline covers these, and must not be beaten by them.
    headersTimeout: 0,
    bodyTimeout: 0,
    factory: (origin, options) => new PeerClient(origin, options as Client.Options, connect),
  };
  return new Agent({ connect, factory: (origin) => new Pool(origin, options) });
}
