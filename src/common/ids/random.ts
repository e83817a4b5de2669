import { randomBytes, randomFillSync } from 'node:crypto';

/** Drawn ahead: asking the system for a few bytes costs many times what they do. What has been given out is wiped. */
const POOL = Buffer.alloc(4096);
let next = POOL.length;

/** Random bytes of the system's generator, for ids and nonces. */
export function pooledBytes(length: number): Buffer {
  if (length > POOL.length) return randomBytes(length);
  if (next + length > POOL.length) {
    randomFillSync(POOL);
    next = 0;
  }
  const bytes = Buffer.from(POOL.subarray(next, next + length));
  POOL.fill(0, next, next + length);
  next += length;
  return bytes;
}
