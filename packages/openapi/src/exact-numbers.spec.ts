import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type CompiledOperation,
  compileExtract,
  compileOperation,
  describeDocument,
  ExactNumber,
  extractOperation,
  formatDocument,
  InvalidArgumentsError,
  type JsonObject,
  type JsonValue,
  parseJsonExactly,
  readDocument,
  stringifyExactly,
} from './index.js';
import { compareDecimals, parseDecimal } from './numbers/decimal.js';
import { numberLiteral } from './testing/number-literals.js';

interface Shape {
  parameters?: JsonObject[];
  body?: JsonObject;
  mediaType?: string;
  path?: string;
}

function documentOf({ parameters = [], body, mediaType = 'application/json', path = '/x' }: Shape): string {
  const requestBody = body && { content: { [mediaType]: { schema: body } } };
  const post = { operationId: 'op', parameters, ...(requestBody && { requestBody }), responses: {} };
  const info = { title: 't', version: '1' };
  return stringifyExactly({
    openapi: '3.1.1',
    info,
    servers: [{ url: 'https://e.test' }],
    paths: { [path]: { post } },
  });
}

function operationOf(shape: Shape): CompiledOperation {
  const operation = compileOperation(readDocument(documentOf(shape)), 'op');
  if (operation === undefined) throw new Error('the operation cannot be called');
  return operation;
}

/** Parses arguments or a schema whose numbers have more digits than JavaScript keeps. */
const parsed = (text: string) => parseJsonExactly(text) as JsonObject;

const parameter = (location: string, schema: JsonObject = {}, more: JsonObject = {}): JsonObject => {
  return { name: 'n', in: location, required: true, schema, ...more };
};

function refusal(operation: CompiledOperation, args: JsonObject) {
  try {
    operation.buildRequest(args);
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.findings;
    throw error;
  }
  throw new Error('the arguments were not refused');
}

/** Refuses or accepts one value in a body that has a schema. */
function outcome(schema: JsonObject, value: string): string {
  const operation = operationOf({ body: { type: 'object', properties: { n: schema } } });
  try {
    return String(operation.buildRequest(parsed(`{"body":{"n":${value}}}`)).body);
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.message;
    throw error;
  }
}

describe('a number that is sent', () => {
  const anyNumber = { type: 'number' };
  const query = (url: string) => decodeURIComponent(url.split('n=')[1] ?? '');
  const places: [string, CompiledOperation, (request: ReturnType<CompiledOperation['buildRequest']>) => unknown][] = [
    [
      'in a path',
      operationOf({ path: '/x/{n}', parameters: [parameter('path', anyNumber)] }),
      ({ url }) => decodeURIComponent(url.slice('https://e.test/x/'.length)),
    ],
    ['in a query', operationOf({ parameters: [parameter('query', anyNumber)] }), ({ url }) => query(url)],
    ['in a query without a schema', operationOf({ parameters: [parameter('query')] }), ({ url }) => query(url)],
    [
      'in a query as JSON',
      operationOf({ parameters: [{ name: 'n', in: 'query', content: { 'application/json': { schema: anyNumber } } }] }),
      ({ url }) => query(url),
    ],
    ['in a header', operationOf({ parameters: [parameter('header', anyNumber)] }), ({ headers }) => headers['n']],
    [
      'in a cookie',
      operationOf({ parameters: [parameter('cookie', anyNumber)] }),
      ({ headers }) => decodeURIComponent(headers['cookie']?.slice(2) ?? ''),
    ],
  ];

  it.each(places)('%s is read back exactly', (_, operation, sent) => {
    fc.assert(
      fc.property(numberLiteral, (literal) => {
        const written = String(sent(operation.buildRequest(parsed(`{"n":${literal}}`))));
        expect(compareDecimals(parseDecimal(written), parseDecimal(literal))).toBe(0);
        expect(sent(operation.buildRequest({ n: literal }))).toBe(literal);
      }),
    );
  });

  it.each<[string, JsonObject, string, (text: string) => string]>([
    ['JSON', { type: 'object', properties: { n: anyNumber } }, 'application/json', (text) => text.slice(5, -1)],
    ['JSON without a schema', {}, 'application/json', (text) => text.slice(5, -1)],
    [
      'a form',
      { type: 'object', properties: { n: anyNumber } },
      'application/x-www-form-urlencoded',
      (text) => decodeURIComponent(text.slice(2)),
    ],
    [
      'multipart',
      { type: 'object', properties: { n: anyNumber } },
      'multipart/form-data',
      (text) => text.split('\r\n')[3] ?? '',
    ],
  ])('in a body of %s is read back exactly', (_, body, mediaType, numberIn) => {
    const operation = operationOf({ body, mediaType });
    fc.assert(
      fc.property(numberLiteral, (literal) => {
        const request = operation.buildRequest(parsed(`{"body":{"n":${literal}}}`));
        const written = numberIn(Buffer.from(request.body ?? '').toString());
        expect(compareDecimals(parseDecimal(written), parseDecimal(literal))).toBe(0);
      }),
    );
  });

  it('in an exploded object, a deep object and a list is read back exactly', () => {
    const object = { type: 'object', additionalProperties: true };
    const operation = operationOf({
      parameters: [
        { name: 'o', in: 'query', schema: object },
        { name: 'd', in: 'query', style: 'deepObject', schema: object },
        { name: 'l', in: 'query', explode: false, schema: { type: 'array' } },
      ],
    });
    const args = parsed('{"o":{"a":9007199254740993},"d":{"b":[1e400]},"l":[0.1234567890123456789,1]}');
    expect(operation.buildRequest(args).url).toBe(
      'https://e.test/x?a=9007199254740993&d%5Bb%5D%5B0%5D=1e400&l=0.1234567890123456789,1',
    );
  });

  it('in objects within a form and within multipart is read back exactly', () => {
    const body = parsed('{"body":{"o":{"n":9007199254740993}}}');
    const form = operationOf({ body: {}, mediaType: 'application/x-www-form-urlencoded' }).buildRequest(body);
    expect(decodeURIComponent(String(form.body))).toBe('o={"n":9007199254740993}');
    const multipart = operationOf({ body: {}, mediaType: 'multipart/form-data' }).buildRequest(body);
    expect(Buffer.from(multipart.body ?? '').toString()).toContain('\r\n\r\n{"n":9007199254740993}\r\n');
  });
});

