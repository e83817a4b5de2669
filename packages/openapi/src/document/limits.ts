import { type Finding } from './errors.js';
import { type JsonValue } from './json.js';
import { ExactNumber } from '../numbers/exact-number.js';

/** Limits of the size of a document. */
export interface DocumentLimits {
  /** bytes of the source, and of the document with its YAML aliases expanded */
  maxBytes: number;
  /** levels of nesting */
  maxDepth: number;
  /** YAML alias nodes (`*name`) */
  maxAliases: number;
}

export const DEFAULT_LIMITS: DocumentLimits = { maxBytes: 32 * 1024 * 1024, maxDepth: 100, maxAliases: 10_000 };

/** The number of values and keys of a document, whether it has exact numbers, and the limit that it exceeds, if any. */
export interface Measurement {
  nodes: number;
  keys: number;
  hasExactNumbers: boolean;
  finding?: Finding;
}

/**
 * Measures a document with its YAML aliases expanded, and stops as soon as it exceeds a limit.
 *
 * Aliases share nodes, so a few hundred bytes can expand to billions of nodes. They are accepted as long as the expanded document is within
 * the limits.
 *
 * @param minBytes the assumed minimum size of a value. 1 never overestimates a document; a larger number stops sooner on an alias bomb
 */
export function measure(document: JsonValue, limits: DocumentLimits, minBytes = 1): Measurement {
  let nodes = 0;
  let keys = 0;
  let bytes = 0;
  let hasExactNumbers = false;
  const walk = (value: JsonValue, depth: number): Finding | undefined => {
    nodes += 1;
    bytes += typeof value === 'string' ? Math.max(value.length, minBytes) : minBytes;
    if (bytes > limits.maxBytes) return tooLarge(limits);
    if (typeof value !== 'object' || value === null) return undefined;
    if (value instanceof ExactNumber) return void (hasExactNumbers = true);
    if (depth >= limits.maxDepth) return tooDeep(limits);
    if (Array.isArray(value)) {
      for (const item of value) {
        const finding = walk(item, depth + 1);
        if (finding) return finding;
      }
      return undefined;
    }
    for (const key of Object.keys(value)) {
      keys += 1;
      bytes += key.length;
      const finding = walk(value[key] ?? null, depth + 1);
      if (finding) return finding;
    }
    return undefined;
  };
  const finding = walk(document, 0);
  return { nodes, keys, hasExactNumbers, ...(finding && { finding }) };
}

export function tooLarge(limits: DocumentLimits): Finding {
  return { code: 'too_large', message: `the document is larger than ${limits.maxBytes} bytes`, pointer: '' };
}

export function tooDeep(limits: DocumentLimits): Finding {
  return { code: 'too_deep', message: `the document is nested deeper than ${limits.maxDepth} levels`, pointer: '' };
}

export function tooManyAliases(limits: DocumentLimits): Finding {
  const message = `the document has more than ${limits.maxAliases} YAML aliases, or they expand to more than ${limits.maxBytes} bytes`;
  return { code: 'too_many_aliases', message, pointer: '' };
}
