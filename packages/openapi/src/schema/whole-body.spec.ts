import { describe, expect, it } from '@jest/globals';
import { compileExtract, compileOperation, extractOperation } from '../compile.js';
import { describeDocument } from '../describe.js';
import { type JsonObject } from '../document/json.js';
import { readDocument } from '../reading/read.js';

/** A document whose operation has the arguments as its body. */
function documentOf(schema: JsonObject, more: JsonObject = {}): JsonObject {
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  const operation = { operationId: 'run', 'x-countersign-arguments': 'body', requestBody, responses: {}, ...more };
  return {
    openapi: '3.1.0',
    info: { title: 'Tools', version: '1' },
    servers: [{ url: 'https://tools.example.com' }],
    paths: { '/run': { post: operation } },
  };
}

const read = (json: JsonObject) => readDocument(json);
const SCHEMA: JsonObject = {
  $id: 'https://tools.invalid/run',
  type: 'object',
  properties: { text: { type: 'string' }, count: { $ref: '#/$defs/count' } },
  required: ['text'],
  $defs: { count: { type: 'integer', minimum: 1 } },
};

describe('an operation whose arguments are the body', () => {
  it('has the schema of the body, and sends its arguments as the body', () => {
    const operation = compileOperation(read(documentOf(SCHEMA)), 'run');
    expect(operation?.argumentsSchema).toMatchObject({
      type: 'object',
      properties: { text: { type: 'string' }, count: { type: 'integer', minimum: 1 } },
      required: ['text'],
    });
    expect(operation?.buildRequest({ text: 'a', count: 2 })).toMatchObject({
      method: 'POST',
      url: 'https://tools.example.com/run',
      body: '{"text":"a","count":2}',
    });
    expect(() => operation?.buildRequest({ text: 'a', count: 0 })).toThrow(
      expect.objectContaining({ findings: [expect.objectContaining({ pointer: '/count' })] }),
    );
    expect(() => operation?.buildRequest({ body: { text: 'a' } })).toThrow('`text` is required');
  });

  it('behaves the same when it was extracted from its document', () => {
    const extract = extractOperation(read(documentOf(SCHEMA)), 'run');
    expect(extract && compileExtract(extract).buildRequest({ text: 'a' })).toMatchObject({ body: '{"text":"a"}' });
  });

  it('may have a schema that refers to itself', () => {
    const schema = {
      $id: 'https://tools.invalid/run',
      type: 'object',
      properties: { child: { $ref: '#' }, name: { type: 'string' } },
    };
    const operation = compileOperation(read(documentOf(schema)), 'run');
    expect(operation?.argumentsSchema['type']).toBe('object');
    expect(operation?.buildRequest({ child: { child: { name: 'a' } } })).toMatchObject({
      body: '{"child":{"child":{"name":"a"}}}',
    });
    expect(() => operation?.buildRequest({ child: { child: 5 } })).toThrow('`child.child` must be an object');
  });

  it('takes an object even if its schema says nothing', () => {
    const operation = compileOperation(read(documentOf({})), 'run');
    expect(operation?.argumentsSchema).toEqual({ type: 'object' });
    expect(operation?.buildRequest({ any: 1 })).toMatchObject({ body: '{"any":1}' });
  });

  it('must not have parameters', () => {
    const parameters = [{ name: 'q', in: 'query', schema: { type: 'string' } }];
    const { paths } = documentOf(SCHEMA, { parameters });
    const other = { '/other': { get: { operationId: 'other', responses: {} } } };
    const described = describeDocument(read({ ...documentOf(SCHEMA), paths: { ...(paths as JsonObject), ...other } }));
    expect(described.operations.map(({ operationId }) => operationId)).toEqual(['other']);
    expect(described.warnings).toContainEqual(
      expect.objectContaining({ message: expect.stringContaining('only if there are no parameters') }),
    );
  });
});
