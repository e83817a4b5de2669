import { type JsonObject, type JsonValue, listMember, member, objectMember } from '../../document/json.js';
import { type Tag } from './tags.js';

/**
 * Restricts a Schema Object to the values that select it as an alternative. The property comes first, because OpenAI tells the objects of a
 * union apart by their first properties.
 */
export function withTag(schema: JsonObject, tag: Tag): JsonObject {
  const properties = objectMember(schema, 'properties') ?? {};
  const own = member(properties, tag.property);
  const others = Object.entries(properties).filter(([name]) => name !== tag.property);
  const required = listMember(schema, 'required') ?? [];
  return {
    ...schema,
    properties: Object.fromEntries([[tag.property, tag.isDefault ? other(own, tag) : selecting(own, tag)], ...others]),
    ...(tag.isRequired && { required: [tag.property, ...required.filter((name) => name !== tag.property)] }),
  };
}

function selecting(own: JsonValue | undefined, { values }: Tag): JsonObject {
  const [value = null, ...others] = values;
  return {
    ...(others.every((each) => typeof each === typeof value) && { type: typeof value as string }),
    ...(others.length === 0 ? { const: value } : { enum: [...values] }),
    ...pickMembers(own, ['title', 'description']),
  };
}

function other(own: JsonValue | undefined, { values }: Tag): JsonObject {
  return { ...(own !== undefined && { allOf: [own] }), not: { enum: [...values] } };
}

/** Picks members of an object. */
export function pickMembers(object: JsonValue | undefined, names: readonly string[]): JsonObject {
  const picked = names.map((name): [string, JsonValue | undefined] => [name, member(object, name)]);
  return Object.fromEntries(picked.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}
