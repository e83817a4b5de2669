import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type CompiledOperation,
  type DocumentOptions,
  InvalidArgumentsError,
  type JsonObject,
  type JsonValue,
  compileExtract,
  compileOperation,
  extractOperation,
  readDocument,
} from './index.js';

interface Case {
  name: string;
  group: string;
  document: JsonObject;
  arguments_by_location: Record<string, JsonObject>;
}

const CASES = JSON.parse(
  readFileSync(new URL('./serialize/serialization.cases.json', import.meta.url), 'utf8'),
) as Case[];

function documentWith(operation: JsonObject, schemas: JsonObject = {}, path = '/x'): JsonObject {
  const info = { title: 't', version: '1' };
  const post = { operationId: 'op', responses: {}, ...operation };
  return {
    openapi: '3.1.1',
    info,
    servers: [{ url: 'https://e.test' }],
    paths: { [path]: { post } },
    components: { schemas },
  };
}

/** Compiles an operation from its document, and from a copy of its extract. */
function bothOf(json: JsonObject, options?: DocumentOptions): CompiledOperation[] {
  const document = readDocument(json);
  const extract = extractOperation(document, 'op', options);
  const operation = compileOperation(document, 'op', options);
  if (extract === undefined || operation === undefined) throw new Error('the operation cannot be called');
  return [operation, compileExtract(structuredClone(extract))];
}

function outcome(operation: CompiledOperation, args: JsonObject): unknown {
  const { buildRequest: _, build: __, check: ___, isCheckFast: ____, prepare: _____, ...data } = operation;
  try {
    const checked = structuredClone(operation.check(args));
    const { pending, ...request } = operation.build(checked);
    return { ...data, isFast: operation.isCheckFast(args), checked, request, links: pending?.links };
  } catch (error) {
    if (!(error instanceof InvalidArgumentsError)) throw error;
    return { ...data, isFast: operation.isCheckFast(args), findings: error.findings };
  }
}

function expectSame(json: JsonObject, args: JsonObject, options?: DocumentOptions): void {
  const [original, extracted] = bothOf(json, options).map((operation) => outcome(operation, args));
  expect(extracted).toEqual(original);
}

const file = { type: 'string', format: 'binary' };
const form = (type: string, properties: JsonObject, encoding: JsonObject = {}) => ({
  requestBody: { content: { [type]: { schema: { type: 'object', properties }, encoding } } },
});

describe('an extracted operation', () => {
  // oxlint-disable-next-line jest/expect-expect -- expectSame expects
  it.each(CASES.map((each) => [`${each.group} ${each.name}`, each] as const))(
    'builds the same request as the original for %s',
    (_, { document, arguments_by_location }) => {
      expectSame(document, Object.assign({}, ...Object.values(arguments_by_location)) as JsonObject);
    },
  );

  // oxlint-disable-next-line jest/expect-expect -- expectSame expects
  it.each<[name: string, operation: JsonObject, args: JsonObject, options: DocumentOptions]>([
    [
      'multipart fields with content types and files',
      form('multipart/form-data', { a: file, b: { type: 'object' } }, { b: { contentType: 'application/json' } }),
      { body: { a: { download_link: 'https://f.test/a' }, b: { c: 1 } } },
      {},
    ],
    [
      'styled form fields',
      form('application/x-www-form-urlencoded', { a: { type: 'array' } }, { a: { style: 'pipeDelimited' } }),
      { body: { a: [1, 2] } },
      {},
    ],
    [
      'renamed arguments',
      { parameters: [{ name: 'a[b]', in: 'query', schema: { type: 'integer' } }] },
      { 'a[b]': '7' },
      {},
    ],
    [
      'reserved headers',
      { parameters: [{ name: 'X-Own', in: 'header', schema: {} }] },
      { 'X-Own': 'a' },
      { reservedHeaders: ['x-own'] },
    ],
    [
      'exploded objects',
      { parameters: [{ name: 'a', in: 'query', schema: { type: 'object', properties: { b: {} } } }] },
      { a: { c: 1 } },
      {},
    ],
    [
      'a body of bytes',
      { requestBody: { content: { 'image/*': { schema: file } } } },
      { body: { content: 'AAAA', mime_type: 'image/png' } },
      {},
    ],
  ])('behaves like the original with %s', (_, operation, args, options) => {
    expectSame(documentWith(operation), args, options);
  });

  // oxlint-disable-next-line jest/expect-expect -- expectSame expects
  it('behaves like the original for random schemas and arguments', () => {
    const schema = fc.letrec<{ schema: JsonObject }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<JsonObject[]>({}, { type: 'string' }, { type: 'integer' }, { $ref: '#/components/schemas/S' }),
        fc.record({
          type: fc.constant('array'),
          items: tie('schema'),
          uniqueItems: fc.boolean(),
        }) as fc.Arbitrary<JsonObject>,
        fc.record({
          type: fc.constant('object'),
          properties: fc.dictionary(fc.constantFrom('a', 'b'), tie('schema')),
        }) as fc.Arbitrary<JsonObject>,
        fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }) as fc.Arbitrary<JsonObject>,
        fc.record({
          enum: fc.array(fc.jsonValue({ maxDepth: 1 }), { minLength: 1, maxLength: 3 }),
        }) as fc.Arbitrary<JsonObject>,
        fc.record({ pattern: fc.constantFrom('^(a|b)*$', '^a+$', '(a*)*') }),
      ),
    })).schema;
    const value = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom<JsonValue[]>(1, '1', 'ab', null, true, '{"a": 1}'),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b'), tie('value')),
      ),
    })).value;
    fc.assert(
      fc.property(schema, schema, value, (own, shared, body) => {
        const requestBody = { content: { 'application/json': { schema: own } } };
        expectSame(documentWith({ requestBody }, { S: shared }), { body });
      }),
      { numRuns: 300 },
    );
  });

  it('contains its own schema once, and nothing else of the document', () => {
    const used = { type: 'object', properties: { a: { description: 'used'.repeat(1000) } } };
    const parameters = [{ name: 'q', in: 'query', schema: { type: 'string', description: 'own'.repeat(1000) } }];
    const requestBody = { content: { 'application/json': { schema: used } } };
    const json = documentWith({ parameters, requestBody }, { Unused: { description: 'unused'.repeat(10_000) } });
    const extract = extractOperation(readDocument(json), 'op');
    const size = JSON.stringify(extract).length;
    expect(extract?.schemaCharacters).toBe(extract?.schema.json.length);
    expect(size).toBeLessThan(JSON.stringify(extract?.schema).length + 2000);
  });

  it('is undefined for an unknown operation', () => {
    expect(extractOperation(readDocument(documentWith({})), 'other')).toBeUndefined();
  });
});
