import { type ErrorObject } from 'ajv';
import { type Finding } from '../document/errors.js';
import { type JsonObject, pointerTokens } from '../document/json.js';
import { isUsedByCalls, scopeOf } from '../document/relevance.js';
import { standardSchema } from './standard-schemas.js';
import { type StandardVersion } from './version.js';

/** In a document with more values, the check stops at the first error. */
const MANY_NODES = 200_000;
const MAX_FINDINGS = 20;
/** The maximum number of errors that are reported. Each of them excludes operations. */
const MAX_INVALID_PARTS = 10_000;

/** Required fields without which requests cannot be built. */
const ESSENTIAL_FIELDS = new Set(['name', 'in', 'url', 'content', 'paths', '$ref']);

/** Keywords whose errors usually repeat other errors. */
const REDUNDANT_KEYWORDS = new Set(['if', 'unevaluatedProperties']);
/** The schema path of errors of single alternatives; the keyword that holds the alternatives has its own error. */
const ALTERNATIVE = /\/(?:oneOf|anyOf)\//;
const IS_PARAMETER = /\/parameters\/[^/]+$/;

export interface StructureFindings {
  /** `invalid_structure`: errors that all requests depend on */
  errors: Finding[];
  /** `invalid_structure`: errors that the requests of some operations depend on */
  invalidParts: Finding[];
  /** `loose_structure`: other deviations from the standard */
  warnings: Finding[];
}

/**
 * Checks a document against the standard's schema of its version. Deviations that calls do not depend on, such as missing `responses` or an
 * unknown field, are common and give only warnings.
 *
 * @param nodes the number of values in the document
 */
export function checkStructure(json: JsonObject, version: StandardVersion, nodes: number): StructureFindings {
  const validate = standardSchema(version, nodes > MANY_NODES ? 'first error' : 'all errors');
  validate(json);
  const errors = withoutRedundantErrors(validate.errors ?? []);
  // The compiled function is cached; release its errors.
  validate.errors = null;
  const fatal = errors.filter(isFatal);
  const isPart = ({ instancePath }: ErrorObject) => scopeOf(instancePath) === 'part';
  return {
    errors: toFindings(
      'invalid_structure',
      fatal.filter((error) => !isPart(error)),
    ),
    invalidParts: toFindings('invalid_structure', fatal.filter(isPart), MAX_INVALID_PARTS),
    warnings: toFindings(
      'loose_structure',
      errors.filter((error) => !isFatal(error)),
    ),
  };
}

function isFatal({ instancePath, keyword, params }: ErrorObject): boolean {
  const { missingProperty } = params as { missingProperty?: string };
  if (keyword === 'required' && instancePath === '') return missingProperty === 'paths';
  if (!isUsedByCalls(instancePath)) return false;
  if (keyword === 'type') return true;
  if (keyword === 'enum') return instancePath.endsWith('/in');
  return keyword === 'required' && ESSENTIAL_FIELDS.has(missingProperty ?? '');
}

/** Removes errors that repeat others, such as the errors of each alternative of a `oneOf`. */
function withoutRedundantErrors(errors: readonly ErrorObject[]): ErrorObject[] {
  const failed = new Set<string>();
  for (const { instancePath, keyword } of errors) {
    if (!REDUNDANT_KEYWORDS.has(keyword))
      failed.add(instancePath).add(instancePath.slice(0, instancePath.lastIndexOf('/')));
  }
  return errors.filter(({ instancePath, keyword, schemaPath }) => {
    if (keyword === 'if' || ALTERNATIVE.test(schemaPath)) return false;
    // A field also counts as unevaluated if the subschema that defines it failed, for the object or for one of its fields.
    return keyword !== 'unevaluatedProperties' || !failed.has(instancePath);
  });
}

function toFindings(code: string, errors: readonly ErrorObject[], max = MAX_FINDINGS): Finding[] {
  const findings = new Map<string, Finding>();
  for (const error of errors) {
    const message = describe(error);
    findings.set(`${error.instancePath} ${message}`, { code, message, pointer: error.instancePath });
    if (findings.size === max) break;
  }
  return [...findings.values()];
}

function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const where = describePlace(instancePath);
  const { missingProperty, additionalProperty, unevaluatedProperty, allowedValues, type } = params as {
    missingProperty?: string;
    additionalProperty?: string;
    unevaluatedProperty?: string;
    allowedValues?: unknown[];
    type?: string | string[];
  };
  if (keyword === 'required') return `${where} must have "${missingProperty}"`;
  if (keyword === 'type') return `${where} must be of type ${[type].flat().join(' or ')}`;
  if (keyword === 'enum') return `${where} must be one of ${JSON.stringify(allowedValues)}`;
  if (keyword === 'oneOf' && IS_PARAMETER.test(instancePath)) return `${where} must have either "schema" or "content"`;
  const unknown = additionalProperty ?? unevaluatedProperty;
  if (unknown !== undefined) return `${where} has a field that OpenAPI does not define: "${unknown}"`;
  return `${where} ${message ?? 'does not conform to the standard'}`;
}

/** Returns the last token of a pointer, for an element with the name of its list: `parameters/0`. */
function describePlace(pointer: string): string {
  if (pointer === '') return 'the document';
  const tokens = pointerTokens(pointer);
  return `"${tokens.slice(/^\d+$/.test(tokens.at(-1) ?? '') ? -2 : -1).join('/')}"`;
}
