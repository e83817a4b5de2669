import { _, str, type Ajv, type Code, type CodeKeywordDefinition, type KeywordCxt } from 'ajv';
import { type JsonValue } from '../document/json.js';
import { isMultiple, parseDecimal } from '../numbers/decimal.js';
import { compareNumbers, ExactNumber } from '../numbers/exact-number.js';
import { type ExactArguments } from './exact-arguments.js';

type AnyNumber = number | ExactNumber;
type Test = (value: AnyNumber) => boolean;

interface Limit {
  readonly operator: Code;
  readonly text: string;
  readonly isWithin: (difference: number) => boolean;
}

const LIMITS: Readonly<Record<string, Limit>> = {
  maximum: { operator: _`<=`, text: '<=', isWithin: (difference) => difference <= 0 },
  minimum: { operator: _`>=`, text: '>=', isWithin: (difference) => difference >= 0 },
  exclusiveMaximum: { operator: _`<`, text: '<', isWithin: (difference) => difference < 0 },
  exclusiveMinimum: { operator: _`>`, text: '>', isWithin: (difference) => difference > 0 },
};

/**
 * Replaces the limits of numbers and `multipleOf` of Ajv by keywords that compare decimals, of schemas and of arguments.
 *
 * Ajv knows no exact numbers, and its `multipleOf` divides in binary: 19.99 is no multiple of 0.01.
 */
export function compareAsDecimals(ajv: Pick<Ajv, 'addKeyword' | 'removeKeyword'>, exact: ExactArguments): void {
  for (const keyword of [...Object.keys(LIMITS), 'multipleOf']) ajv.removeKeyword(keyword);
  ajv.addKeyword(limits(exact));
  ajv.addKeyword(multipleOf(exact));
}

const NUMERIC = { type: 'number', schemaType: ['number', 'object'] } satisfies Partial<CodeKeywordDefinition>;

function limits(exact: ExactArguments): CodeKeywordDefinition {
  return {
    ...NUMERIC,
    keyword: Object.keys(LIMITS),
    error: {
      message: ({ keyword, schemaCode }) => str`must be ${LIMITS[keyword]?.text ?? ''} ${schemaCode}`,
      params: ({ schemaCode }) => _`{limit: ${schemaCode}}`,
    },
    code(cxt) {
      const { keyword, data } = cxt;
      const { operator, isWithin } = LIMITS[keyword] as Limit;
      const limit = cxt.schema as AnyNumber;
      const test = exactTest(cxt, exact, (value) => isWithin(compareNumbers(value, limit)));
      // Most arguments have no exact numbers.
      cxt.pass(typeof limit === 'number' ? _`${exactly(cxt, exact)} ? ${test} : ${data} ${operator} ${limit}` : test);
    },
  };
}

function multipleOf(exact: ExactArguments): CodeKeywordDefinition {
  return {
    ...NUMERIC,
    keyword: 'multipleOf',
    error: {
      message: ({ schemaCode }) => str`must be multiple of ${schemaCode}`,
      params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}`,
    },
    code: (cxt) => cxt.pass(exactTest(cxt, exact, multipleTest(cxt.schema as AnyNumber))),
  };
}

/** JavaScript's remainder of integers is exact. */
function multipleTest(divisor: AnyNumber): Test {
  const isSafe = Number.isSafeInteger(divisor);
  const decimal = parseDecimal(String(divisor));
  return (value) =>
    isSafe && Number.isSafeInteger(value)
      ? (value as number) % (divisor as number) === 0
      : isMultiple(parseDecimal(String(value)), decimal);
}

/** Generates the test of the original of the data. */
function exactTest(cxt: KeywordCxt, exact: ExactArguments, test: Test): Code {
  const { gen, data, it } = cxt;
  const ref = (value: JsonValue, owner: unknown, key: string | number) =>
    test(exact.originalOf(value, owner, key) as AnyNumber);
  return _`${gen.scopeValue('func', { ref })}(${data}, ${it.parentData}, ${it.parentDataProperty})`;
}

function exactly({ gen }: KeywordCxt, exact: ExactArguments): Code {
  return _`${gen.scopeValue('obj', { ref: exact })}.isActive`;
}
