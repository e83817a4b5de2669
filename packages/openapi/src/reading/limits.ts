import { type Finding } from '../document/errors.js';
import { type JsonValue } from '../document/json.js';

/** How large a document may be. */
export interface DocumentLimits {
  /** bytes of the source, and of the document when its YAML aliases are written out */
  maxBytes: number;
  /** levels of nesting */
  maxDepth: number;
  /** YAML alias nodes (`*name`) */
  maxAliases: number;
}

export const DEFAULT_LIMITS: DocumentLimits = { maxBytes: 32 * 1024 * 1024, maxDepth: 100, maxAliases: 10_000 };

/** How many values a document has, how many of them have a key, and what is too much about it, if anything. */
export interface Measurement {
  nodes: number;
  keys: number;
  finding?: Finding;
}

/**
 * Walks a document as if every shared node stood written out where it is used, and stops as soon as it is too much.
 *
 * YAML aliases share nodes, so a few hundred bytes can stand for billions of nodes; whoever walks the document later would
 * pay for them. Aliases are therefore welcome as long as the document would have been, had it been written without them.
 *
 * @param leastBytes what any value takes at least. One byte is less than it does, so that no good document is measured too
 *   large; more than that ends the walk through a document of aliases sooner
 */
export function measure(document: JsonValue, limits: DocumentLimits, leastBytes = 1): Measurement {
  let nodes = 0;
  let keys = 0;
  let bytes = 0;
  const walk = (value: JsonValue, depth: number): Finding | undefined => {
    nodes += 1;
    bytes += typeof value === 'string' ? Math.max(value.length, leastBytes) : leastBytes;
    if (bytes > limits.maxBytes) return tooLarge(limits);
    if (typeof value !== 'object' || value === null) return undefined;
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
  return finding ? { nodes, keys, finding } : { nodes, keys };
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
