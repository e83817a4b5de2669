import { type JsonObject, type JsonValue, isObject, listMember, member, objectMember } from '../document/json.js';
import { definitionOf } from '../schema/argument-schemas.js';

/** OpenAI's limits for strict schemas ("Structured Outputs", supported schemas). */
const LIMITS = {
  levels: 10,
  properties: 5000,
  enumValues: 1000,
  /** characters of all names and enum values */
  characters: 120_000,
  /** an enum with more values has a lower limit of characters */
  manyValues: 250,
  charactersOfMany: 15_000,
};

/** Levels of nested schemas; a reference does not count as a level, as in OpenAI's SDK for Java. */
export const MAX_LEVELS = LIMITS.levels;
export const MAX_PROPERTIES = LIMITS.properties;

/** Returns whether a strict schema is within the limits. */
export function isWithinLimits(root: JsonObject): boolean {
  const total = { levels: 0, properties: 0, enumValues: 0, characters: 0 };
  let isFine = true;
  const measure = (schema: JsonObject, level: number): void => {
    const properties = Object.entries(objectMember(schema, 'properties') ?? {});
    const definitions = Object.entries(objectMember(schema, '$defs') ?? {});
    const values = listMember(schema, 'enum') ?? [];
    const alternatives = listMember(schema, 'anyOf') ?? [];
    const texts = values.filter((value) => typeof value === 'string');
    total.levels = Math.max(total.levels, level);
    total.properties += properties.length;
    total.enumValues += values.length;
    total.characters += lengthOf([...properties, ...definitions].map(([name]) => name)) + lengthOf(texts);
    isFine &&= texts.length <= LIMITS.manyValues || lengthOf(texts) <= LIMITS.charactersOfMany;
    isFine &&= haveDistinctFirstKeys(root, alternatives);
    const named = [...properties, ...definitions].map(([, part]) => part);
    for (const part of [...named, ...alternatives, member(schema, 'items')])
      if (isObject(part)) measure(part, level + 1);
  };
  measure(root, 0);
  return (
    isFine &&
    total.levels <= LIMITS.levels &&
    total.properties <= LIMITS.properties &&
    total.enumValues <= LIMITS.enumValues &&
    total.characters <= LIMITS.characters
  );
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

/**
 * OpenAI distinguishes the objects of a union by their first property ("must not share identical first keys. Consider adding a discriminator
 * key"): by its name, or by its values.
 */
function haveDistinctFirstKeys(root: JsonObject, alternatives: readonly JsonValue[]): boolean {
  const taken = new Map<string, Set<JsonValue> | 'any value'>();
  return alternatives.every((alternative) => {
    if (!isObject(alternative)) return true;
    const properties = objectMember(definitionOf(root, alternative) ?? alternative, 'properties');
    if (properties === undefined) return true;
    const [name, schema] = Object.entries(properties)[0] ?? ['', {}];
    const [values, others] = [listMember(schema, 'enum'), taken.get(name)];
    taken.set(name, values === undefined ? 'any value' : new Set([...values, ...(others ?? [])]));
    return others === undefined || (others !== 'any value' && values?.every((value) => !others.has(value)) === true);
  });
}
