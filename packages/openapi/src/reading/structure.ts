import { type ErrorObject } from 'ajv';
import { type Finding } from '../document/errors.js';
import { type JsonObject, pointerTokens } from '../document/json.js';
import { servesCalls } from './relevance.js';
import { standardSchema } from './standard-schemas.js';
import { type StandardVersion } from './version.js';

/** Beyond this many values only the first structural error is looked for. */
const MANY_NODES = 200_000;
const MOST_FINDINGS = 20;

/** Fields without which an object that a call needs means nothing. */
const INDISPENSABLE = new Set(['name', 'in', 'url', 'content', 'paths', '$ref']);

/** Keywords whose errors mostly repeat others. */
const ECHOES = new Set(['if', 'unevaluatedProperties']);
/** Where the errors of one of several forms come from; the keyword that holds the forms has an error of its own. */
const ALTERNATIVE = /\/(?:oneOf|anyOf)\//;
const IS_PARAMETER = /\/parameters\/[^/]+$/;

export interface StructureFindings {
  /** `invalid_structure`: what a call depends on is not what it should be */
  errors: Finding[];
  /** `loose_structure`: not as the standard wants it, but nothing that a call depends on */
  warnings: Finding[];
}

/**
 * Checks a document against the standard's schema of its version. Authors are often careless where it does not matter (no
 * `responses`, a stray field, an odd example); that is told and not refused.
 *
 * @param nodes how many values the document has
 */
export function checkStructure(json: JsonObject, version: StandardVersion, nodes: number): StructureFindings {
  const validate = standardSchema(version, nodes > MANY_NODES ? 'first error' : 'all errors');
  validate(json);
  const errors = telling(validate.errors ?? []);
  // The compiled function is kept for good; what it found should not be.
  validate.errors = null;
  const refused = errors.filter(refuses);
  return {
    errors: toFindings('invalid_structure', refused),
    warnings: toFindings(
      'loose_structure',
      errors.filter((error) => !refused.includes(error)),
    ),
  };
}

function refuses({ instancePath, keyword, params }: ErrorObject): boolean {
  const { missingProperty } = params as { missingProperty?: string };
  if (keyword === 'required' && instancePath === '') return missingProperty === 'paths';
  if (!servesCalls(instancePath)) return false;
  if (keyword === 'type') return true;
  if (keyword === 'enum') return instancePath.endsWith('/in');
  return keyword === 'required' && INDISPENSABLE.has(missingProperty ?? '');
}

/** Leaves out errors that only repeat others, and says in one what the alternatives of a `oneOf` said each for itself. */
function telling(errors: readonly ErrorObject[]): ErrorObject[] {
  const failed = new Set<string>();
  for (const { instancePath, keyword } of errors) {
    if (!ECHOES.has(keyword)) failed.add(instancePath).add(instancePath.slice(0, instancePath.lastIndexOf('/')));
  }
  return errors.filter(({ instancePath, keyword, schemaPath }) => {
    if (keyword === 'if' || ALTERNATIVE.test(schemaPath)) return false;
    // Fields also seem unknown where the part of the schema that knows them failed, at the object or at one of its fields.
    return keyword !== 'unevaluatedProperties' || !failed.has(instancePath);
  });
}

function toFindings(code: string, errors: readonly ErrorObject[]): Finding[] {
  const findings = new Map<string, Finding>();
  for (const error of errors) {
    const message = describe(error);
    findings.set(`${error.instancePath} ${message}`, { code, message, pointer: error.instancePath });
    if (findings.size === MOST_FINDINGS) break;
  }
  return [...findings.values()];
}

function describe({ instancePath, keyword, params, message }: ErrorObject): string {
  const where = nameOfPlace(instancePath);
  const { missingProperty, additionalProperty, unevaluatedProperty, allowedValues, type } = params as {
    missingProperty?: string;
    additionalProperty?: string;
    unevaluatedProperty?: string;
    allowedValues?: unknown[];
    type?: string | string[];
  };
  if (keyword === 'required') return `${where} lacks "${missingProperty}"`;
  if (keyword === 'type') return `${where} must be of type ${[type].flat().join(' or ')}`;
  if (keyword === 'enum') return `${where} must be one of ${JSON.stringify(allowedValues)}`;
  if (keyword === 'oneOf' && IS_PARAMETER.test(instancePath)) return `${where} must have either "schema" or "content"`;
  const unknown = additionalProperty ?? unevaluatedProperty;
  if (unknown !== undefined) return `${where} has a field that OpenAPI does not know: "${unknown}"`;
  return `${where} ${message ?? 'is not as the standard has it'}`;
}

/** The last name of a pointer, with the list's for an element: `parameters/0`. */
function nameOfPlace(pointer: string): string {
  if (pointer === '') return 'the document';
  const tokens = pointerTokens(pointer);
  return `"${tokens.slice(/^\d+$/.test(tokens.at(-1) ?? '') ? -2 : -1).join('/')}"`;
}
