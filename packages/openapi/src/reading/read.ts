import { type Bundled, bundle } from '../bundle/bundle.js';
import { type ReferencedFiles } from '../bundle/files.js';
import { type OpenApiDocument } from '../document/document.js';
import { type Finding, InvalidDocumentError, throwIfAny } from '../document/errors.js';
import { type JsonObject, type JsonValue, isObject, mapMembers } from '../document/json.js';
import { type Origins } from '../document/origins.js';
import { ExactNumber, isNumber, nearestNumber } from '../numbers/exact-number.js';
import { scopeOf } from '../document/relevance.js';
import { repairDocument } from '../repairs/repair.js';
import { convertSchemas, convertSwagger, isSwagger2 } from '../swagger2/convert.js';
import { DEFAULT_LIMITS, type DocumentLimits } from '../document/limits.js';
import { checkLimits, parse } from './parse.js';
import { type LenientlyParsed, parseLeniently } from './parse-leniently.js';
import { recognizeOtherFormat } from './recognize.js';
import { checkStructure } from './structure.js';
import { recognizeVersion } from './version.js';

/**
 * Reads an OpenAPI 3.0, 3.1 or 3.2 document, repairs what has one reading, and checks its structure against the standard's schemas. Swagger 2.0
 * is converted to OpenAPI 3.0. An error in an operation or component only concerns the operations that depend on it, which
 * {@link describeDocument} leaves out.
 *
 * @param source JSON or YAML text, or the parsed object
 * @throws {InvalidDocumentError} `empty_document`, `unreadable` (with line and column), `several_documents`, `html_page`, `other_format`,
 *   `wrapped_document`, `too_large`, `too_deep`, `too_many_aliases`, `unsupported_version`, `invalid_structure`
 */
export function readDocument(source: string | JsonObject, limits: DocumentLimits = DEFAULT_LIMITS): OpenApiDocument {
  const { document, errors } = readLoosely(source, { limits });
  throwIfAny(errors);
  return document;
}

/** How a document is read. */
export interface ReadOptions {
  readonly limits?: DocumentLimits | undefined;
  /** the files that the document may refer to; without them, references to other files cannot be followed */
  readonly references?: ReferencedFiles | undefined;
  /** the result of an earlier read of the same source, which has the files that the source refers to */
  readonly stored?: JsonObject | undefined;
}

/**
 * Reads a document like {@link readDocument}, but returns the errors of its structure, so that others can be added.
 *
 * @throws {InvalidDocumentError} everything but `invalid_structure`
 * @throws {MissingFilesError} the document refers to files that are not among `references`
 */
export function readLoosely(
  source: string | JsonObject,
  { limits = DEFAULT_LIMITS, references, stored }: ReadOptions = {},
): { document: OpenApiDocument; errors: Finding[] } {
  const parsed = parseSource(source, limits);
  if (!isObject(parsed.json)) throw new InvalidDocumentError([notAnObject(parsed.json)]);
  const swagger = isSwagger2(parsed.json) ? convertSwagger(parsed.json) : undefined;
  const converted = swagger?.json ?? parsed.json;
  const version = recognizeVersion(converted);
  const bundled = references && bundleFiles(converted, references, limits, swagger?.origins);
  const repaired = repairDocument(
    bundled?.json ?? converted,
    swagger !== undefined,
    bundled?.origins ?? swagger?.origins,
  );
  const { origins } = repaired;
  const json = stored ?? repaired.json;
  const hasFiles = stored !== undefined || (bundled !== undefined && bundled.json !== converted);
  const { nodes, hasExactNumbers } = hasFiles ? checkLimits(json, limits) : parsed;
  const structure = checkStructure(hasExactNumbers ? (nearestNumbers(json) as JsonObject) : json, version, nodes);
  const duplicates = byScope(parsed.duplicates, origins);
  const findings = [...(swagger?.findings ?? []), ...repaired.findings, ...duplicates.none];
  const document: OpenApiDocument = {
    json,
    version: version === '3.0' ? '3.0' : '3.1',
    ...(parsed.format && { format: parsed.format }),
    warnings: [...parsed.warnings, ...findings, ...origins.inOriginal(structure.warnings)],
    invalidParts: [...duplicates.part, ...(bundled?.invalidParts ?? []), ...structure.invalidParts],
    origins,
  };
  return { document, errors: [...duplicates.document, ...origins.inOriginal(structure.errors)] };
}

function parseSource(source: string | JsonObject, limits: DocumentLimits): LenientlyParsed {
  return typeof source === 'string'
    ? parseLeniently(source, limits)
    : { ...checkLimits(source, limits), duplicates: [] };
}

function bundleFiles(
  json: JsonObject,
  references: ReferencedFiles,
  limits: DocumentLimits,
  earlier: Origins | undefined,
): Bundled {
  const parseFile = (text: string) => parse(text, limits).json;
  const bundled = bundle(json, references, { limits, parseFile, earlier });
  return earlier === undefined ? bundled : { ...bundled, json: convertSchemas(bundled.json) };
}

/** Divides findings about the text by what they prevent. Those about parts get pointers into the document that was read. */
function byScope(findings: readonly Finding[], origins: Origins) {
  const scopes = { document: [] as Finding[], part: [] as Finding[], none: [] as Finding[] };
  for (const finding of findings) {
    const place = origins.placeOf(finding.pointer);
    const scope = scopeOf(place);
    scopes[scope].push(scope === 'part' ? { ...finding, pointer: place } : finding);
  }
  return scopes;
}

/** Replaces exact numbers, which the standard's schema would take for objects, by the nearest JavaScript numbers. */
function nearestNumbers(value: JsonValue): JsonValue {
  if (value instanceof ExactNumber) return nearestNumber(value);
  if (Array.isArray(value)) return value.map(nearestNumbers);
  return isObject(value) ? mapMembers(value, nearestNumbers) : value;
}

function notAnObject(json: JsonValue): Finding {
  const kind =
    json === null ? 'null' : Array.isArray(json) ? 'a list' : isNumber(json) ? 'a number' : `a ${typeof json}`;
  const message = `an OpenAPI document must be an object, got ${kind} (line 1, column 1)`;
  return recognizeOtherFormat(json) ?? { code: 'unreadable', message, pointer: '' };
}