describe('a string of digits', () => {
  it.each<[string, string, string]>([
    ['integer', '9007199254740993', '9007199254740993'],
    ['integer', '-9223372036854775808', '-9223372036854775808'],
    ['integer', '3.0', '3'],
    ['integer', '10', '10'],
    ['number', '1.10', '1.10'],
    ['number', '0.1234567890123456789', '0.1234567890123456789'],
    ['number', '1e400', '1e400'],
    ['number', '-0', '-0'],
  ])('for %s, %s, is sent as %s', (type, given, sent) => {
    const operation = operationOf({
      path: '/x/{n}',
      parameters: [parameter('path', { type })],
      body: { properties: { n: { type } } },
    });
    const request = operation.buildRequest({ n: given, body: { n: given } });
    expect(request.url).toBe(`https://e.test/x/${sent}`);
    expect(request.body).toBe(`{"n":${sent}}`);
    expect(request.notices).toEqual(
      ['n', 'body.n'].map((name) => ({
        pointer: `/${name.replace('.', '/')}`,
        message: `\`${name}\` was converted from "${given}" to ${sent}`,
      })),
    );
  });

  it('keeps its digits within JSON text', () => {
    const operation = operationOf({ body: { properties: { o: { type: 'object' } } } });
    expect(operation.buildRequest({ body: { o: '{"n":9007199254740993}' } }).body).toBe('{"o":{"n":9007199254740993}}');
  });

  it('is made of a number that a string is expected for', () => {
    expect(outcome({ type: 'string' }, '9007199254740993')).toBe('{"n":"9007199254740993"}');
    expect(outcome({ type: 'string' }, '1e400')).toBe('`body.n` must be a string, got 1e400');
  });
});

