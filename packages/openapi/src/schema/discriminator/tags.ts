import { ObjectCache } from '../../document/cache.js';
import { composedSchemas } from '../../document/composed-schemas.js';
import {
  type JsonObject,
  type JsonValue,
  type Located,
  isObject,
  listMember,
  member,
  objectMember,
  pointerTo,
  pointerTokens,
  stringMember,
} from '../../document/json.js';
import { followUri } from '../../document/references.js';
import { valuesOf } from '../argument-schemas.js';
import { withFittingEnum } from '../enum-types.js';

/** The values of a property that select an alternative (OAS 3.1.1, section 4.8.25). */
export interface Tag {
  readonly property: string;
  /** the values that select the alternative; for the default alternative, those that select another one */
  readonly values: readonly JsonValue[];
  /** the alternative of 3.2's `defaultMapping`: any other value selects it, and none does too */
  readonly isDefault: boolean;
  /** the alternative must have the property */
  readonly isRequired: boolean;
}

/** A schema that a discriminator may select. */
export interface Candidate {
  readonly value: JsonValue;
  /** `undefined` for a schema that is not referred to */
  readonly pointer: string | undefined;
}

/** The `mapping` of a discriminator: keys by the pointer of the schema that they name. */
export type Mapping = ReadonlyMap<string, { readonly schema: Located; readonly keys: readonly string[] }>;

/** Returns `discriminator.propertyName`. */
export function discriminatorProperty(schema: JsonValue): string | undefined {
  return stringMember(objectMember(schema, 'discriminator'), 'propertyName');
}

const mappings = new ObjectCache<Mapping>();

/** Returns the `mapping` of a discriminator, read once. Values that name no schema of the document are left out. */
export function discriminatorMapping(root: JsonObject, schema: JsonObject): Mapping {
  return mappings.get(root, schema, () => readMapping(root, schema)) ?? new Map();
}

function readMapping(root: JsonObject, schema: JsonObject): Mapping {
  const mapping = new Map<string, { schema: Located; keys: string[] }>();
  for (const [key, name] of Object.entries(objectMember(member(schema, 'discriminator'), 'mapping') ?? {})) {
    const target = typeof name === 'string' ? namedSchema(root, schema, name) : undefined;
    if (target === undefined) continue;
    const known = mapping.get(target.pointer);
    if (known === undefined) mapping.set(target.pointer, { schema: target, keys: [key] });
    else known.keys.push(key);
  }
  return mapping;
}

