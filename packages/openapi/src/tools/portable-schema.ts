import { type JsonObject, type JsonValue, isObject, objectMember, stringMember } from '../document/json.js';
import { isCommonPattern, isUnicodePattern } from './patterns.js';
import { describedWith } from '../schema/annotations.js';
import { mapParts, typesOf } from '../schema/subschemas.js';

export type Dialect = 'openai' | 'anthropic';

/** Chains of references may make schemas of any depth; nobody reads what is deeper, and JSON cannot be written of it. */
const MOST_LEVELS = 100;

/**
 * The schema of arguments as a vendor takes it where it does not bind the model. It is the very same object where nothing is
 * in the way; what is different allows more and never less, because calls are checked against the schema as it was.
 *
 * - `openai`: arrays have `items`, and `oneOf` is `anyOf`;
 * - both: patterns that their engines do not know stand in the description.
 */
export function portableSchema(argumentsSchema: JsonObject, dialect: Dialect): JsonObject {
  const change = dialect === 'openai' ? forOpenAi : forAnthropic;
  const write = (schema: JsonValue, level: number): JsonValue => {
    if (!isObject(schema)) return schema;
    if (level > MOST_LEVELS) return {};
    const written = mapParts(schema, (part) => write(part, level + 1));
    return change(withoutReversals(schema, written));
  };
  return write(argumentsSchema, 0) as JsonObject;
}

/** What allows more within `not`, `if` or one of `oneOf` allows less in all, so they go where they are changed. */
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
  return withoutPatterns(schema, isUnicodePattern);
}

function forOpenAi(schema: JsonObject): JsonObject {
  let result = withoutPatterns(schema, isCommonPattern);
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
    result = { ...others, ...describedWith(schema, [['pattern', pattern]]) };
  }
  if (names.every(isTaken)) return result;
  // Without the names that are allowed by pattern, nothing can be said of all others either.
  const { patternProperties: _, additionalProperties: __, ...others } = result;
  return others;
}