describe('a schema', () => {
  it.each<[string, string, string]>([
    ['{"type":"integer"}', '9007199254740993.5', '`body.n` must be an integer, got 9007199254740993.5'],
    ['{"type":"integer"}', '0.10000000000000000001', '`body.n` must be an integer, got 0.10000000000000000001'],
    ['{"maximum":9007199254740992}', '9007199254740993', '`body.n` must be <= 9007199254740992, got 9007199254740993'],
    ['{"maximum":9007199254740993}', '9007199254740994', '`body.n` must be <= 9007199254740993, got 9007199254740994'],
    [
      '{"exclusiveMaximum":9007199254740993}',
      '9007199254740993',
      '`body.n` must be < 9007199254740993, got 9007199254740993',
    ],
    ['{"minimum":0.30000000000000000001}', '0.3', '`body.n` must be >= 0.30000000000000000001, got 0.3'],
    ['{"exclusiveMinimum":1e400}', '1e400', '`body.n` must be > 1e400, got 1e400'],
    ['{"multipleOf":2}', '9007199254740993', '`body.n` must be multiple of 2, got 9007199254740993'],
    ['{"multipleOf":0.01}', '19.999', '`body.n` must be multiple of 0.01, got 19.999'],
    [
      '{"multipleOf":9007199254740993}',
      '9007199254740992',
      '`body.n` must be multiple of 9007199254740993, got 9007199254740992',
    ],
    [
      '{"enum":[9007199254740993,"x"]}',
      '9007199254740995',
      '`body.n` must be one of 9007199254740993, "x", got 9007199254740995',
    ],
    ['{"const":9007199254740992}', '9007199254740993', '`body.n` must be 9007199254740992, got 9007199254740993'],
    [
      '{"const":{"a":[9007199254740993]}}',
      '{"a":[9007199254740995]}',
      '`body.n` must be {"a":[9007199254740993]}, got {"a":[9007199254740995]}',
    ],
    [
      '{"uniqueItems":true}',
      '[9007199254740993,9007199254740993.0]',
      '`body.n` must NOT have duplicate items, got [9007199254740993,9007199254740993.0]',
    ],
    ['{"not":{"const":9007199254740993}}', '9007199254740993', '`body.n` must NOT be valid, got 9007199254740993'],
    ['{"type":"object"}', '9007199254740993', '`body.n` must be an object, got 9007199254740993'],
    [
      '{"type":"integer","format":"int32"}',
      '9007199254740993',
      '`body.n` must match format "int32", got 9007199254740993',
    ],
  ])('%s rejects %s', (schema, value, message) => {
    expect(outcome(parsed(schema), value)).toBe(message);
  });

  it.each<[string, string]>([
    ['{"type":"integer"}', '9007199254740993'],
    ['{"type":"integer"}', '9007199254740993.0'],
    ['{"type":"integer","format":"int64"}', '9223372036854775807'],
    ['{"maximum":9223372036854775807}', '9223372036854775807'],
    ['{"maximum":9223372036854775807}', '7'],
    ['{"minimum":9007199254740993}', '9007199254740993'],
    ['{"type":"number"}', '1e400'],
    ['{"multipleOf":3}', '9007199254740993'],
    ['{"multipleOf":0.01}', '12345678901234567890.12'],
    ['{"enum":[9007199254740993]}', '9007199254740993'],
    ['{"enum":[9007199254740993.0]}', '9007199254740993'],
    ['{"not":{"const":9007199254740992}}', '9007199254740993'],
    ['{"uniqueItems":true}', '[9007199254740993,9007199254740992]'],
    ['{"anyOf":[{"const":9007199254740995},{"maximum":9007199254740993}]}', '9007199254740993'],
    ['{"maxLength":9223372036854775807}', '"x"'],
    ['{"type":["integer","string"]}', '"9007199254740993"'],
  ])('%s accepts %s', (schema, value) => {
    expect(outcome(parsed(schema), value)).toBe(`{"n":${value}}`);
  });

  it('accepts every amount of cents as a multiple of 0.01', () => {
    const operation = operationOf({ body: { type: 'array', items: { multipleOf: 0.01 } } });
    const amounts = Array.from({ length: 10_000 }, (_, cents) => cents / 100);
    expect(operation.check({ body: amounts }).args).toEqual({ body: amounts });
    expect(refusal(operation, { body: [19.99, 19.995] })).toEqual([
      { pointer: '/body/1', message: '`body[1]` must be multiple of 0.01, got 19.995' },
    ]);
  });

  it('compares as decimals do', () => {
    fc.assert(
      fc.property(numberLiteral, numberLiteral, (limit, value) => {
        const isWithin = compareDecimals(parseDecimal(value), parseDecimal(limit)) <= 0;
        const result = outcome(parsed(`{"maximum":${limit}}`), value);
        expect(result.startsWith('{')).toBe(isWithin);
        const isSame = compareDecimals(parseDecimal(value), parseDecimal(limit)) === 0;
        expect(outcome(parsed(`{"const":${limit}}`), value).startsWith('{')).toBe(isSame);
      }),
      { numRuns: 50 },
    );
  });

  it('checks the next arguments without the exact numbers of the last', () => {
    const operation = operationOf({ body: { properties: { n: { maximum: 9007199254740992 } } } });
    expect(refusal(operation, parsed('{"body":{"n":9007199254740993}}'))).toHaveLength(1);
    expect(operation.buildRequest({ body: { n: 5 } }).body).toBe('{"n":5}');
    expect(refusal(operation, { body: { n: 9007199254740994 } })).toHaveLength(1);
  });

  it.each([
    ['exponent', '1e1000000'],
    ['negative exponent', '-1e-1000000'],
    ['number of digits', '9'.repeat(1001)],
  ])('rejects numbers whose %s is too large to compare', (_, literal) => {
    expect(outcome({ type: 'number', multipleOf: 0.01 }, literal)).toBe(
      '`body.n` has too many digits or too large an exponent; send numbers with at most 1000 characters and exponents from -999999 to 999999',
    );
    expect(outcome({ type: 'integer' }, JSON.stringify(literal))).toContain('must be an integer');
  });

  it('fills in its own value of a required parameter exactly', () => {
    const operation = operationOf({
      parameters: [parameter('query', parsed('{"type":"integer","enum":[9007199254740993]}'))],
    });
    expect(operation.buildRequest({}).url).toBe('https://e.test/x?n=9007199254740993');
    const withDefault = parsed('{"type":"integer","enum":[1,9007199254740993],"default":9007199254740993}');
    const other = operationOf({ parameters: [parameter('query', withDefault)] });
    expect(other.buildRequest({}).url).toBe('https://e.test/x?n=9007199254740993');
  });

  it('keeps its numbers in an extract that is cloned', () => {
    const document = readDocument(
      documentOf({ body: parsed('{"properties":{"n":{"maximum":9007199254740993,"default":9007199254740993}}}') }),
    );
    const extract = structuredClone(extractOperation(document, 'op'));
    if (extract === undefined) throw new Error('the operation cannot be called');
    const operation = compileExtract(extract);
    expect(operation.argumentsSchema).toEqual(compileOperation(document, 'op')?.argumentsSchema);
    expect(refusal(operation, parsed('{"body":{"n":9007199254740995}}'))).toHaveLength(1);
  });
});

