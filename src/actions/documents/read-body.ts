import {
  decodeText,
  isContainer,
  isObject,
  type JsonObject,
  type JsonValue,
  packJson,
  type PackedJson,
  parseJsonExactly,
  stringifyExactly,
  withExactNumbers,
} from '@countersign/openapi';
import { parse } from 'secure-json-parse';
import type { UnreadForm } from './unread-document.js';

/** The members that hold documents: of requests, and of the actions of other platforms. */
const DOCUMENT_MEMBERS = new Set(['openapi', 'raw_spec', 'json_schema', 'schema', 'document']);
/** An export may be the whole body or its member `manifest`. The longest path to its objects is `resource/gizmo/tools/0/metadata`. */
const MAX_DEPTH = 6;
/** Shorter documents stay in the body. */
const MIN_DOCUMENT_CHARACTERS = 16_384;
/** The same for each of the documents of a GPT, because their values add up. */
const MIN_CHARACTERS_OF_SEVERAL = 1024;
/** Limits the number of values that remain in the body, which the main thread validates. */
const MAX_REMAINING_VALUES = 10_000;

/** A document that was taken out of a body, with the names of the members that lead to it. */
export interface RemovedDocument {
  path: string[];
  bytes: Uint8Array<ArrayBuffer>;
  form: UnreadForm;
}

/** A parsed body without its documents, or why there is none. */
export type ReadBody =
  | { body: PackedJson; documents: RemovedDocument[] }
  | { error: 'invalid_json'; message: string }
  | { error: 'too_large' };

/** Parses the body of a request, which arrived in parts, and takes out its documents, which the main thread does not parse. */
export function readBody(parts: Uint8Array<ArrayBuffer>[]): ReadBody {
  const parsed = parseBody(Buffer.concat(parts));
  if ('error' in parsed) return parsed;
  const { body } = parsed;
  const documents: RemovedDocument[] = [];
  if (isObject(body)) removeDocuments(body, [], documents);
  if (countValues(body, MAX_REMAINING_VALUES) > MAX_REMAINING_VALUES) return { error: 'too_large' };
  return { body: packJson(body), documents };
}

/** Counts a value and those in it, and stops counting beyond `max`. */
function countValues(value: JsonValue, max: number): number {
  let count = 1;
  if (!isContainer(value)) return count;
  for (const inner of Object.values(value)) {
    count += countValues(inner, max - count);
    if (count > max) break;
  }
  return count;
}

function parseBody(bytes: Uint8Array): { body: JsonValue } | { error: 'invalid_json'; message: string } {
  try {
    const text = decodeText(bytes);
    const body = parse(text, { protoAction: 'error', constructorAction: 'error' }) as JsonValue;
    return { body: withExactNumbers(text, body) };
  } catch (error) {
    return { error: 'invalid_json', message: (error as Error).message };
  }
}

function removeDocuments(
  object: JsonObject,
  path: string[],
  documents: RemovedDocument[],
  minCharacters = MIN_DOCUMENT_CHARACTERS,
): void {
  for (const [name, value] of Object.entries(object)) {
    const place = [...path, name];
    if (DOCUMENT_MEMBERS.has(name)) {
      const document = unreadDocument(value, minCharacters);
      if (document === undefined) continue;
      documents.push({ path: place, ...document });
      object[name] = null;
    } else if (path.length < MAX_DEPTH) {
      const inner = name === 'manifest' && typeof value === 'string' ? parseManifest(value) : value;
      if (isObject(inner)) {
        object[name] = inner;
        removeDocuments(inner, place, documents, minCharacters);
      } else if (name === 'tools' && Array.isArray(inner)) {
        for (const [index, tool] of inner.entries())
          if (isObject(tool)) removeDocuments(tool, [...place, String(index)], documents, MIN_CHARACTERS_OF_SEVERAL);
      }
    }
  }
}

function unreadDocument(value: JsonValue, minCharacters: number): Omit<RemovedDocument, 'path'> | undefined {
  if (typeof value !== 'object' && typeof value !== 'string') return undefined;
  const text = typeof value === 'string' ? value : stringifyExactly(value);
  if (text.length < minCharacters) return undefined;
  // Node's own buffers share memory, so they cannot be transferred.
  return { bytes: new TextEncoder().encode(text), form: typeof value === 'string' ? 'text' : 'object' };
}

/** Parses the JSON text of a manifest; texts that are not JSON are rejected later. */
function parseManifest(text: string): JsonValue | undefined {
  try {
    return parseJsonExactly(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