/** Returns the schema that a `mapping` names: by its name in the components, or else by a reference. */
export function namedSchema(root: JsonObject, schema: JsonObject, name: string): Located | undefined {
  const target = component(root, name) ?? followUri(root, name, schema, '');
  if (!('code' in target)) return target.pointer === '' ? undefined : target;
  // A document that was bundled from several files often still names these.
  return component(root, name.slice(name.search(/[^/#\\]*$/)).replace(/\.(?:json|ya?ml)$/i, ''));
}

const COMPONENTS = '/components/schemas';

function component(root: JsonObject, name: string): Located | undefined {
  const value = member(objectMember(member(root, 'components'), 'schemas'), name);
  return value === undefined ? undefined : { value, pointer: pointerTo(COMPONENTS, name) };
}

/** The values that may select a candidate. */
interface Draft {
  readonly values: readonly JsonValue[];
  /** the values are those of `mapping`, or the name of the schema */
  readonly isNamed: boolean;
}

/**
 * Determines which values of the discriminator's property select which candidate: those of `mapping`, or else the schema's name; and if the
 * candidate describes the property with other values, these.
 *
 * @param ownValues returns the values that a candidate allows, if it lists them
 * @returns a tag for each candidate, `undefined` for one that is not an object; `undefined` if the values do not tell the candidates apart
 */
export function tagCandidates(
  root: JsonObject,
  schema: JsonObject,
  candidates: readonly Candidate[],
  ownValues: (candidate: Candidate) => readonly JsonValue[] | undefined,
): readonly (Tag | undefined)[] | undefined {
  const property = discriminatorProperty(schema) ?? '';
  const mapping = discriminatorMapping(root, schema);
  const drafts = candidates.map((candidate): Draft | undefined => {
    if (isNull(candidate.value)) return undefined;
    return draft(root, candidate, property, mapping, ownValues(candidate));
  });
  const named = new Set(drafts.flatMap((each) => (each?.isNamed ? each.values : [])));
  const values = drafts.map((each) =>
    each?.isNamed ? each.values : each?.values.filter((value) => !named.has(value)),
  );
  const all = values.flatMap((each) => each ?? []);
  const isDistinct = new Set(all).size === all.length && values.every((each) => each?.length !== 0);
  if (all.length === 0 || !isDistinct || candidates.some((each) => isReadOnly(root, each, property))) return undefined;
  const defaultPointer = defaultSchema(root, schema)?.pointer;
  return candidates.map((candidate, index): Tag | undefined => {
    const own = values[index];
    if (own === undefined) return undefined;
    const isDefault = candidate.pointer !== undefined && candidate.pointer === defaultPointer;
    if (isDefault)
      return { property, values: all.filter((value) => !own.includes(value)), isDefault, isRequired: false };
    const isRequired = requires(schema, property) || isRequiredIn(root, candidate, property);
    return { property, values: own, isDefault, isRequired };
  });
}

/** Returns the schema of 3.2's `defaultMapping`. */
export function defaultSchema(root: JsonObject, schema: JsonObject): Located | undefined {
  const name = stringMember(objectMember(schema, 'discriminator'), 'defaultMapping');
  return name === undefined ? undefined : namedSchema(root, schema, name);
}

function draft(
  root: JsonObject,
  candidate: Candidate,
  property: string,
  mapping: Mapping,
  own: readonly JsonValue[] | undefined,
): Draft {
  const { pointer = '' } = candidate;
  const [parent, name = ''] = [pointer.slice(0, pointer.lastIndexOf('/')), pointerTokens(pointer).at(-1)];
  const keys = mapping.get(pointer)?.keys ?? (parent === COMPONENTS ? [name] : []);
  if (own === undefined) {
    const type = stringMember(
      propertySchemas(root, candidate, property).find((each) => 'type' in each),
      'type',
    );
    return { values: keys.map((key) => ofType(key, type)), isNamed: true };
  }
  const exact = own.filter((value) => keys.includes(String(value)));
  if (exact.length > 0) return { values: exact, isNamed: true };
  const similar = own.filter((value) => keys.some((key) => simplified(key) === simplified(String(value))));
  return { values: similar.length > 0 ? similar : own, isNamed: similar.length > 0 };
}

/** Values in enums are often spelled otherwise than the names of schemas: `credit_card` for `CreditCard`. */
function simplified(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

function ofType(key: string, type: string | undefined): JsonValue {
  if (type === 'boolean' && (key === 'true' || key === 'false')) return key === 'true';
  const isNumber = (type === 'integer' || type === 'number') && /^-?\d{1,15}$/.test(key);
  return isNumber ? Number(key) : key;
}

/** Returns the values that a candidate lists for a property, in all of its parts; `undefined` if it lists none. */
export function listedValues(root: JsonObject, candidate: Candidate, property: string): JsonValue[] | undefined {
  const lists = propertySchemas(root, candidate, property).flatMap((each) => {
    const values = valuesOf(withFittingEnum(each))?.filter((value) => typeof value !== 'object');
    return values === undefined || values.length === 0 ? [] : [values];
  });
  const [first, ...others] = lists;
  return first?.filter((value) => others.every((list) => list.includes(value)));
}

function isRequiredIn(root: JsonObject, { value, pointer = '' }: Candidate, property: string): boolean {
  return composedSchemas(root, { value, pointer }, ['allOf']).some((part) => requires(part.value, property));
}

function requires(schema: JsonObject, property: string): boolean {
  return listMember(schema, 'required')?.includes(property) === true;
}

function isReadOnly(root: JsonObject, candidate: Candidate, property: string): boolean {
  return propertySchemas(root, candidate, property).some((each) => each['readOnly'] === true);
}

/** Returns the schemas of a property in all parts of an object. */
function propertySchemas(root: JsonObject, { value, pointer = '' }: Candidate, property: string): JsonObject[] {
  return composedSchemas(root, { value, pointer }, ['allOf']).flatMap((part) => {
    const own = member(objectMember(part.value, 'properties'), property);
    if (own === undefined) return [];
    return composedSchemas(root, { value: own, pointer: '' }, ['allOf']).map((each) => each.value);
  });
}

function isNull(schema: JsonValue): boolean {
  return isObject(schema) && schema['type'] === 'null';
}
