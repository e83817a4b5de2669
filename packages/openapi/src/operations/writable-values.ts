import {
  type JsonObject,
  type JsonValue,
  type Located,
  isContainer,
  isObject,
  listMember,
  member,
  objectMember,
  pointerTo,
} from '../document/json.js';
import { followReference } from '../document/references.js';

/**
 * Returns whether a schema allows a value that the styles define (OAS 3.1.1, section 4.8.12.3): a scalar, a list of scalars, or an object whose
 * members are scalars. Says yes if it cannot be sure.
 */
export function allowsFlatValue(root: JsonObject, schema: Located): boolean {
  return allowsValue(root, schema, FLAT);
}

/** Returns whether a schema allows a text, a number or a boolean. Says yes if it cannot be sure. */
export function allowsScalarValue(root: JsonObject, schema: Located): boolean {
  return allowsValue(root, schema, SCALAR);
}

/** Returns whether a schema allows a value of one of the types. Says yes if it cannot be sure. */
export function allowsTypeOf(root: JsonObject, schema: Located, types: readonly ('object' | 'string')[]): boolean {
  return allowsValue(root, schema, {
    type: (type) => types.some((each) => each === type),
    value: (value) => types.some((type) => (type === 'object' ? isObject(value) : typeof value === type)),
  });
}

/** Keywords that may allow other values than `type` does, or not all of them. */
const NOT_PLAIN = ['$ref', '$dynamicRef', 'allOf', 'anyOf', 'oneOf', 'enum', 'const'];

/** Returns whether a schema is nothing but a type of scalars and limits: most schemas of parameters are. */
export function isPlainScalar(schema: JsonValue): schema is JsonObject {
  if (!isObject(schema)) return false;
  const { type } = schema;
  const isScalarType = type === 'string' || type === 'integer' || type === 'number' || type === 'boolean';
  return isScalarType && !NOT_PLAIN.some((keyword) => keyword in schema);
}

/** What is looked for among the values of a schema. */
interface Wanted {
  /** @param isWhole whether the schema is not part of a composed one, which may have more properties */
  type(type: JsonValue, place: Located<JsonObject>, root: JsonObject, isWhole: boolean): boolean;
  value(value: JsonValue): boolean;
}

const isScalar = (value: JsonValue): boolean => value !== null && !isContainer(value);

const SCALAR: Wanted = {
  type: (type) => type !== 'array' && type !== 'object' && type !== 'null',
  value: isScalar,
};

const FLAT: Wanted = {
  type: (type, place, root, isWhole) => {
    if (type === 'array') return hasScalarItems(root, place);
    if (type === 'object') return hasScalarMembers(root, place, isWhole);
    return SCALAR.type(type, place, root, isWhole);
  },
  value: (value) => isScalar(value) || Object.values(value ?? {}).every((item) => item === null || isScalar(item)),
};

function hasScalarItems(root: JsonObject, { value, pointer }: Located<JsonObject>): boolean {
  const [first] = listMember(value, 'prefixItems') ?? [];
  if (first !== undefined) return allowsScalar(root, first, pointerTo(pointer, 'prefixItems', 0));
  return allowsScalar(root, member(value, 'items') ?? true, pointerTo(pointer, 'items'));
}

/** As everywhere, an object that declares properties and says nothing about others has no others. */
function hasScalarMembers(root: JsonObject, { value, pointer }: Located<JsonObject>, isWhole: boolean): boolean {
  const properties = objectMember(value, 'properties') ?? {};
  const isWritable = (name: string) =>
    allowsScalar(root, member(properties, name) ?? true, pointerTo(pointer, 'properties', name));
  const required = (listMember(value, 'required') ?? []).filter((name) => typeof name === 'string');
  if (!required.every(isWritable)) return false;
  const names = Object.keys(properties);
  const others = member(value, 'additionalProperties') ?? names.length === 0;
  if (!isWhole || 'patternProperties' in value || names.some(isWritable)) return true;
  return allowsScalar(root, others, pointerTo(pointer, 'additionalProperties'));
}

function allowsScalar(root: JsonObject, value: JsonValue, pointer: string): boolean {
  return allowsScalarValue(root, { value, pointer });
}

/** The keywords beside a reference that may allow more properties than it does. */
const MORE_PROPERTIES = ['properties', 'patternProperties', 'additionalProperties', 'allOf', 'anyOf', 'oneOf'];
/** Compositions are not followed deeper. */
const MAX_DEPTH = 100;

/** Walks a schema and what it is composed of. Each schema is looked at once; one that contains itself does not say no. */
function allowsValue(root: JsonObject, schema: Located, wanted: Wanted): boolean {
  const seen = new Map<JsonObject, boolean>();
  let depth = 0;
  const allows = ({ value, pointer }: Located, isWhole: boolean): boolean => {
    if (!isObject(value)) return value !== false;
    const known = seen.get(value) ?? (depth === MAX_DEPTH || undefined);
    if (known !== undefined) return known;
    seen.set(value, true);
    depth += 1;
    const isAllowed = allowsOwn(value, pointer, isWhole);
    depth -= 1;
    seen.set(value, isAllowed);
    return isAllowed;
  };
  const allowsOwn = (value: JsonObject, pointer: string, isWhole: boolean): boolean => {
    const target = followReference(root, value, pointer);
    const isReferenceWhole = isWhole && !MORE_PROPERTIES.some((keyword) => keyword in value);
    if (target !== undefined && !('code' in target) && !allows(target, isReferenceWhole)) return false;
    const partsOf = (keyword: string) =>
      (listMember(value, keyword) ?? []).map((part, at) => ({ value: part, pointer: pointerTo(pointer, keyword, at) }));
    const alternatives = [partsOf('anyOf'), partsOf('oneOf')].filter((parts) => parts.length > 0);
    const parts = partsOf('allOf');
    if (!parts.every((part) => allows(part, false))) return false;
    if (!alternatives.every((list) => list.some((part) => allows(part, false)))) return false;
    const values = 'const' in value ? [value['const'] ?? null] : listMember(value, 'enum');
    if (values !== undefined && values.length > 0 && !values.some((each) => wanted.value(each))) return false;
    const isAlone = isWhole && parts.length + alternatives.length === 0;
    const types = [member(value, 'type') ?? []].flat();
    return types.length === 0 || types.some((type) => wanted.type(type, { value, pointer }, root, isAlone));
  };
  return allows(schema, true);
}
