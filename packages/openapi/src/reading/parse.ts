import { JSON_SCHEMA, YAMLException, boolCoreTag, load, mergeTag, nullCoreTag } from 'js-yaml';
import { type DocumentFormat } from '../document/document.js';
import { type Finding, InvalidDocumentError } from '../document/errors.js';
import { parseJsonExactly, unpackJson } from '../document/exact-json.js';
import { type JsonValue } from '../document/json.js';
import { packJson } from '../numbers/exact-number.js';
import { duplicateKeys } from './duplicate-keys.js';
import { type DocumentLimits, measure, tooDeep, tooLarge, tooManyAliases } from '../document/limits.js';
import { recognizeOtherText } from './recognize.js';
import { NUMBER_TAGS } from './yaml-numbers.js';

/**
 * Resolves only JSON's types, so that dates stay strings and no value becomes `NaN`. In addition to YAML's JSON schema, an empty value is
 * null, `True` is true and `<<` merges, because published documents use these. Numbers keep their digits.
 */
const YAML_SCHEMA = JSON_SCHEMA.withTags(nullCoreTag, boolCoreTag, mergeTag, ...NUMBER_TAGS);

export interface Parsed {
  json: JsonValue;
  nodes: number;
  hasExactNumbers: boolean;
  /** the format of the text */
  format?: DocumentFormat;
  /** keys that parsing has lost */
  warnings: Finding[];
}

/** What happens to keys that occur twice in one mapping of YAML, which are invalid (YAML 1.2.2, section 3.2.1.3). */
export type DuplicateKeys = 'rejected' | 'last wins';

/**
 * Parses JSON or YAML.
 *
 * @throws {InvalidDocumentError}
 */
export function parse(source: string, limits: DocumentLimits, duplicates: DuplicateKeys = 'rejected'): Parsed {
  if (source.length > limits.maxBytes || Buffer.byteLength(source) > limits.maxBytes) {
    throw new InvalidDocumentError([tooLarge(limits)]);
  }
  const text = source.replace(/^\uFEFF/, '');
  const json = parseJson(text);
  if (json !== undefined) return checkLimits(json, limits, text);
  const foreign = recognizeOtherText(text);
  if (foreign !== undefined) throw new InvalidDocumentError([foreign]);
  return parseYaml(text, limits, duplicates);
}

/** Returns `undefined` if the text is not JSON. The YAML parser, which also reads JSON, then reports the position of the error. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    return parseJsonExactly(text);
  } catch {
    return undefined;
  }
}

/** Less than a value with its key takes in real documents, and enough to reject an alias bomb within about 50 ms. */
const MIN_BYTES_OF_SHARED_VALUES = 16;

function parseYaml(text: string, limits: DocumentLimits, duplicates: DuplicateKeys): Parsed {
  const yaml = loadYaml(text, limits, duplicates);
  const mayShare = text.includes('*');
  const { nodes, hasExactNumbers, finding } = measure(yaml, limits, mayShare ? MIN_BYTES_OF_SHARED_VALUES : 1);
  if (finding) throw new InvalidDocumentError([finding.code === 'too_large' ? tooManyAliases(limits) : finding]);
  // A copy through JSON separates shared nodes, so that each node has one pointer.
  const json = mayShare ? unpackJson(packJson(yaml)) : yaml;
  return { json, nodes, hasExactNumbers, format: 'yaml', warnings: [] };
}

function loadYaml(text: string, limits: DocumentLimits, duplicates: DuplicateKeys): JsonValue {
  const { maxDepth, maxAliases } = limits;
  try {
    return load(text, { schema: YAML_SCHEMA, maxDepth, maxAliases, json: duplicates === 'last wins' }) as JsonValue;
  } catch (error) {
    throw new InvalidDocumentError([unreadable(error, limits)]);
  }
}

function unreadable(error: unknown, limits: DocumentLimits): Finding {
  const { reason, mark } = error instanceof YAMLException ? error : { reason: String(error), mark: undefined };
  if (reason.includes('maxDepth')) return tooDeep(limits);
  if (/maxAliases|maxTotalMergeKeys/.test(reason)) return tooManyAliases(limits);
  if (reason.includes('single document')) {
    const message = 'the text has several YAML documents, separated by "---"; provide only one';
    return { code: 'several_documents', message, pointer: '' };
  }
  if (reason.includes('but the input is empty')) {
    return { code: 'empty_document', message: 'the document contains only comments', pointer: '' };
  }
  const position = { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
  const message = `the document is neither valid JSON nor valid YAML: ${reason} (line ${position.line}, column ${position.column})`;
  return { code: 'unreadable', message, pointer: '', position };
}

/**
 * Checks a parsed document against the limits.
 *
 * @param text the JSON text that it was parsed from, if any
 */
export function checkLimits(json: JsonValue, limits: DocumentLimits, text?: string): Parsed {
  const { nodes, keys, hasExactNumbers, finding } = measure(json, limits);
  if (finding) throw new InvalidDocumentError([finding]);
  return text === undefined
    ? { json, nodes, hasExactNumbers, warnings: [] }
    : { json, nodes, hasExactNumbers, format: 'json', warnings: duplicateKeys(text, keys) };
}
