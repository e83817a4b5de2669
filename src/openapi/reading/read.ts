import { JSON_SCHEMA, YAMLException, boolCoreTag, load, mergeTag, nullCoreTag } from 'js-yaml';
import { type DocumentFormat, type OpenApiDocument } from '../document.js';
import { type Finding, InvalidDocumentError, refuse } from '../errors.js';
import { type JsonObject, type JsonValue, isObject } from '../json.js';
import { DEFAULT_LIMITS, type DocumentLimits, measure, tooDeep, tooLarge, tooManyAliases } from './limits.js';
import { duplicateKeys } from './duplicate-keys.js';
import { foreignText, foreignValue } from './recognize.js';
import { checkStructure } from './structure.js';
import { recognizeVersion } from './version.js';

/**
 * Only what JSON knows, so that dates stay strings and nothing becomes `NaN`; beyond YAML's own JSON schema, `key:` with
 * nothing behind it is null, `True` is true and `<<` merges, because documents in the wild are written that way.
 */
const YAML_SCHEMA = JSON_SCHEMA.withTags(nullCoreTag, boolCoreTag, mergeTag);

/**
 * Reads an OpenAPI 3.0, 3.1 or 3.2 document and checks its structure against the standard's own schemas.
 *
 * @param source JSON or YAML text, or what was parsed from it
 * @throws {InvalidDocumentError} `empty_document`, `unreadable` (with line and column), `several_documents`, `html_page`, `other_format`,
 *   `wrapped_document`, `too_large`, `too_deep`, `too_many_aliases`, `unsupported_version`, `invalid_structure`
 */
export function readDocument(source: string | JsonObject, limits: DocumentLimits = DEFAULT_LIMITS): OpenApiDocument {
  const { json, nodes, format, warnings } =
    typeof source === 'string' ? parse(source, limits) : measured(source, limits);
  if (!isObject(json)) throw new InvalidDocumentError([notAnObject(json)]);
  const version = recognizeVersion(json);
  const structure = checkStructure(json, version, nodes);
  refuse(structure.errors);
  return {
    json,
    version: version === '3.0' ? '3.0' : '3.1',
    ...(format && { format }),
    warnings: [...warnings, ...structure.warnings],
  };
}

interface Parsed {
  json: JsonValue;
  nodes: number;
  /** of the text */
  format?: DocumentFormat;
  /** what parsing has lost */
  warnings: Finding[];
}

function parse(source: string, limits: DocumentLimits): Parsed {
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
function parseJson(text: string): JsonValue | undefined {
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
  const position = `line ${(mark?.line ?? 0) + 1}, column ${(mark?.column ?? 0) + 1}`;
  const message = `the document is neither JSON nor YAML: ${reason} (${position})`;
  return { code: 'unreadable', message, pointer: '' };
}

/** @param text the JSON that it was parsed from */
function measured(json: JsonValue, limits: DocumentLimits, text?: string): Parsed {
  const { nodes, keys, finding } = measure(json, limits);
  if (finding) throw new InvalidDocumentError([finding]);
  return text === undefined
    ? { json, nodes, warnings: [] }
    : { json, nodes, format: 'json', warnings: duplicateKeys(text, keys) };
}

function notAnObject(json: JsonValue): Finding {
  const kind = json === null ? 'null' : Array.isArray(json) ? 'a list' : `a ${typeof json}`;
  const message = `an OpenAPI document is an object, and this is ${kind} (line 1, column 1)`;
  return foreignValue(json) ?? { code: 'unreadable', message, pointer: '' };
}
