import type { DecodedPart } from './decoded-part.js';
import { DECODERS } from './decoders.js';
import { isAscii, Utf8Part } from './utf8-part.js';

/** Redacting shorter secrets would destroy most of a text. Real keys and tokens are longer. */
const MIN_SECRET_LENGTH = 6;

/** Maximum number of encodings around a secret, such as base64 in a URL. */
const MAX_ENCODINGS = 2;

/** Maximum number of characters that an encoding makes of one octet, as in `\u002b`. */
const MAX_EXPANSION = 6;

/** Minimum length of the windows in which a text is searched without a pause. Takes some milliseconds. */
const WINDOW_LENGTH = 16_384;

/** The start and the end of a secret, or of several that overlap. */
export type Range = readonly [start: number, end: number];

/** A part of a text that has been searched. */
export interface SearchedPart {
  /** The secrets since the previous part, in order. */
  readonly ranges: readonly Range[];
  /** The end of the part. All secrets that begin before it are known. */
  readonly end: number;
}

/** A search that yields after each part, which takes some milliseconds, and returns the last one. */
export type Search = Generator<SearchedPart, SearchedPart>;

type Report = (start: number, end: number) => void;

/**
 * Finds secrets in every encoding in which a server may echo what it received: as they are, and in JSON escapes, HTML entities,
 * percent-encoding, base64 and base64url at any offset, and hexadecimal, and in one of these inside another.
 */
export class SecretFinder {
  /** Binary strings, as the decoders take and return. */
  private readonly needles: readonly string[];
  private readonly shortest: number;
  private readonly longest: number;

  /**
   * @param secrets secrets shorter than 6 characters are ignored
   * @param charsets the charsets of unencoded secrets; encodings are of UTF-8
   */
  constructor(secrets: readonly string[], charsets: readonly BufferEncoding[] = ['utf8']) {
    const long = secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH);
    // A form has `+` in place of a space.
    const inForms = long.filter((secret) => secret.includes(' ')).map((secret) => secret.replaceAll(' ', '+'));
    const spellings = [...long, ...inForms];
    this.needles = [...new Set(charsets.flatMap((charset) => spellings.map((text) => octetsOf(text, charset))))];
    const lengths = this.needles.map(({ length }) => length);
    this.shortest = Math.min(...lengths);
    this.longest = Math.max(...lengths);
  }

  /** The number of characters of the longest secret, in any encoding. */
  get longestEncoded(): number {
    return this.needles.length === 0 ? 0 : this.longest * MAX_EXPANSION ** MAX_ENCODINGS;
  }

  /** Searches a text. */
  inText(text: string): Search {
    return this.search(text.length, (start, end) => new Utf8Part(text.slice(start, end)));
  }

  /** Searches octets. Those of parts that were searched may be changed. */
  inBytes(bytes: Buffer): Search {
    return this.search(bytes.length, (start, end) => octetsPart(bytes.toString('latin1', start, end)));
  }

  /** Returns whether a text is too short to hold a secret. A UTF-16 code unit has at most three octets of UTF-8. */
  isTooShort(text: string): boolean {
    const { length } = text;
    return length * 3 < this.shortest || (length < this.shortest && isAscii(text));
  }

  private *search(length: number, read: (start: number, end: number) => DecodedPart): Search {
    if (this.needles.length === 0) return { ranges: [], end: length };
    // A secret that begins in a window ends in it, in whatever encoding.
    const overlap = this.longestEncoded;
    const step = Math.max(WINDOW_LENGTH, overlap);
    let ranges: Range[] = [];
    for (let start = 0; ; start += step) {
      const part = read(start, Math.min(length, start + step + overlap));
      this.searchPart(part, MAX_ENCODINGS, (from, to) => ranges.push([start + from, start + to]));
      ranges = merge(ranges);
      if (start + step >= length) return { ranges, end: length };
      // The next window may find more in what is after its start.
      const next = ranges.findIndex(([, end]) => end > start + step);
      const found = next === -1 ? ranges : ranges.slice(0, next);
      ranges = next === -1 ? [] : ranges.slice(next);
      yield { ranges: found, end: Math.min(start + step, ranges[0]?.[0] ?? length) };
    }
  }

  private searchPart(part: DecodedPart, encodings: number, report: Report): void {
    const { text } = part;
    if (text.length < this.shortest) return;
    const reportInSource: Report = (start, end) => report(part.startInSource(start), part.endInSource(end));
    for (const needle of this.needles) {
      for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
        reportInSource(at, at + needle.length);
      }
    }
    if (encodings === 0) return;
    const margin = this.longest * MAX_EXPANSION ** (encodings - 1);
    for (const decode of DECODERS) {
      for (const decoded of decode(text, this.shortest, margin))
        this.searchPart(decoded, encodings - 1, reportInSource);
    }
  }
}

/** Returns the octets of a text as a binary string. */
function octetsOf(text: string, charset: BufferEncoding): string {
  return charset === 'utf8' && isAscii(text) ? text : Buffer.from(text, charset).toString('latin1');
}

function octetsPart(text: string): DecodedPart {
  const inSource = (offset: number) => offset;
  return { text, startInSource: inSource, endInSource: inSource };
}

/** Joins ranges that overlap. */
function merge(ranges: Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of ranges.toSorted(([a, aEnd], [b, bEnd]) => a - b || aEnd - bEnd)) {
    const last = merged.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}