describe('a document', () => {
  const YAML = `
openapi: 3.0.3
info: { title: t, version: '1' }
servers: [{ url: 'https://e.test' }]
x-shared: &shared [9007199254740993, 0.1234567890123456789, 1e400, -1, 0x10, 1.0]
paths:
  /x:
    post:
      operationId: op
      parameters:
        - { name: n, in: query, schema: { type: integer, maximum: 9223372036854775807, exclusiveMaximum: true, default: 9007199254740993, enum: [9007199254740993, 9007199254740995] } }
      responses: { 200: { description: ok } }
x-again: *shared
`;

  it('keeps the digits of its numbers, as YAML and as JSON', () => {
    const { json, warnings } = readDocument(YAML);
    const shared = [
      new ExactNumber('9007199254740993'),
      new ExactNumber('0.1234567890123456789'),
      new ExactNumber('1e400'),
      -1,
      '0x10',
      1,
    ];
    expect(json['x-shared']).toEqual(shared);
    expect(json['x-again']).toEqual(shared);
    expect(warnings).toEqual([]);
    expect(readDocument(stringifyExactly(json)).json).toEqual(json);
  });

  it('has no findings about them', () => {
    const { warnings } = describeDocument(readDocument(YAML));
    expect(warnings.map(({ message }) => message).join()).not.toMatch(/enum|default|number/);
  });

  it('has the same invalid parts with one in place of an object as with any number', () => {
    const partsOf = (paths: string) =>
      readDocument(`{"openapi":"3.1.0","info":{"title":"t","version":"1"},"paths":${paths}}`).invalidParts;
    expect(partsOf('{"/x":12345678901234567890}')).toEqual(partsOf('{"/x":5}'));
    expect(partsOf('{"/x":5}')).toEqual([
      expect.objectContaining({ code: 'invalid_structure', pointer: '/paths/~1x' }),
    ]);
  });

  it('passes them to the schema of arguments', () => {
    const { properties } = compileOperation(readDocument(YAML), 'op')?.argumentsSchema ?? {};
    expect(stringifyExactly(properties)).toBe(
      '{"n":{"type":"integer","exclusiveMaximum":9223372036854775807,"default":9007199254740993,"enum":[9007199254740993,9007199254740995]}}',
    );
  });

  it('keeps them when it is converted', () => {
    const source = '{"a":[9007199254740993,0.1234567890123456789,1e400,"1e400","9007199254740993",1]}';
    const yaml = formatDocument(source, 'yaml').text;
    expect(yaml).toContain('- 9007199254740993\n');
    expect(formatDocument(yaml, 'json').text.replaceAll(/\s/g, '')).toBe(source);
  });

  it('reads any number back when it is converted', () => {
    fc.assert(
      fc.property(fc.array(numberLiteral), (literals) => {
        const source = `{"a":[${literals.join()}]}`;
        const { text } = formatDocument(formatDocument(source, 'yaml').text, 'json');
        const numbers = (from: string) =>
          (parsed(from)['a'] as JsonValue[]).map((number) => parseDecimal(String(number)));
        expect(numbers(text)).toEqual(numbers(source));
      }),
    );
  });
});
