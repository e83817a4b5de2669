import { describe, expect, it } from '@jest/globals';
import { ExactNumber, type JsonObject, isObject } from '../index.js';
import { toolDefinition } from './tool-definition.js';

const ADVICE = 'Send values beyond ±9007199254740991 as a string of digits.';
const INT64 = { type: 'integer', format: 'int64', description: 'The order.' };

/** Returns the schema of the argument `id` in a tool. */
function idIn(format: 'anthropic' | 'openai', id: JsonObject, others: JsonObject = {}): unknown {
  const argumentsSchema = {
    type: 'object',
    properties: { id, ...others },
    required: ['id'],
    additionalProperties: false,
  };
  const operation = {
    method: 'GET',
    path: '/',
    summary: null,
    description: null,
    isConsequential: false,
    canAlwaysAllow: true,
  };
  const tool = toolDefinition({ ...operation, name: 'op', argumentsSchema }, format);
  const definition =
    format === 'openai' && isObject(tool['function']) ? tool['function']['parameters'] : tool['input_schema'];
  return ((definition as JsonObject)['properties'] as JsonObject)['id'];
}

describe('a tool whose argument has the format int64', () => {
  it('asks for a string of digits, and allows one', () => {
    const expected = { type: ['integer', 'string'], format: 'int64', description: `The order. ${ADVICE}` };
    expect(idIn('anthropic', INT64)).toEqual(expected);
    expect(idIn('openai', INT64, { any: {} })).toEqual(expected);
    expect(idIn('anthropic', { type: ['number', 'null'], format: 'int64' })).toEqual({
      type: ['number', 'null', 'string'],
      format: 'int64',
      description: ADVICE,
    });
  });

  it('asks for it in strict mode as well', () => {
    expect(idIn('openai', { ...INT64, minimum: 1 })).toEqual({
      description: `The order. ${ADVICE}`,
      anyOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', description: '(format: "int64")' },
      ],
    });
  });

  it.each<[string, JsonObject]>([
    ['another format', { type: 'integer', format: 'int32' }],
    ['a small maximum', { ...INT64, maximum: 9_007_199_254_740_991 }],
    ['a list of values', { ...INT64, enum: [1, 2] }],
    ['strings', { ...INT64, type: ['integer', 'string'] }],
    ['no type', { format: 'int64' }],
  ])('does not ask for it with %s', (_, schema) => {
    expect(idIn('anthropic', schema)).toEqual(schema);
  });

  it('asks for it with a large maximum', () => {
    const schema = { ...INT64, maximum: new ExactNumber('9223372036854775807') };
    expect(idIn('anthropic', schema)).toMatchObject({ description: `The order. ${ADVICE}` });
  });

  it('never forbids what a call accepts', () => {
    expect(idIn('anthropic', { not: INT64 })).toEqual({});
    expect(idIn('anthropic', { oneOf: [INT64, { type: 'string' }] })).toEqual({
      anyOf: [expect.objectContaining({ type: ['integer', 'string'] }), { type: 'string' }],
    });
  });
});
