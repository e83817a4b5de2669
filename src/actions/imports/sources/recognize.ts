import { isObject, type JsonObject, member, parseJsonExactly } from '@countersign/openapi';
import { chatGptAction } from './chatgpt-action.js';
import type { SourceReader } from './import-source.js';
import { invalidImport } from './invalid-import.js';
import { libreChatAction } from './librechat-action.js';
import { pluginManifest } from './plugin-manifest.js';

/** The readers, in the order in which they are tried. */
const READERS = [pluginManifest, chatGptAction, libreChatAction];

const EXPECTED =
  'expected a plugin manifest (schema_version, api, auth), a ChatGPT action (auth and json_schema or raw_spec, directly or as the ' +
  'metadata of a tool) or a LibreChat action (metadata with raw_spec)';

/** Returns the reader for a source; `undefined` if no format matches. */
export function readerOf(source: JsonObject): SourceReader | undefined {
  return READERS.find((reader) => reader.recognizes(source));
}

/** @throws {CountersignError} `invalid_import`: no format matches; the message lists the formats */
export function recognize(source: JsonObject): SourceReader {
  const reader = readerOf(source);
  if (reader) return reader;
  const [message, pointer] = Array.isArray(member(source, 'tools'))
    ? ['this is a whole GPT; import each of its tools separately', '/tools']
    : [EXPECTED, ''];
  throw invalidImport([{ pointer, message }]);
}

/**
 * Parses a source.
 *
 * @param source an object, or JSON text
 * @throws {CountersignError} `invalid_import`: not a JSON object. The message does not quote the input, which may contain secrets
 */
export function parseSource(source: unknown): JsonObject {
  const parsed = typeof source === 'string' ? parseJson(source) : source;
  if (isObject(parsed)) return parsed;
  throw invalidImport([{ pointer: '', message: `the manifest is not a JSON object; ${EXPECTED}` }]);
}

function parseJson(text: string): unknown {
  try {
    return parseJsonExactly(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
