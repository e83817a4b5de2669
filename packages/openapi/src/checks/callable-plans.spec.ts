import { describe, expect, it } from '@jest/globals';
import { compileOperation } from '../compile.js';
import { readAndDescribe } from '../describe.js';
import { InvalidArgumentsError, InvalidDocumentError } from '../document/errors.js';
import { trustedDocument } from '../document/document.js';
import { type JsonObject } from '../document/json.js';

const ref = (index: number) => ({ $ref: `#/components/schemas/S${index}` });
const range = <T>(length: number, make: (index: number) => T) => Array.from({ length }, (_, index) => make(index));

/** Returns a document with one operation for each schema of a body. */
function documentOf(bodies: JsonObject[], schemas: JsonObject[]): JsonObject {
  const operation = (schema: JsonObject, index: number): [string, JsonObject] => [
    `/${index}`,
    {
      post: {
        operationId: `send${index}`,
        summary: 'Send',
        requestBody: { required: true, content: { 'application/json': { schema } } },
        responses: { '200': { description: 'OK' } },
      },
    },
  ];
  return {
    openapi: '3.1.0',
    info: { title: 'Chains', version: '1' },
    servers: [{ url: 'https://api.example.com' }],
    paths: Object.fromEntries(bodies.map(operation)),
    components: { schemas: Object.fromEntries(schemas.map((schema, index) => [`S${index}`, schema])) },
  };
}

/** Schemas of which each has the next one as a property. */
const chain = (length: number) =>
  range(length, (index): JsonObject => {
    const properties: JsonObject = index + 1 < length ? { next: ref(index + 1) } : { end: { type: 'integer' } };
    return { type: 'object', properties };
  });

/** Schemas that refer to the next one, and the last to the first, each below many levels. */
const ring = (length: number) =>
  range(length, (index) =>
    range(20, String).reduce<JsonObject>(
      (schema) => ({ type: 'object', properties: { next: schema, first: ref(0) } }),
      ref((index + 1) % length),
    ),
  );

const nested = (levels: number, end: JsonObject) =>
  range(levels, String).reduce<JsonObject>((value) => ({ next: value }), end);

const send = (json: JsonObject, body: JsonObject) =>
  compileOperation(readAndDescribe(json).document, 'send0')?.buildRequest({ body }).body;

describe('callablePlans', () => {
  it.each([50, 500, 5000])(
    'accepts a chain of %i schemas, each used once, and calls check arguments against it',
    (length) => {
      const json = documentOf([ref(0)], chain(length));
      expect(readAndDescribe(json).description.warnings).toEqual([]);
      expect(send(json, nested(45, {}))).toContain('next');
      expect(() => send(json, nested(45, { next: 'text' }))).toThrow(InvalidArgumentsError);
    },
  );

  it('checks the last schema of a long chain', () => {
    const json = documentOf([ref(0)], chain(90));
    expect(send(json, nested(89, { end: 1 }))).toContain('{"end":1}');
    expect(() => send(json, nested(89, { end: 'x' }))).toThrow('must be an integer');
  });

  it('leaves out an operation whose schemas cannot be compiled', () => {
    const json = documentOf([ref(0), { type: 'object' }], ring(150));
    const { operations, warnings } = readAndDescribe(json).description;
    expect(operations.map(({ operationId }) => operationId)).toEqual(['send1']);
    expect(warnings).toContainEqual({
      code: 'uncompilable_schema',
      message: expect.stringMatching(/^the schemas of send0 cannot be compiled: .* loop of 150 schemas/) as unknown,
      pointer: '/paths/~10/post',
    });
  });

  it('does not blame arguments if a stored document cannot be compiled', () => {
    const document = trustedDocument(documentOf([ref(0)], ring(150)));
    const call = () => compileOperation(document, 'send0')?.buildRequest({ body: {} });
    expect(call).toThrow(InvalidDocumentError);
    expect(call).toThrow('the schemas of send0 cannot be compiled');
  });

  it('leaves out an operation with a long chain of schemas that apply to the same value', () => {
    const inPlace = (length: number) =>
      range(length, (index): JsonObject => (index + 1 < length ? { allOf: [ref(index + 1)] } : { type: 'object' }));
    const { operations, warnings } = readAndDescribe(documentOf([{}, ref(0)], inPlace(5000))).description;
    expect(operations.map(({ operationId }) => operationId)).toEqual(['send0']);
    expect(warnings).toContainEqual({
      code: 'uncompilable_schema',
      message: expect.stringContaining('begins a chain of 5000 schemas that apply to the same value') as unknown,
      pointer: '/paths/~11/post',
    });
    const stored = compileOperation(trustedDocument(documentOf([ref(0)], inPlace(5000))), 'send0');
    expect(() => stored?.buildRequest({ body: {} })).toThrow(InvalidDocumentError);
    expect(send(documentOf([ref(0)], inPlace(150)), {})).toBe('{}');
  });

  it('accepts a loop of schemas that can be compiled', () => {
    const json = documentOf([ref(0)], ring(10));
    expect(readAndDescribe(json).description.operations).toHaveLength(1);
    expect(send(json, nested(45, {}))).toContain('next');
  });

  it('leaves out an operation whose schemas are too large', () => {
    const large = range(4, () => ({ type: 'object', description: 'x'.repeat(400_000), properties: { next: ref(0) } }));
    const bodies = [{ anyOf: range(3, ref) }, { anyOf: range(4, ref) }];
    const { operations, warnings } = readAndDescribe(documentOf(bodies, large)).description;
    expect(operations.map(({ operationId }) => operationId)).toEqual(['send0']);
    expect(warnings).toContainEqual({
      code: 'schema_too_large',
      message: expect.stringContaining('send1 have more than 1500000 characters') as unknown,
      pointer: '/paths/~11/post',
    });
  });

  it('rejects a small document whose operations are too large together, and names the largest', () => {
    const schema = { type: 'object', description: 'x'.repeat(1_200_000) };
    const bodies = [...range(101, () => ref(0)), { allOf: [ref(0)], description: 'The largest' }];
    const json = documentOf(bodies.toReversed(), [schema]);
    expect(() => readAndDescribe(json)).toThrow(/more than 120000000 characters .* those of send0 with 12\d{5}/);
    expect(readAndDescribe(documentOf(bodies.slice(0, 90), [schema])).description.operations).toHaveLength(90);
  });
});
