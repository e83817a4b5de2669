import { JSON_SCHEMA, YAMLException, boolCoreTag, load, mergeTag, nullCoreTag } from 'js-yaml';
import { type DocumentFormat } from '../document/document.js';
import { type Finding, InvalidDocumentError } from '../document/errors.js';
import { type JsonValue } from '../document/json.js';
import { duplicateKeys } from './duplicate-keys.js';
import { type DocumentLimits, measure, tooDeep, tooLarge, tooManyAliases } from './limits.js';
import { foreignText } from './recognize.js';

/**
 * Only what JSON knows, so that dates stay strings and nothing becomes `NaN`; beyond YAML's own JSON schema, `key:` with
 * nothing behind it is null, `True` is true and `<<` merges, because documents in the wild are written that way.
 */
const YAML_SCHEMA = JSON_SCHEMA.withTags(nullCoreTag, boolCoreTag, mergeTag);

export interface Parsed {
  json: JsonValue;
  nodes: number;
  /** of the text */
  format?: DocumentFormat;
  /** what parsing has lost */
  warnings: Finding[];
}

/**
 * Reads JSON or YAML, whatever it says.
 *
 * @throws {InvalidDocumentError}
 */
export function parse(source: string, limits: DocumentLimits): Parsed {
  if (source.length > limits.maxBytes || Buffer.byteLength(source) > limits.maxBytes) {
    throw new InvalidDocumentError([tooLarge(limits)]);
  }
  const text = source.replace(/^\uFEFF/, '');
  const json = parseJson(text);
  if (json !== undefined) return measured(json, limits, text);
  const foreign = foreignText(text);
  if (foreign !== undefined) throw new InvalidDocumentError([foreign]);
  return parseYaml(text, limits);
}

/** @returns `undefined` where the text is not JSON; the YAML parser, which reads JSON too, then says where it breaks */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** Below what a value of a real document takes with its key, and enough to refuse a bomb in some 50 ms. */
const BYTES_OF_SHARED_VALUES = 16;

function parseYaml(text: string, limits: DocumentLimits): Parsed {
  const yaml = loadYaml(text, limits);
  const mayShare = text.includes('*');
  const { nodes, finding } = measure(yaml, limits, mayShare ? BYTES_OF_SHARED_VALUES : 1);
  if (finding) throw new InvalidDocumentError([finding.code === 'too_large' ? tooManyAliases(limits) : finding]);
  // A copy by way of JSON makes shared nodes separate ones, so that each node has one place and one pointer.
  const json = mayShare ? (JSON.parse(JSON.stringify(yaml)) as JsonValue) : yaml;
  return { json, nodes, format: 'yaml', warnings: [] };
}

function loadYaml(text: string, limits: DocumentLimits): JsonValue {
  const { maxDepth, maxAliases } = limits;
  try {
    return load(text, { schema: YAML_SCHEMA, maxDepth, maxAliases }) as JsonValue;
  } catch (error) {
    throw new InvalidDocumentError([unreadable(error, limits)]);
  }
}

function unreadable(error: unknown, limits: DocumentLimits): Finding {
  const { reason, mark } = error instanceof YAMLException ? error : { reason: String(error), mark: undefined };
  if (reason.includes('maxDepth')) return tooDeep(limits);
  if (/maxAliases|maxTotalMergeKeys/.test(reason)) return tooManyAliases(limits);
  if (reason.includes('single document')) {
    const message = 'the text has several YAML documents, one after each "---"; give one alone';
    return { code: 'several_documents', message, pointer: '' };
  }
  if (reason.includes('but the input is empty')) {
    return { code: 'empty_document', message: 'the document has nothing but comments', pointer: '' };
  }
  const place = { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
  const message = `the document is neither JSON nor YAML: ${reason} (line ${place.line}, column ${place.column})`;
  return { code: 'unreadable', message, pointer: '', place };
}

/** @param text the JSON that it was parsed from */
export function measured(json: JsonValue, limits: DocumentLimits, text?: string): Parsed {
  const { nodes, keys, finding } = measure(json, limits);
  if (finding) throw new InvalidDocumentError([finding]);
  return text === undefined
    ? { json, nodes, warnings: [] }
    : { json, nodes, format: 'json', warnings: duplicateKeys(text, keys) };
}
