import { moved } from '../../workers/moved.js';
import { transferable } from '../../workers/transferable.js';
import { encodeFiles } from './encode-files.js';
import { readText } from './read-text.js';
import type { ReadText, TextBody } from './text-body.js';

/*
 * The jobs of worker threads that read large responses. Structured cloning makes each Buffer a Uint8Array.
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** Reads a text body, as {@link readText} does. */
export async function readLargeText({
  bytes,
  ...body
}: Omit<TextBody, 'bytes'> & { bytes: Bytes }): Promise<ReadText<Bytes>> {
  const read = await readText({ ...body, bytes: bufferOf(bytes) });
  const contents = read.contents.map((content) => content && transferable(content));
  return moved(
    { ...read, contents },
    contents.filter((content) => content !== undefined),
  );
}

/** Redacts files and encodes them, as {@link encodeFiles} does. Returns base64 in ASCII. */
export async function encodeLargeFiles({
  files,
  secrets,
}: {
  files: readonly Bytes[];
  secrets: readonly string[];
}): Promise<Bytes[]> {
  const toAscii = (bytes: Buffer) => transferable(Buffer.from(bytes.toString('base64'), 'latin1'));
  const encoded = await encodeFiles({ files: files.map(bufferOf), secrets }, toAscii);
  return moved(encoded, encoded);
}

function bufferOf({ buffer, byteOffset, byteLength }: Bytes): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
