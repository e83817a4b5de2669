import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';

/** Reading pauses once more than this has been dropped of the body of an answered request. */
const MAX_DROPPED_BYTES = 65_536;
/** Time for the client to read the response before the connection is destroyed. */
const MAX_DRAIN_MS = 1000;

/**
 * Answers requests whose bodies have not arrived yet, such as rejected ones, without waiting for the body, and then closes their connections.
 * The close lingers, so that a client that is still sending sees the response instead of a reset (RFC 9112, section 9.6).
 *
 * `100 Continue` (RFC 9110, section 10.1.1) is sent when a body is about to be read, and not to rejected requests.
 */
export function answerBeforeBodies(server: FastifyInstance): void {
  server.server.on('checkContinue', (request, response) => server.server.emit('request', request, response));
  server.addHook('preParsing', ({ headers }, reply, payload, done) => {
    if (headers.expect?.toLowerCase() === '100-continue') reply.raw.writeContinue();
    done(null, payload);
  });
  server.addHook('onSend', (request, reply, payload, done) => {
    if (!isIncomplete(request)) return done(null, payload);
    // A body that arrived together with the head is parsed after the hooks that do not wait for anything.
    setImmediate(() => {
      if (isIncomplete(request)) {
        void reply.header('connection', 'close');
        lingerOnClose(request);
      }
      done(null, payload);
    });
  });
}

function isIncomplete({ raw }: FastifyRequest): boolean {
  if (raw.complete) return false;
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
  return length !== '0' || encoding !== undefined;
}

/**
 * Postpones the close of the connection, for which Node calls `destroySoon` once the response has been written, and drops what arrives of the
 * body until then. A client that sends at full speed is slowed down after `MAX_DROPPED_BYTES`, and still has the time to read the response.
 */
function lingerOnClose({ raw }: FastifyRequest): void {
  const socket: Socket & { destroySoon?: () => void } = raw.socket;
  let dropped = 0;
  raw.on('data', (chunk: Buffer) => {
    dropped += chunk.length;
    if (dropped > MAX_DROPPED_BYTES) raw.pause();
  });
  socket.destroySoon = () => {
    socket.end();
    const timer = setTimeout(() => socket.destroy(), MAX_DRAIN_MS);
    socket.once('close', () => clearTimeout(timer));
    if (raw.complete) socket.destroy();
    else raw.once('end', () => socket.destroy());
  };
}
