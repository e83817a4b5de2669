import {
  type Finding,
  isObject,
  type JsonObject,
  type Located,
  parseJsonExactly,
  stringMember,
} from '@countersign/openapi';
import { chatGptAction } from './chatgpt-action.js';
import { isExportedGpt, otherMembers, otherTool, toolsOf } from './exported-gpt.js';
import type { SourceReader } from './import-source.js';
import { invalidImport, readAll } from './invalid-import.js';
import { libreChatAction } from './librechat-action.js';
import { pluginManifest } from './plugin-manifest.js';

/** One action of an export, and how it is read. */
export interface RecognizedAction {
  reader: SourceReader;
  source: Located<JsonObject>;
}

/** An export in parts. */
export interface RecognizedExport {
  /** At least one. */
  actions: RecognizedAction[];
  /** Whether the actions are tools of a GPT; otherwise the export is one action. */
  isGpt: boolean;
  /** Everything else, each with what to do about it. */
  notImported: Finding[];
}

/** The readers, in the order in which they are tried. */
const READERS = [pluginManifest, chatGptAction, libreChatAction];

const EXPECTED =
  'expected one exported GPT (tools, directly or in gizmo or resource), a plugin manifest (schema_version, api, auth), a ChatGPT action (auth ' +
  'and json_schema, raw_spec or openapi, directly or as the metadata of a tool) or a LibreChat action (metadata with raw_spec)';

/** Returns whether a value is in one of the formats. */
export function isRecognized(source: JsonObject): boolean {
  return readerOf(source) !== undefined || isExportedGpt(source);
}

/** Returns the reader for a single action; `undefined` if no format matches. */
export function readerOf(source: JsonObject): SourceReader | undefined {
  return READERS.find((reader) => reader.recognizes(source));
}

/** @throws {CountersignError} `invalid_import`: no format matches, and the message lists the formats; or a GPT has no actions */
export function recognize(source: JsonObject): RecognizedExport {
  const reader = readerOf(source);
  if (reader) {
    const root = { value: source, pointer: '' };
    return { actions: [{ reader, source: root }], isGpt: false, notImported: reader.notImported(root) };
  }
  if (!isExportedGpt(source)) throw invalidImport([{ pointer: '', message: EXPECTED }]);
  const { tools, pointer } = toolsOf(source);
  const read = readAll(...tools.map((tool) => () => actionOf(tool)));
  const actions = read.filter((action) => action !== undefined);
  if (actions.length === 0) {
    const message = 'the GPT has no actions: none of its tools is of type plugins_prototype';
    throw invalidImport([{ pointer, message }]);
  }
  const others = tools.filter((_, index) => read[index] === undefined);
  return { actions, isGpt: true, notImported: [...others.map(otherTool), ...otherMembers(source)] };
}

/** Returns the action that a tool of a GPT is; `undefined` if it is another tool. */
function actionOf({ value, pointer }: Located): RecognizedAction | undefined {
  const source = isObject(value) ? { value, pointer } : undefined;
  const reader = source && readerOf(source.value);
  if (reader) return { reader, source };
  if (stringMember(value, 'type') !== 'plugins_prototype') return undefined;
  const message = 'the action has no metadata; export the GPT as an account that may edit it';
  throw invalidImport([{ pointer: `${pointer}/metadata`, message }]);
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
