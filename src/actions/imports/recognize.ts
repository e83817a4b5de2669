import { isObject, type JsonObject, member } from '../../openapi/index.js';
import { chatGptAction } from './chatgpt-action.js';
import type { FormReader } from './import-source.js';
import { invalidForm } from './invalid-import.js';
import { libreChatAction } from './librechat-action.js';
import { pluginManifest } from './plugin-manifest.js';

/** In the order in which they are tried. */
const READERS = [pluginManifest, chatGptAction, libreChatAction];

const EXPECTED =
  'expected a plugin manifest (schema_version, api, auth), an action of ChatGPT (auth beside json_schema or raw_spec, or these ' +
  'as the metadata of a tool), or an action of LibreChat (metadata with raw_spec)';

/** The reader of a form; `undefined` where it is none of those known. */
export function readerOf(form: JsonObject): FormReader | undefined {
  return READERS.find((reader) => reader.recognizes(form));
}

/** @throws {CountersignError} `invalid_import`: says what was expected */
export function recognize(form: JsonObject): FormReader {
  const reader = readerOf(form);
  if (reader) return reader;
  const [message, pointer] = Array.isArray(member(form, 'tools'))
    ? ['this is a whole GPT: import each of its tools by itself', '/tools']
    : [EXPECTED, ''];
  throw invalidForm([{ pointer, message }]);
}

/**
 * @param source the form itself, or its JSON
 * @throws {CountersignError} `invalid_import`: it is no JSON object. What is in it is not told: it may hold secrets
 */
export function parseForm(source: unknown): JsonObject {
  const form = typeof source === 'string' ? parseJson(source) : source;
  if (isObject(form)) return form;
  throw invalidForm([{ pointer: '', message: `the form is no JSON object; ${EXPECTED}` }]);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
