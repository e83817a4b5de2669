import { type OpenApiDocument } from '../document/document.js';
import { type Finding, InvalidDocumentError, throwIfAny } from '../document/errors.js';
import { type JsonObject, type JsonValue, isObject } from '../document/json.js';
import { DEFAULT_LIMITS, type DocumentLimits } from './limits.js';
import { checkLimits, parse } from './parse.js';
import { recognizeOtherFormat } from './recognize.js';
import { checkStructure } from './structure.js';
import { recognizeVersion } from './version.js';

/**
 * Reads an OpenAPI 3.0, 3.1 or 3.2 document and checks its structure against the standard's schemas.
 *
 * @param source JSON or YAML text, or the parsed object
 * @throws {InvalidDocumentError} `empty_document`, `unreadable` (with line and column), `several_documents`, `html_page`, `other_format`,
 *   `wrapped_document`, `too_large`, `too_deep`, `too_many_aliases`, `unsupported_version`, `invalid_structure`
 */
export function readDocument(source: string | JsonObject, limits: DocumentLimits = DEFAULT_LIMITS): OpenApiDocument {
  const { document, errors } = readLoosely(source, limits);
  throwIfAny(errors);
  return document;
}

/**
 * Reads a document like {@link readDocument}, but returns the errors of its structure, so that others can be added.
 *
 * @throws {InvalidDocumentError} everything but `invalid_structure`
 */
export function readLoosely(
  source: string | JsonObject,
  limits: DocumentLimits = DEFAULT_LIMITS,
): { document: OpenApiDocument; errors: Finding[] } {
  const { json, nodes, format, warnings } =
    typeof source === 'string' ? parse(source, limits) : checkLimits(source, limits);
  if (!isObject(json)) throw new InvalidDocumentError([notAnObject(json)]);
  const version = recognizeVersion(json);
  const structure = checkStructure(json, version, nodes);
  const document: OpenApiDocument = {
    json,
    version: version === '3.0' ? '3.0' : '3.1',
    ...(format && { format }),
    warnings: [...warnings, ...structure.warnings],
  };
  return { document, errors: structure.errors };
}

function notAnObject(json: JsonValue): Finding {
  const kind = json === null ? 'null' : Array.isArray(json) ? 'a list' : `a ${typeof json}`;
  const message = `an OpenAPI document must be an object, got ${kind} (line 1, column 1)`;
  return recognizeOtherFormat(json) ?? { code: 'unreadable', message, pointer: '' };
}
