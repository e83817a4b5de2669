import { type JsonObject, type JsonValue, isObject, objectMember, stringMember } from '../document/json.js';
import { withDigitStrings } from './digit-strings.js';
import { isPortablePattern, isUnicodePattern } from './patterns.js';
import { mapSubschemas } from '../document/schema-keywords.js';
import { describeWith } from '../schema/annotations.js';
import { typesOf } from '../schema/argument-schemas.js';

export type Dialect = 'openai' | 'anthropic';

/** Deeper schemas are replaced by `{}`: chains of references may have any depth, which JSON.stringify cannot handle. */
const MAX_LEVELS = 100;

/**
 * Converts the schema of arguments to a vendor's dialect, for tools whose arguments the vendor does not enforce. The result is the very same
 * object if nothing changes. It never allows less than the original, because calls are checked against that.
 *
 * - `openai`: arrays have `items`, and `oneOf` becomes `anyOf`;
 * - both: patterns that their engines do not support move to the description, and `int64` may be a string of digits.
 */
export function portableSchema(argumentsSchema: JsonObject, dialect: Dialect): JsonObject {
  const change = dialect === 'openai' ? forOpenAi : forAnthropic;
  const write = (schema: JsonValue, level: number): JsonValue => {
    if (!isObject(schema)) return schema;
    if (level > MAX_LEVELS) return {};
    const written = mapSubschemas(schema, (subschema) => write(subschema, level + 1));
    return change(withoutReversals(schema, written));
  };
  return write(argumentsSchema, 0) as JsonObject;
}

/** Removes changed `not`, `if` and `oneOf`: a subschema that allows more makes the whole allow less. */
function withoutReversals(schema: JsonObject, written: JsonObject): JsonObject {
  const reversed = ['not', 'if', 'oneOf'].filter((keyword) => written[keyword] !== schema[keyword]);
  if (reversed.length === 0) return written;
  const kept = Object.entries(written).filter(([keyword]) => !reversed.includes(keyword));
  return { ...Object.fromEntries(kept), ...(reversed.includes('oneOf') && asAnyOf(written)) };
}

function asAnyOf({ anyOf, oneOf }: JsonObject): JsonObject {
  return { anyOf: anyOf ?? oneOf ?? [] };
}

function forAnthropic(schema: JsonObject): JsonObject {
  return withDigitStrings(withoutPatterns(schema, isUnicodePattern));
}

function forOpenAi(schema: JsonObject): JsonObject {
  let result = withDigitStrings(withoutPatterns(schema, isPortablePattern));
  if ('oneOf' in result) {
    const { oneOf: _, ...others } = result;
    result = { ...others, ...asAnyOf(result) };
  }
  const lacksItems = typesOf(schema).includes('array') && (schema['items'] ?? true) === true;
  return lacksItems ? { ...result, items: {} } : result;
}

function withoutPatterns(schema: JsonObject, isTaken: (pattern: string) => boolean): JsonObject {
  const pattern = stringMember(schema, 'pattern');
  const names = Object.keys(objectMember(schema, 'patternProperties') ?? {});
  let result = schema;
  if (pattern !== undefined && !isTaken(pattern)) {
    const { pattern: _, ...others } = schema;
    result = { ...others, ...describeWith(schema, [['pattern', pattern]]) };
  }
  if (names.every(isTaken)) return result;
  // Without the allowed patterns, other properties cannot be restricted either.
  const { patternProperties: _, additionalProperties: __, ...others } = result;
  return others;
}
