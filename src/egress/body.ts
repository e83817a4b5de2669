import { constants, createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { EgressError } from './errors.js';
import type { Cap } from './cap.js';

/** A body that is larger than its cap, where it may not be cut. */
export class OversizeError extends Error {}
/** A body that cannot be decompressed; the message says why. */
export class CorruptError extends Error {}

type Coding = 'gzip' | 'deflate' | 'deflate-raw' | 'br';

export interface Decoded {
  readonly body: Buffer;
  readonly truncated: boolean;
}

interface Limits {
  readonly cap: Cap;
  /** Cut at the cap instead of refusing. */
  readonly cut: boolean;
  /** The compressed bytes were cut themselves: their end is missing, and that is no error. */
  readonly partial: boolean;
  /**
   * Asked as the output of a coding grows.
   *
   * @param input bytes that are held beside it: the body as it came, and the output of codings before
   * @returns a promise where there is no room for it yet
   */
  readonly grow?: (output: number, input: number) => Promise<void> | undefined;
}

interface Step extends Limits {
  readonly input: number;
}

/** Up to this much is decompressed in place; the detour over the thread pool costs several times the work. */
const SMALL_INPUT = 16 * 1024;
const SMALL_OUTPUT = 256 * 1024;
/** How far a body is decompressed only to see how it begins. */
const BEGINNING_INPUT = 64 * 1024;
const BEGINNING_OUTPUT = 4 * 1024 * 1024;
/** Nobody needs more; each stacked coding is a chance to multiply the work. */
const MOST_CODINGS = 2;

const SYNC = { gzip: gunzipSync, deflate: inflateSync, 'deflate-raw': inflateRawSync, br: brotliDecompressSync };

const NAMES: Readonly<Record<string, Coding>> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate', br: 'br' };

/**
 * Reads a `Content-Encoding` (RFC 9110, 8.4).
 *
 * @returns the codings in the order they are to be undone. Empty for none, and where one of them is unknown (servers write `utf-8` and
 *   `none`): the body is then handed over as it came
 */
export function readCodings(header: string | undefined): readonly Coding[] {
  if (header === undefined) return [];
  const names = header.split(',').map((name) => name.trim().toLowerCase());
  const codings = names.filter((name) => name !== '' && name !== 'identity').map((name) => NAMES[name]);
  if (codings.length > MOST_CODINGS) return [];
  return codings.every((coding) => coding !== undefined) ? codings.toReversed() : [];
}

/**
 * Decompresses a body. Never holds more than the cap and one chunk of output, however far the input would expand.
 *
 * @param limits the cap holds for the output of every coding
 * @throws {OversizeError} larger than the cap, where they do not say `cut`
 * @throws {CorruptError} broken, or shorter than it says
 */
export async function decode(raw: Buffer, codings: readonly Coding[], limits: Limits): Promise<Decoded> {
  let decoded: Decoded = { body: raw, truncated: limits.partial };
  let input = 0;
  for (const coding of codings) {
    input += decoded.body.length;
    const step = { ...limits, partial: decoded.truncated, input };
    if (decoded.body.length > 0) decoded = await undo(decoded.body, wrapping(coding, decoded.body), step);
  }
  return decoded;
}

/**
 * How a body begins of which not all is there yet.
 *
 * @returns nothing where that cannot be seen at little cost: it is broken, or expands as no honest one does
 */
export function decodeBeginning(raw: Buffer, codings: readonly Coding[]): Buffer {
  let beginning = raw.subarray(0, codings.length === 0 ? raw.length : BEGINNING_INPUT);
  for (const coding of codings) beginning = undoBeginning(beginning, coding);
  return beginning;
}

function undoBeginning(raw: Buffer, coding: Coding): Buffer {
  try {
    return SYNC[wrapping(coding, raw)](raw, { ...unended(coding), maxOutputLength: BEGINNING_OUTPUT });
  } catch {
    return Buffer.alloc(0); // what is wrong with it shows when all of it is decompressed
  }
}

/** `deflate` means zlib's format (RFC 9110, 8.4.1.2), but some servers send the bare one: no zlib header starts like that (RFC 1950, 2.2). */
function wrapping(coding: Coding, body: Buffer): Coding {
  return coding === 'deflate' && ((body[0] ?? 0) & 0x0f) !== 8 ? 'deflate-raw' : coding;
}

async function undo(raw: Buffer, coding: Coding, limits: Step): Promise<Decoded> {
  const small = limits.partial || raw.length > SMALL_INPUT ? undefined : undoInPlace(raw, coding, limits.cap.bytes);
  return small === undefined ? undoStreaming(raw, coding, limits) : { body: small, truncated: false };
}

/** @returns `undefined` where the output is not small */
function undoInPlace(raw: Buffer, coding: Coding, limit: number): Buffer | undefined {
  const maxOutputLength = Math.min(limit, SMALL_OUTPUT);
  if (maxOutputLength < 1) return undefined;
  try {
    return SYNC[coding](raw, { maxOutputLength });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    throw corrupt(error);
  }
}

function undoStreaming(raw: Buffer, coding: Coding, limits: Step): Promise<Decoded> {
  return new Promise((resolve, reject) => {
    const stream = open(coding, limits.partial);
    const chunks: Buffer[] = [];
    const { cap, cut } = limits;
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (cap.admits(size, () => Buffer.concat(chunks))) {
        const room = limits.grow?.(size, limits.input);
        if (room === undefined) return;
        stream.pause();
        room.then(
          () => stream.resume(),
          (error: Error) => stream.destroy(error),
        );
        return;
      }
      stream.destroy();
      if (cut) resolve({ body: Buffer.concat(chunks, cap.bytes), truncated: true });
      else reject(new OversizeError());
    });
    stream.on('end', () => resolve({ body: Buffer.concat(chunks), truncated: limits.partial }));
    stream.on('error', (error) => reject(error instanceof EgressError ? error : corrupt(error)));
    stream.end(raw);
  });
}

/** Options for input whose end is missing. */
function unended(coding: Coding) {
  return { finishFlush: coding === 'br' ? constants.BROTLI_OPERATION_FLUSH : constants.Z_SYNC_FLUSH };
}

function open(coding: Coding, partial: boolean) {
  const options = { chunkSize: 64 * 1024, ...(partial && unended(coding)) };
  if (coding === 'br') return createBrotliDecompress(options);
  if (coding === 'gzip') return createGunzip(options);
  return coding === 'deflate' ? createInflate(options) : createInflateRaw(options);
}

function corrupt(error: unknown): CorruptError {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
  return new CorruptError(
    code === 'Z_BUF_ERROR' ? 'its compressed body ends too early' : `its compression is broken (${code})`,
  );
}
