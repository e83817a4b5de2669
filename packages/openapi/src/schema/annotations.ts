import { type JsonObject, type JsonValue, member, stringMember } from '../document/json.js';

/** Keywords that need not be more than told, because they narrow a value down and do not shape it. */
export const TOLD = [
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'minLength',
  'maxLength',
  'contentEncoding',
  'contentMediaType',
  'uniqueItems',
  'minProperties',
  'maxProperties',
] as const;

/** Keywords that may stand beside a reference or alternatives without saying anything else than they do. */
export const ABOUT = ['title', 'description', ...TOLD] as const;

/** A remark that takes more room than this says less than it costs. */
const LONGEST_REMARK = 100;

/**
 * The description of a schema with what a vendor's dialect cannot say otherwise, such as `How many (default: 30; maxLength: 3)`:
 * a model reads it there just as well, and calls are checked against the schema as it was.
 *
 * @returns a schema that has nothing but a description, if that
 */
export function describedWith(schema: JsonObject, remarks: readonly (readonly [string, JsonValue])[]): JsonObject {
  const text = stringMember(schema, 'description') ?? stringMember(schema, 'title') ?? '';
  const short = remarks
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .filter((remark) => remark.length <= LONGEST_REMARK);
  const description = [text, short.length > 0 ? `(${short.join('; ')})` : ''].filter((part) => part !== '').join(' ');
  return description === '' ? {} : { description };
}

/** What a schema says by some keywords, in their order. */
export function said(schema: JsonObject, keywords: readonly string[]): [string, JsonValue][] {
  return keywords.flatMap((keyword): [string, JsonValue][] => {
    const value = member(schema, keyword);
    return value === undefined ? [] : [[keyword, value]];
  });
}
