import { type JsonObject, type JsonValue, isObject, listMember, member, objectMember } from '../document/json.js';
import { definitionOf } from '../schema/subschemas.js';

/** OpenAI's limits of what it binds a model to ("Structured Outputs", supported schemas). */
const LIMITS = {
  levels: 10,
  properties: 5000,
  enumValues: 1000,
  /** characters of all names and enum values */
  characters: 120_000,
  /** beyond so many values, those of one enum together may have fewer characters */
  manyValues: 250,
  charactersOfMany: 15_000,
};

/** Levels of schemas within each other; a reference is none, as in OpenAI's own SDK for Java. */
export const MOST_LEVELS = LIMITS.levels;
export const MOST_PROPERTIES = LIMITS.properties;

/** Whether a schema that is in the subset is small enough, too. */
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
    isFine &&= areToldApart(root, alternatives);
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

/** OpenAI tells the objects of a union apart by their first property ("must not share identical first keys"). */
function areToldApart(root: JsonObject, alternatives: readonly JsonValue[]): boolean {
  const firstKeys = alternatives.flatMap((alternative) => {
    if (!isObject(alternative)) return [];
    const properties = objectMember(definitionOf(root, alternative) ?? alternative, 'properties');
    return properties === undefined ? [] : [Object.keys(properties)[0]];
  });
  return new Set(firstKeys).size === firstKeys.length;
}
