import { randomBytes, randomFillSync } from 'node:crypto';

/** Random bytes drawn in advance: a system call for a few bytes costs many times what they do. Used bytes are zeroed. */
const POOL = Buffer.alloc(4096);
let offset = POOL.length;

/** Returns cryptographically secure random bytes, for ids and nonces. */
export function pooledBytes(length: number): Buffer {
  if (length > POOL.length) return randomBytes(length);
  if (offset + length > POOL.length) {
    randomFillSync(POOL);
    offset = 0;
  }
  const bytes = Buffer.from(POOL.subarray(offset, offset + length));
  POOL.fill(0, offset, offset + length);
  offset += length;
  return bytes;
}
