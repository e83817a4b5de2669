/** Returns bytes that can be moved to a thread: the same ones if they have a buffer of their own, or a copy. */
export function transferable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteLength } = bytes;
  // Small buffers of Node share one that must not be moved.
  const isAlone = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength && byteLength >= Buffer.poolSize;
  return isAlone ? new Uint8Array(buffer) : new Uint8Array(bytes);
}
