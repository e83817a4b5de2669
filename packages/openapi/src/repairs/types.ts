import { type JsonObject, type JsonValue } from '../document/json.js';
import { quote } from '../document/errors.js';
import { isUsedByCalls } from '../document/relevance.js';
import { type Repairs } from './repairs.js';

const TYPES = new Set(['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']);

/** Types of programming languages and formats of OpenAPI that are written as a type, in lower case. */
const SYNONYMS: { readonly [name: string]: string } = {
  ...named('integer', ['int', 'int32', 'int64', 'long', 'short', 'bigint', 'uint', 'uint32', 'uint64']),
  ...named('number', ['float', 'float32', 'float64', 'double', 'decimal', 'numeric']),
  ...named('boolean', ['bool']),
  ...named('string', [
    'str',
    'text',
    'char',
    'varchar',
    'date',
    'datetime',
    'date-time',
    'uuid',
    'email',
    'uri',
    'url',
  ]),
  ...named('object', ['dict', 'dictionary', 'map', 'hash']),
  ...named('array', ['list']),
  ...named('null', ['none', 'nil']),
};

/** Names of types that are also the formats of their values. */
const FORMATS = new Set(['int32', 'int64', 'float', 'double', 'date', 'date-time', 'uuid', 'email', 'uri']);

function named(type: string, names: readonly string[]): { [name: string]: string } {
  return Object.fromEntries(names.map((name) => [name, type]));
}

/** Replaces a type that JSON Schema does not have, if only one of its types can be meant. */
export function repairType(schema: JsonObject, pointer: () => string, { draft, findings }: Repairs): void {
  const stated = schema['type'];
  const type = Array.isArray(stated) ? stated.map(meantType) : meantType(stated);
  if (Array.isArray(type) ? type.every((each, index) => each === (stated as JsonValue[])[index]) : type === stated)
    return;
  const place = pointer();
  draft.set(place, 'type', type as JsonValue);
  // `Date` of JavaScript is a date and a time; only the names of formats are formats.
  const isFormat = typeof stated === 'string' && FORMATS.has(stated) && schema['format'] === undefined;
  if (isFormat) draft.set(place, 'format', stated);
  const message = `the type ${quote(stated)} is read as ${quote(type)}; use the types of JSON Schema`;
  if (isUsedByCalls(place)) findings.push({ code: 'type_synonym', message, pointer: `${place}/type` });
}

function meantType(stated: JsonValue | undefined): JsonValue | undefined {
  if (typeof stated !== 'string' || TYPES.has(stated)) return stated;
  const name = stated.trim().toLowerCase();
  if (TYPES.has(name)) return name;
  return Object.hasOwn(SYNONYMS, name) ? SYNONYMS[name] : stated;
}
