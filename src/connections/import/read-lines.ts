import type { Readable } from 'node:stream';
import { CountersignError } from '../../common/index.js';

/** A line of a body, without its line break. */
export interface Line {
  /** From 1. */
  number: number;
  /** `undefined` if the line is longer than allowed. */
  bytes: Buffer | undefined;
}

export interface BodyLimits {
  /** The maximum size of the body. */
  bytes: number;
  /** The maximum size of a line. Longer ones are not kept in memory. */
  lineBytes: number;
}

const LINE_FEED = 0x0a;

/**
 * Splits a body into lines while it arrives. At most one line is kept in memory, and the body is read no faster than its lines are processed.
 *
 * @throws {CountersignError} `request_too_large`; `request_timeout`: the body did not arrive completely
 */
export async function* readLines(body: Readable, limits: BodyLimits): AsyncGenerator<Line> {
  const line = new LineBuffer(limits.lineBytes);
  let size = 0;
  for await (const chunk of received(body)) {
    size += chunk.length;
    if (size > limits.bytes) throw tooLarge(`the body has more than ${limits.bytes} bytes; split it`);
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      line.append(chunk.subarray(start, end));
      yield line.take();
      start = end + 1;
    }
    line.append(chunk.subarray(start));
  }
  yield line.take();
}

/** @returns `request_too_large` */
export function tooLarge(message: string): CountersignError {
  return new CountersignError('request_too_large', message);
}

/** Yields the chunks of a body. A consumer that stops early leaves the rest of it to the server, which has to respond first. */
async function* received(body: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) yield chunk as Uint8Array;
  } catch (cause) {
    throw new CountersignError('request_timeout', 'the body did not arrive completely', [], { cause });
  }
}

/** The line that is arriving. */
class LineBuffer {
  #parts: Uint8Array[] = [];
  #length = 0;
  #number = 1;

  constructor(private readonly maxBytes: number) {}

  append(part: Uint8Array): void {
    this.#length += part.length;
    if (this.#length > this.maxBytes) this.#parts = [];
    else this.#parts.push(part);
  }

  /** Returns the line, and begins the next one. */
  take(): Line {
    const bytes = this.#length > this.maxBytes ? undefined : Buffer.concat(this.#parts);
    const line = { number: this.#number, bytes };
    this.#parts = [];
    this.#length = 0;
    this.#number += 1;
    return line;
  }
}
