import { _, type Ajv, type FuncKeywordDefinition } from 'ajv';
import { canonicalJson } from '../document/canonical-json.js';
import { type JsonValue } from '../document/json.js';

/**
 * Makes `enum`, `const` and `uniqueItems` compare values as JSON (JSON Schema 2020-12 Core, section 4.2.2).
 *
 * Ajv's own comparison asks an object for its `constructor`, `valueOf` and `toString`, so that an argument `{"toString": []}` made it
 * throw; and it compares each element of a list with each other one, so that a list of 100,000 objects took minutes.
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

/** Equal for two values exactly if JSON Schema calls them equal. A text keeps a quotation mark, so that it is never taken for JSON. */
function comparable(value: JsonValue): boolean | number | string {
  if (typeof value === 'string') return `"${value}`;
  return typeof value === 'object' ? canonicalJson(value) : value;
}
