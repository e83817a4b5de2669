import type { Readable } from 'node:stream';
import { errorCodes, type FastifyRequest } from 'fastify';

/**
 * Reads the body of a request.
 *
 * Each chunk is copied into one of a few parts when it arrives, and then dropped. Keeping the chunks and joining them at the end would stop the
 * event loop twice for a large body: for the copy, and for the garbage collection of thousands of chunks that have grown old.
 *
 * @param payload the stream of the body
 * @param grow called with the number of bytes after each chunk; reading pauses until the promise that it returns resolves
 * @returns the parts of the body in order; one if it arrives in one chunk, none if it is empty
 * @throws {FastifyError} the body exceeds the limit of the route (413), or was aborted or is not as long as declared (400)
 */
export function readBody(
  request: FastifyRequest,
  payload: Readable,
  grow: (bytes: number) => Promise<void> | undefined,
): Promise<Buffer[]> {
  const limit = request.routeOptions.bodyLimit;
  const declared = Number(request.headers['content-length']);
  return new Promise((resolve, reject) => {
    if (declared > limit) return reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
    const body = new ReceivedBytes(Number.isNaN(declared) ? limit : declared);
    let wait: Promise<void> | undefined;
    const onData = (chunk: Buffer): void => {
      if (body.length + chunk.length > limit) {
        // The stream keeps flowing, and drops what is left.
        payload.off('data', onData);
        return reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE());
      }
      body.append(chunk);
      wait = grow(body.length);
      if (wait === undefined) return;
      payload.pause();
      wait.then(() => payload.resume(), reject);
    };
    payload.on('data', onData);
    payload.once('end', () => {
      if (!Number.isNaN(declared) && body.length !== declared)
        return reject(new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH());
      // A stream may end although it is paused.
      if (wait === undefined) resolve(body.parts());
      else wait.then(() => resolve(body.parts()), reject);
    });
    payload.once('error', (error) => reject(Object.assign(error, { statusCode: 400 })));
  });
}

/** Collects chunks. Memory grows with what arrives: a long body that was declared and not sent takes none. */
class ReceivedBytes {
  readonly #parts: Buffer[] = [];
  /** The rest of the last part. */
  #free = Buffer.alloc(0);
  length = 0;

  /** @param expected the length of all bytes, or the most that they can be */
  constructor(private readonly expected: number) {}

  append(chunk: Buffer): void {
    const copied = this.#fill(chunk);
    if (copied < chunk.length) {
      this.#addPart(chunk.length - copied);
      this.#fill(chunk.subarray(copied));
    }
  }

  parts(): Buffer[] {
    const last = this.#parts.at(-1);
    return last ? [...this.#parts.slice(0, -1), last.subarray(0, last.length - this.#free.length)] : [];
  }

  /** Adds a part that is as long as all before it, so that there are few, but not longer than what is missing. */
  #addPart(minimum: number): void {
    this.#free = Buffer.allocUnsafe(Math.max(minimum, Math.min(this.length, this.expected - this.length)));
    this.#parts.push(this.#free);
  }

  #fill(chunk: Buffer): number {
    const copied = chunk.copy(this.#free);
    this.#free = this.#free.subarray(copied);
    this.length += copied;
    return copied;
  }
}
