import { type JsonObject, type JsonValue, isObject, listMember, member, objectMember } from '../document/json.js';
import { mergedObject } from './merged-object.js';
import { definitionOf, typesOf, valuesOf } from '../schema/subschemas.js';

/**
 * The forms that a value may have at one place of the arguments: it has one of them if it is valid at all. References are
 * followed and alternatives taken apart, so that each says by itself what properties or items it has.
 */
export type Forms = readonly JsonObject[];

/** The forms that any of the schemas leaves. */
export function formsOf(root: JsonObject, schemas: readonly JsonValue[]): Forms {
  const forms = new Set<JsonObject>();
  const waiting = new Set(schemas);
  // A set grows while it is walked, and knows what it has had.
  for (const schema of waiting) {
    if (schema === true) forms.add(ANYTHING);
    if (!isObject(schema)) continue;
    const others = otherSchemas(root, schema);
    if (others === undefined) forms.add(schema);
    for (const other of others ?? []) waiting.add(other);
  }
  return [...forms];
}

const ANYTHING: JsonObject = {};

/** The schemas that a schema only leads to. */
function otherSchemas(root: JsonObject, schema: JsonObject): JsonValue[] | undefined {
  const merged = 'allOf' in schema ? mergedObject(root, schema) : undefined;
  if (merged !== undefined) return [merged];
  if ('properties' in schema) return undefined;
  const definition = definitionOf(root, schema);
  if (definition !== undefined) return [definition];
  const all = listMember(schema, 'allOf');
  return listMember(schema, 'anyOf') ?? listMember(schema, 'oneOf') ?? (all?.length === 1 ? all : undefined);
}

/** The names of the properties that any form describes. */
export function propertyNames(forms: Forms): ReadonlySet<string> {
  return new Set(forms.flatMap((form) => Object.keys(objectMember(form, 'properties') ?? {})));
}

/** The schemas of a property, one for each form that may have it; `true` where a form says nothing of it. */
export function propertySchemas(forms: Forms, name: string): JsonValue[] {
  return forms.filter(mayBeObject).flatMap((form) => {
    const property = member(member(form, 'properties'), name);
    return property ?? (member(form, 'additionalProperties') === false ? [] : true);
  });
}

/** The schemas of the items of an array, one for each form that may be one; `true` where a form says nothing of them. */
export function itemSchemas(forms: Forms): JsonValue[] {
  return forms
    .filter((form) => mayBe(form, 'array'))
    .map((form) => ('prefixItems' in form ? true : (member(form, 'items') ?? true)));
}

/** Whether some form has the property and does without it, too. */
export function isOptional(forms: Forms, name: string): boolean {
  return forms.some(
    (form) => member(member(form, 'properties'), name) !== undefined && !listMember(form, 'required')?.includes(name),
  );
}

/**
 * Whether a null in a property's place can only mean that it is left out: it may be, and in no form may it be null. No
 * valid value has such a null.
 */
export function isLeftOutByNull(root: JsonObject, forms: Forms, name: string): boolean {
  return isOptional(forms, name) && propertySchemas(forms, name).every((schema) => refusesNull(root, schema));
}

function mayBeObject(form: JsonObject): boolean {
  return mayBe(form, 'object') && (valuesOf(form)?.some(isObject) ?? true);
}

function mayBe(form: JsonObject, type: string): boolean {
  const types = typesOf(form);
  return types.length === 0 || types.includes(type);
}

/** Whether no form of a schema can be null. */
function refusesNull(root: JsonObject, schema: JsonValue): boolean {
  return formsOf(root, [schema]).every((form) => !mayBe(form, 'null') || valuesOf(form)?.includes(null) === false);
}
