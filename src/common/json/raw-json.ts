import { Readable } from 'node:stream';
import { randomText } from '../ids/ids.js';

/** The raw values that `jsonParts` has come across, in order, and the mark that stands for each of them. No other text can contain it. */
interface Serialization {
  mark: string;
  raw: RawJson[];
}

/** The serialization that is running. `JSON.stringify` calls back before it returns, so there is at most one. */
let serialization: Serialization | undefined;

/** A JSON value that was serialized before. It becomes a part of a larger text as it is. */
export class RawJson {
  /** @param parts of valid JSON in UTF-8 */
  constructor(readonly parts: readonly (string | Buffer)[]) {}

  /** Returns the value, or its mark to `jsonParts`. */
  toJSON(): unknown {
    if (serialization) {
      serialization.mark ||= randomText(26);
      serialization.raw.push(this);
      return serialization.mark;
    }
    return JSON.parse(this.parts.map(String).join(''));
  }
}

/**
 * Serializes a value like `JSON.stringify`. Each {@link RawJson} in it is inserted as it is: parsing or copying tens of
 * megabytes would hold the event loop for a tenth of a second.
 *
 * @returns the parts of the text
 */
export function jsonParts(value: unknown): (string | Buffer)[] {
  const running: Serialization = { mark: '', raw: [] };
  serialization = running;
  try {
    const json = JSON.stringify(value);
    if (running.raw.length === 0) return [json];
    const texts = json.split(JSON.stringify(running.mark));
    return texts.flatMap((text, index) => [text, ...(running.raw[index]?.parts ?? [])]);
  } finally {
    serialization = undefined;
  }
}

/** Returns a body to send: a text, or a stream of its parts if some are large. */
export function bodyOf(parts: readonly (string | Buffer)[]): string | { stream: Readable; length: number } {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const buffers = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  const length = buffers.reduce((sum, part) => sum + part.length, 0);
  return { stream: Readable.from(buffers), length };
}
