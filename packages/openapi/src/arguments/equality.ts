import { _, type Ajv, type FuncKeywordDefinition } from 'ajv';
import { canonicalJson } from '../document/canonical-json.js';
import { type JsonValue } from '../document/json.js';

/**
 * Replaces `enum`, `const` and `uniqueItems` of Ajv by keywords that compare values as JSON (JSON Schema 2020-12 Core, section 4.2.2).
 *
 * Ajv's comparison calls an object's `constructor`, `valueOf` and `toString`, so an argument `{"toString": []}` makes it throw. Its
 * `uniqueItems` takes quadratic time: minutes for 100,000 objects.
 */
export function compareAsJson(ajv: Pick<Ajv, 'addKeyword' | 'removeKeyword'>): void {
  for (const definition of [ENUM, CONST, UNIQUE_ITEMS]) {
    ajv.removeKeyword(definition.keyword as string);
    ajv.addKeyword(definition);
  }
}

const ENUM: FuncKeywordDefinition = {
  keyword: 'enum',
  schemaType: 'array',
  errors: false,
  error: {
    message: 'must be equal to one of the allowed values',
    params: ({ schemaCode }) => _`{allowedValues: ${schemaCode}}`,
  },
  compile: (allowed: JsonValue[]) => {
    const texts = new Set(allowed.map(comparable));
    return (value: JsonValue) => texts.has(comparable(value));
  },
};

const CONST: FuncKeywordDefinition = {
  keyword: 'const',
  errors: false,
  error: { message: 'must be equal to constant', params: ({ schemaCode }) => _`{allowedValue: ${schemaCode}}` },
  compile: (allowed: JsonValue) => {
    const text = comparable(allowed);
    return (value: JsonValue) => comparable(value) === text;
  },
};

const UNIQUE_ITEMS: FuncKeywordDefinition = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  errors: false,
  error: { message: 'must NOT have duplicate items' },
  compile: (isWanted: boolean) => (list: JsonValue[]) =>
    !isWanted || new Set(list.map(comparable)).size === list.length,
};

/** Returns a primitive that is equal for equal JSON values. The quotation mark distinguishes strings from serialized values. */
function comparable(value: JsonValue): boolean | number | string {
  if (typeof value === 'string') return `"${value}`;
  return typeof value === 'object' ? canonicalJson(value) : value;
}
