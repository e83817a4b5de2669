import type { Socket } from 'node:net';
import { Agent, Client, Pool, type buildConnector, type Dispatcher } from 'undici';
import type { Exchange, Peer } from './exchange.js';

/** What goes through undici's layers as it is; `exchange` is ours. */
export interface ExchangeDispatch extends Dispatcher.DispatchOptions {
  readonly exchange: Exchange;
}

/** Most heads are one or two of these. */
const HEAD_PIECE_BYTES = 2048;

/** One connection, which tells each exchange on it whom it talks to; undici's handlers are not shown the socket. */
class PeerClient extends Client {
  readonly #peer: Peer;

  constructor(origin: URL, options: Client.Options, connect: buildConnector.connector) {
    const peer: Peer = { remoteAddress: null, readsBody: false, isPaused: false, resume: () => undefined };
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
      readInPieces(socket as Socket, peer);
      callback(null, socket);
    });
}

/**
 * Has undici's parser look at a head in small pieces, and at nothing more once the connection has been given up.
 *
 * The parser gets all that has arrived, 64 KiB and more, and goes on to its end after the head has become too large, with an error and its
 * stack trace for each further field and value: tens of thousands, and nobody else is served for a good part of a second.
 *
 * Nothing at all is read of a body that waits for a place. That is done here and not with undici's own `pause`: a connection that breaks while
 * its parser is paused fails an assertion there, outside of any request.
 */
function readInPieces(socket: Socket, peer: Peer): void {
  const read = socket.read.bind(socket);
  peer.resume = () => {
    peer.isPaused = false;
    // Not at once: room may be given from within the parser, which is one for all connections.
    setImmediate(() => socket.emit('readable'));
  };
  socket.read = (size?: number): unknown => {
    if (socket.destroyed || peer.isPaused) return null;
    const isWhole = peer.readsBody || size !== undefined || socket.readableLength <= HEAD_PIECE_BYTES;
    return read(isWhole ? size : HEAD_PIECE_BYTES);
  };
}

/**
 * Keep-alive connections by origin, as many as there are requests at a time; an origin without any is forgotten. How many requests there are is
 * for whoever sends them to bound.
 *
 * undici repeats nothing here: with one request at a time on a connection (no pipelining) a request whose connection breaks fails, GET
 * or POST, also where a kept connection was closed by the server at that very moment. The client keeps an idle connection for 4 s, or 2 s
 * less than the server promises in `Keep-Alive`, and looks for the server's FIN before each reuse, so that this is rare.
 */
export function openPool(connect: buildConnector.connector): Agent {
  const options: Pool.Options = {
    pipelining: 1,
    // The caller's deadline covers these, and must not be beaten by them.
    headersTimeout: 0,
    bodyTimeout: 0,
    factory: (origin, options) => new PeerClient(origin, options as Client.Options, connect),
  };
  return new Agent({ connect, factory: (origin) => new Pool(origin, options) });
}
