import { type JsonObject, type JsonValue, member, stringMember } from '../document/json.js';
import { stringifyExactly } from '../numbers/exact-number.js';

/** Keywords that a description can replace, because they narrow a value and do not change its structure. */
export const DESCRIBABLE = [
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

/** Keywords that may stand beside a reference or alternatives. */
export const ANNOTATIONS = ['title', 'description', ...DESCRIBABLE] as const;

/** Longer remarks are left out. */
const MAX_REMARK_LENGTH = 100;

/**
 * Returns the description of a schema with the keywords that a vendor's dialect does not support, such as
 * `How many (default: 30; maxLength: 3)`. Calls are checked against the original schema.
 *
 * @returns a schema that has only a description, or is empty
 */
export function describeWith(schema: JsonObject, remarks: readonly (readonly [string, JsonValue])[]): JsonObject {
  const text = stringMember(schema, 'description') ?? stringMember(schema, 'title') ?? '';
  const short = remarks
    .map(([name, value]) => `${name}: ${stringifyExactly(value)}`)
    .filter((remark) => remark.length <= MAX_REMARK_LENGTH);
  const description = [text, short.length > 0 ? `(${short.join('; ')})` : ''].filter((part) => part !== '').join(' ');
  return description === '' ? {} : { description };
}

/** Picks the given keywords of a schema, in the given order. */
export function pick(schema: JsonObject, keywords: readonly string[]): [string, JsonValue][] {
  return keywords.flatMap((keyword): [string, JsonValue][] => {
    const value = member(schema, keyword);
    return value === undefined ? [] : [[keyword, value]];
  });
}
