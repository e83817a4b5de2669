import { Readable } from 'node:stream';
import { randomText } from '../ids/ids.js';

/** A JSON value that was serialized before. It becomes a part of a larger text as it is. */
export class RawJson {
  /** @param parts of valid JSON in UTF-8 */
  constructor(readonly parts: readonly (string | Buffer)[]) {}

  /** For serializers that know nothing of parts. */
  toJSON(): unknown {
    return JSON.parse(this.parts.map(String).join(''));
  }
}

/**
 * Serializes a value like `JSON.stringify`. Each {@link RawJson} in its objects and arrays is inserted as it is: parsing or copying tens of
 * megabytes would hold the event loop for a tenth of a second.
 *
 * @returns the parts of the text
 */
export function jsonParts(value: unknown): (string | Buffer)[] {
  const inserted: RawJson[] = [];
  // Stands for each raw value until the text is split. No other text can contain it.
  const mark = randomText(26);
  const json = JSON.stringify(withMarks(value, mark, inserted));
  if (inserted.length === 0) return [json];
  const texts = json.split(JSON.stringify(mark));
  return texts.flatMap((text, index) => [text, ...(inserted[index]?.parts ?? [])]);
}

/** Replaces raw values by marks. Instances of other classes stay as they are. */
function withMarks(value: unknown, mark: string, inserted: RawJson[]): unknown {
  if (value instanceof RawJson) {
    inserted.push(value);
    return mark;
  }
  if (Array.isArray(value)) return value.map((item) => withMarks(item, mark, inserted));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withMarks(member, mark, inserted)]));
}

/** Returns a body to send: a text, or a stream of its parts if some are large. */
export function bodyOf(parts: readonly (string | Buffer)[]): string | { stream: Readable; length: number } {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  const buffers = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part));
  const length = buffers.reduce((sum, part) => sum + part.length, 0);
  return { stream: Readable.from(buffers), length };
}
