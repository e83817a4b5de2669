import { _, type Ajv, type FuncKeywordDefinition } from 'ajv';
import { type DataValidationCxt } from 'ajv/dist/types/index.js';
import { canonicalJson } from '../document/canonical-json.js';
import { type JsonValue } from '../document/json.js';
import { isExact } from '../numbers/decimal.js';
import { ExactNumber } from '../numbers/exact-number.js';
import { type ExactArguments } from './exact-arguments.js';

type Test = (value: JsonValue) => boolean;

/**
 * Replaces `enum`, `const` and `uniqueItems` of Ajv by keywords that compare values as JSON (JSON Schema 2020-12 Core, section 4.2.2).
 *
 * Ajv's comparison calls an object's `constructor`, `valueOf` and `toString`, so an argument `{"toString": []}` makes it throw. Its
 * `uniqueItems` takes quadratic time: minutes for 100,000 objects.
 */
export function compareAsJson(ajv: Pick<Ajv, 'addKeyword' | 'removeKeyword'>, exact: ExactArguments): void {
  for (const { test, ...definition } of [ENUM, CONST, UNIQUE_ITEMS]) {
    ajv.removeKeyword(definition.keyword as string);
    ajv.addKeyword({
      ...definition,
      errors: false,
      compile(schema) {
        const isValid = test(schema as never);
        return (value: JsonValue, context?: DataValidationCxt) =>
          isValid(exact.originalOf(value, context?.parentData, context?.parentDataProperty ?? ''));
      },
    });
  }
}

interface Comparison<Schema> extends Omit<FuncKeywordDefinition, 'compile'> {
  readonly test: (schema: Schema) => Test;
}

const ENUM: Comparison<JsonValue[]> = {
  keyword: 'enum',
  schemaType: 'array',
  error: {
    message: 'must be equal to one of the allowed values',
    params: ({ schemaCode }) => _`{allowedValues: ${schemaCode}}`,
  },
  test(allowed) {
    const texts = new Set(allowed.map(comparable));
    return (value) => texts.has(comparable(value));
  },
};

const CONST: Comparison<JsonValue> = {
  keyword: 'const',
  error: { message: 'must be equal to constant', params: ({ schemaCode }) => _`{allowedValue: ${schemaCode}}` },
  test(allowed) {
    const text = comparable(allowed);
    return (value) => comparable(value) === text;
  },
};

const UNIQUE_ITEMS: Comparison<boolean> = {
  keyword: 'uniqueItems',
  type: 'array',
  schemaType: 'boolean',
  error: { message: 'must NOT have duplicate items' },
  test: (isWanted) => (list) => !isWanted || !Array.isArray(list) || new Set(list.map(comparable)).size === list.length,
};

/** Returns a primitive that is equal for equal JSON values. The quotation mark distinguishes strings from serialized values. */
function comparable(value: JsonValue): boolean | number | string {
  if (typeof value === 'string') return `"${value}`;
  if (value instanceof ExactNumber && isExact(value.literal)) return Number(value.literal);
  return typeof value === 'object' ? canonicalJson(value) : value;
}
