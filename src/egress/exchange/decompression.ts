import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { EgressError } from '../errors/egress-error.js';
import type { BodyLimit } from './body-limit.js';
import { joinChunks } from './join-chunks.js';

/** The body is larger than its limit and may not be truncated. */
export class OversizeError extends Error {}
/** The body cannot be decompressed; the message says why. */
export class CorruptError extends Error {}

type Coding = 'gzip' | 'deflate' | 'deflate-raw' | 'br';

export interface Decompressed {
  readonly body: Buffer;
  readonly isTruncated: boolean;
}

interface Options {
  readonly limit: BodyLimit;
  /** Truncate at the limit instead of throwing. */
  readonly truncate: boolean;
  /** The compressed bytes are truncated themselves; their missing end is not an error. */
  readonly isTruncated: boolean;
  /**
   * Called as the output of a coding grows.
   *
   * @param input bytes that are kept beside the output: the body as sent and the output of previous codings
   * @returns a promise while no memory is free
   */
  readonly grow?: (output: number, input: number) => Promise<void> | undefined;
}

interface StepOptions extends Options {
  readonly input: number;
}

/** Bodies up to this size are decompressed synchronously: the thread pool costs several times the work. */
const SYNC_INPUT_BYTES = 16 * 1024;
const SYNC_OUTPUT_BYTES = 256 * 1024;
/** How much of a body is decompressed to inspect its beginning. */
const BEGINNING_INPUT_BYTES = 64 * 1024;
const BEGINNING_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Honest servers do not stack more codings; each one can multiply the work. */
const MAX_CODINGS = 2;

const SYNC = { gzip: gunzipSync, deflate: inflateSync, 'deflate-raw': inflateRawSync, br: brotliDecompressSync };

const NAMES: Readonly<Record<string, Coding>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'br' };

/**
 * Parses a `Content-Encoding` header (RFC 9110, 8.4).
 *
 * @returns the codings in the order of decoding. Empty for no coding, and if any coding is unknown (some servers write `utf-8` or `none`): the
 *   body is passed on as sent then
 */
export function readCodings(header: string | undefined): readonly Coding[] {
  if (header === undefined) return [];
  const names = header.split(',').map((name) => name.trim().toLowerCase());
  const codings = names.filter((name) => name !== '' && name !== 'identity').map((name) => NAMES[name]);
  if (codings.length > MAX_CODINGS) return [];
  return codings.every((coding) => coding !== undefined) ? codings.toReversed() : [];
}

/**
 * Decompresses a body. Never keeps more than the limit and one chunk of output, however far the input would expand.
 *
 * @param options the limit applies to the output of every coding
 * @throws {OversizeError} larger than the limit, unless `truncate` is set
 * @throws {CorruptError} corrupt or incomplete
 */
export async function decompress(raw: Buffer, codings: readonly Coding[], options: Options): Promise<Decompressed> {
  let result: Decompressed = { body: raw, isTruncated: options.isTruncated };
  let input = 0;
  for (const coding of codings) {
    input += result.body.length;
    const step = { ...options, isTruncated: result.isTruncated, input };
    if (result.body.length > 0) result = await decodeOne(result.body, detectFormat(coding, result.body), step);
  }
  return result;
}

/**
 * Decompresses the beginning of a body that has not arrived completely.
 *
 * @returns an empty buffer if the beginning cannot be decompressed cheaply: it is corrupt, or expands as no honest body does
 */
export function decompressBeginning(raw: Buffer, codings: readonly Coding[]): Buffer {
  let beginning = raw.subarray(0, codings.length === 0 ? raw.length : BEGINNING_INPUT_BYTES);
  for (const coding of codings) beginning = decodeBeginning(beginning, coding);
  return beginning;
}

function decodeBeginning(raw: Buffer, coding: Coding): Buffer {
  try {
    const options = { ...truncatedInput(coding), maxOutputLength: BEGINNING_OUTPUT_BYTES };
    return SYNC[detectFormat(coding, raw)](raw, options);
  } catch {
    return Buffer.alloc(0); // the error is reported when the complete body is decompressed
  }
}

/** `deflate` means the zlib format (RFC 9110, 8.4.1.2), but some servers send raw deflate, which no zlib header starts like (RFC 1950, 2.2). */
function detectFormat(coding: Coding, body: Buffer): Coding {
  return coding === 'deflate' && ((body[0] ?? 0) & 0x0f) !== 8 ? 'deflate-raw' : coding;
}

async function decodeOne(raw: Buffer, coding: Coding, options: StepOptions): Promise<Decompressed> {
  const isSmall = !options.isTruncated && raw.length <= SYNC_INPUT_BYTES;
  const body = isSmall ? decodeSync(raw, coding, options.limit.bytes) : undefined;
  return body === undefined ? decodeStreaming(raw, coding, options) : { body, isTruncated: false };
}

/** @returns `undefined` if the output is not small */
function decodeSync(raw: Buffer, coding: Coding, limit: number): Buffer | undefined {
  const maxOutputLength = Math.min(limit, SYNC_OUTPUT_BYTES);
  if (maxOutputLength < 1) return undefined;
  try {
    return SYNC[coding](raw, { maxOutputLength });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw corruptError(error);
  }
}

function decodeStreaming(raw: Buffer, coding: Coding, options: StepOptions): Promise<Decompressed> {
  return new Promise((resolve, reject) => {
    const stream = createDecompressor(coding, options.isTruncated);
    const chunks: Buffer[] = [];
    const { limit, truncate } = options;
    let size = 0;
    const finish = (length: number, isTruncated: boolean): void => {
      Promise.resolve(joinChunks(chunks, length)).then((body) => resolve({ body, isTruncated }), reject);
    };
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (limit.allows(size, () => Buffer.concat(chunks))) {
        const granted = options.grow?.(size, options.input);
        if (granted === undefined) return;
        stream.pause();
        granted.then(
          () => stream.resume(),
          (error: Error) => stream.destroy(error),
        );
        return;
      }
      stream.destroy();
      if (truncate) finish(limit.bytes, true);
      else reject(new OversizeError());
    });
    stream.on('end', () => finish(size, options.isTruncated));
    stream.on('error', (error) => reject(error instanceof EgressError ? error : corruptError(error)));
    stream.end(raw);
  });
}

/** Returns zlib options for input whose end is missing. */
function truncatedInput(coding: Coding) {
  return { finishFlush: coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH };
}

function createDecompressor(coding: Coding, isTruncated: boolean) {
  const options = { chunkSize: 64 * 1024, ...(isTruncated && truncatedInput(coding)) };
  if (coding === 'br') return createBrotliDecompress(options);
  if (coding === 'gzip') return createGunzip(options);
  return coding === 'deflate' ? createInflate(options) : createInflateRaw(options);
}

function corruptError(error: unknown): CorruptError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return new CorruptError(
    code === 'Z_BUF_ERROR' ? 'its compressed body is incomplete' : `its compressed body is corrupt (${code})`,
  );
}
