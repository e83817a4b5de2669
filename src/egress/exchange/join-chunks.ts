import { setImmediate } from 'node:timers/promises';

/** The number of bytes that are copied in one turn of the event loop. Takes some milliseconds, because the memory they are copied to is new. */
const MAX_TURN = 1_048_576;

/**
 * Joins the chunks of a body. Returns a promise if it is large: other work runs in between.
 *
 * @param size of the result; at most the size of all chunks
 */
export function joinChunks(chunks: readonly Buffer[], size: number): Buffer | Promise<Buffer> {
  return size <= MAX_TURN ? joinAtOnce(chunks, size) : joinInTurns(chunks, size);
}

export function joinAtOnce(chunks: readonly Buffer[], size: number): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first.subarray(0, size) : Buffer.concat(chunks, size);
}

async function joinInTurns(chunks: readonly Buffer[], size: number): Promise<Buffer> {
  const joined = Buffer.allocUnsafe(size);
  let [at, turnStart] = [0, 0];
  for (const chunk of chunks) {
    at += chunk.copy(joined, at);
    if (at - turnStart < MAX_TURN) continue;
    turnStart = at;
    await setImmediate();
  }
  return joined;
}
