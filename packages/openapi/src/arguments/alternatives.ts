import { type JsonObject, type JsonValue, isObject, listMember, member, objectMember } from '../document/json.js';
import { mergedObject } from './merged-object.js';
import { definitionOf, typesOf, valuesOf } from '../schema/argument-schemas.js';

/**
 * The alternative schemas of a value in the arguments; a valid value matches one of them. References are resolved and unions are split, so
 * that each alternative has its own properties or items.
 */
export type Alternatives = readonly JsonObject[];

/** Returns the alternatives of several schemas together. */
export function alternativesOf(root: JsonObject, schemas: readonly JsonValue[]): Alternatives {
  const alternatives = new Set<JsonObject>();
  const waiting = new Set(schemas);
  // The set may grow while it is iterated, and drops duplicates.
  for (const schema of waiting) {
    if (schema === true) alternatives.add(ANYTHING);
    if (!isObject(schema)) continue;
    const others = otherSchemas(root, schema);
    if (others === undefined) alternatives.add(schema);
    for (const other of others ?? []) waiting.add(other);
  }
  return [...alternatives];
}

const ANYTHING: JsonObject = {};

/** Returns the schemas that a schema delegates to, `undefined` if it is an alternative itself. */
function otherSchemas(root: JsonObject, schema: JsonObject): JsonValue[] | undefined {
  const merged = 'allOf' in schema ? mergedObject(root, schema) : undefined;
  if (merged !== undefined) return [merged];
  if ('properties' in schema) return undefined;
  const definition = definitionOf(root, schema);
  if (definition !== undefined) return [definition];
  const all = listMember(schema, 'allOf');
  return listMember(schema, 'anyOf') ?? listMember(schema, 'oneOf') ?? (all?.length === 1 ? all : undefined);
}

/** Leaves out alternatives that a property of the value rules out, such as the one by which a discriminator selects; keeps all if none is left. */
export function possibleAlternatives(alternatives: Alternatives, value: JsonObject): Alternatives {
  if (alternatives.length < 2) return alternatives;
  const possible = alternatives.filter((alternative) =>
    Object.entries(value).every(([name, own]) => {
      const values = valuesOf(objectMember(objectMember(alternative, 'properties'), name) ?? {});
      return values === undefined || typeof own === 'object' || values.includes(own);
    }),
  );
  return possible.length === 0 ? alternatives : possible;
}

/** Returns the property names of all alternatives. */
export function propertyNames(alternatives: Alternatives): ReadonlySet<string> {
  return new Set(alternatives.flatMap((alternative) => Object.keys(objectMember(alternative, 'properties') ?? {})));
}

/** Returns the schemas of a property, one for each alternative that allows it; `true` if an alternative does not describe it. */
export function propertySchemas(alternatives: Alternatives, name: string): JsonValue[] {
  return alternatives.filter(canBeObject).flatMap((alternative) => {
    const property = member(member(alternative, 'properties'), name);
    return property ?? (member(alternative, 'additionalProperties') === false ? [] : true);
  });
}

/** Returns the schemas of array items, one for each alternative that allows arrays; `true` if an alternative does not describe them. */
export function itemSchemas(alternatives: Alternatives): JsonValue[] {
  return alternatives
    .filter((alternative) => canBe(alternative, 'array'))
    .map((alternative) => ('prefixItems' in alternative ? true : (member(alternative, 'items') ?? true)));
}

/** Returns whether some alternative describes the property and does not require it. */
export function isOptional(alternatives: Alternatives, name: string): boolean {
  return alternatives.some(
    (alternative) =>
      member(member(alternative, 'properties'), name) !== undefined &&
      !listMember(alternative, 'required')?.includes(name),
  );
}

/** Returns whether null can only mean that a property is omitted: it is optional, and no alternative allows null. */
export function isOmittedByNull(root: JsonObject, alternatives: Alternatives, name: string): boolean {
  return (
    isOptional(alternatives, name) && propertySchemas(alternatives, name).every((schema) => rejectsNull(root, schema))
  );
}

function canBeObject(alternative: JsonObject): boolean {
  return canBe(alternative, 'object') && (valuesOf(alternative)?.some(isObject) ?? true);
}

function canBe(alternative: JsonObject, type: string): boolean {
  const types = typesOf(alternative);
  return types.length === 0 || types.includes(type);
}

/** Returns whether no alternative of a schema allows null. */
function rejectsNull(root: JsonObject, schema: JsonValue): boolean {
  return alternativesOf(root, [schema]).every(
    (alternative) => !canBe(alternative, 'null') || valuesOf(alternative)?.includes(null) === false,
  );
}
