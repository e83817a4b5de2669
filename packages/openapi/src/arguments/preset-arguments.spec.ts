import { describe, expect, it } from '@jest/globals';
import {
  type CompiledOperation,
  type DocumentOptions,
  type JsonObject,
  type JsonValue,
  compileExtract,
  compileOperation,
  extractOperation,
  readDocument,
  toolDefinition,
} from '../index.js';

interface Given {
  path?: string;
  parameters: JsonObject[];
  schemas?: JsonObject;
  version?: string;
  options?: DocumentOptions;
}

function documentOf({ path = '/x', parameters, schemas = {}, version = '3.1.1' }: Given) {
  const get = { operationId: 'op', parameters, responses: {} };
  const head = { openapi: version, info: { title: 't', version: '1' }, servers: [{ url: 'https://e.test' }] };
  return readDocument({ ...head, paths: { [path]: { get } }, components: { schemas } });
}

function operationOf(given: Given): CompiledOperation {
  const operation = compileOperation(documentOf(given), 'op', given.options);
  if (operation === undefined) throw new Error('the operation cannot be called');
  return operation;
}

const required = (name: string, schema: JsonObject, location = 'query'): JsonObject => ({
  name,
  in: location,
  required: true,
  schema,
});
const parametersOf = (tool: JsonObject) => tool['parameters'] ?? tool['input_schema'];

describe('a required parameter with one possible value', () => {
  const V2 = { $ref: '#/components/schemas/V2' };
  const schemas = { V2: { type: 'string', enum: ['v2'] } };

  it.each<[string, JsonObject, JsonValue, string]>([
    ['an enum', { type: 'string', enum: ['v2'] }, 'v2', '3.1.1'],
    ['an enum that repeats it', { enum: ['v2', 'v2'] }, 'v2', '3.1.1'],
    ['const', { const: 2 }, 2, '3.1.1'],
    ['a reference', V2, 'v2', '3.1.1'],
    ['allOf', { allOf: [V2] }, 'v2', '3.1.1'],
    ['an alternative to null', { anyOf: [V2, { type: 'null' }] }, 'v2', '3.1.1'],
    ['an enum with null', { enum: ['v2', null] }, 'v2', '3.1.1'],
    ['a nullable reference of 3.0', { allOf: [V2], nullable: true }, 'v2', '3.0.4'],
    ['an enum beside another default', { enum: ['v2'], default: 'v1' }, 'v2', '3.1.1'],
  ])('is filled in with a notice: %s', (_, schema, value, version) => {
    const operation = operationOf({ parameters: [required('v', schema)], schemas, version });
    const message = `\`v\` was missing; its only possible value ${JSON.stringify(value)} was used`;
    expect(operation.buildRequest({})).toMatchObject({
      url: `https://e.test/x?v=${String(value)}`,
      notices: [{ pointer: '/v', message }],
    });
    expect(operation.buildRequest({ v: value }).notices).toBeUndefined();
  });

  it.each(['path', 'header', 'cookie'])('is filled in in a %s', (location) => {
    const path = location === 'path' ? '/x/{v}' : '/x';
    const { url, headers } = operationOf({ path, parameters: [required('v', { const: 'v2' }, location)] }).buildRequest(
      {},
    );
    expect({ path: url.slice('https://e.test'.length), header: headers['v'], cookie: headers['cookie'] }).toEqual({
      path: location === 'path' ? '/x/v2' : '/x',
      header: location === 'header' ? 'v2' : undefined,
      cookie: location === 'cookie' ? 'v=v2' : undefined,
    });
  });
});

describe('a required parameter with a default', () => {
  it('is filled in with a notice', () => {
    const operation = operationOf({ parameters: [required('limit', { type: 'integer', default: 20 })] });
    expect(operation.buildRequest({})).toMatchObject({
      url: 'https://e.test/x?limit=20',
      notices: [{ pointer: '/limit', message: '`limit` was missing; its default 20 was used' }],
    });
    expect(operation.buildRequest({ limit: 5 })).toMatchObject({ url: 'https://e.test/x?limit=5' });
  });

  it('is filled in if the argument is null', () => {
    const operation = operationOf({ parameters: [required('limit', { type: 'integer', default: 20 })] });
    expect(operation.buildRequest({ limit: null }).url).toBe('https://e.test/x?limit=20');
  });

  it('is filled in beside the notice of a converted value', () => {
    const parameters = [required('a', { default: 'x' }), required('b', { type: 'integer' })];
    const { url, notices } = operationOf({ parameters }).buildRequest({ b: '1' });
    expect(url).toBe('https://e.test/x?a=x&b=1');
    expect(notices?.map(({ pointer }) => pointer)).toEqual(['/a', '/b']);
  });

  it.each<[string, JsonObject, string]>([
    ['has no type of the schema', { type: 'integer', default: 'ten' }, 'query'],
    ['is not in the enum', { enum: ['a', 'b'], default: 'c' }, 'query'],
    ['is null', { default: null }, 'query'],
    ['is an empty text of a path', { type: 'string', default: '' }, 'path'],
  ])('remains required if the default %s', (_, schema, location) => {
    const path = location === 'path' ? '/x/{v}' : '/x';
    const operation = operationOf({ path, parameters: [required('v', schema, location)] });
    expect(operation.argumentsSchema['required']).toEqual(['v']);
    expect(() => operation.buildRequest({})).toThrow('`v` is required');
  });

  it('is not required by tools, which show the default', () => {
    const { argumentsSchema } = operationOf({ parameters: [required('v', { type: 'string', enum: ['v2'] })] });
    const source = {
      name: 'op',
      method: 'GET',
      path: '/x',
      summary: null,
      description: null,
      isConsequential: false,
      canAlwaysAllow: true,
      argumentsSchema,
    };
    expect(parametersOf(toolDefinition(source, 'anthropic'))).toMatchObject({
      properties: { v: { enum: ['v2'], default: 'v2' } },
      required: [],
    });
    expect(toolDefinition(source, 'openai_responses')).toMatchObject({
      strict: true,
      parameters: {
        properties: { v: { description: '(default: "v2")', type: ['string', 'null'], enum: ['v2', null] } },
      },
    });
  });

  it('is filled in by an operation that was extracted from its document', () => {
    const parameters = [required('v', { $ref: '#/components/schemas/V2' })];
    const extract = extractOperation(documentOf({ parameters, schemas: { V2: { const: 'v2' } } }), 'op');
    if (extract === undefined) throw new Error('the operation cannot be called');
    expect(compileExtract(structuredClone(extract)).buildRequest({}).url).toBe('https://e.test/x?v=v2');
  });

  it('is not filled in if it is optional', () => {
    const optional = { name: 'limit', in: 'query', schema: { type: 'integer', default: 20 } };
    const request = operationOf({ parameters: [optional] }).buildRequest({});
    expect(request).toMatchObject({ url: 'https://e.test/x' });
    expect(request.notices).toBeUndefined();
  });
});

describe('a header that every request has', () => {
  const parameters = [
    required('X-Api.Version', {}, 'header'),
    required('version', {}, 'header'),
    required('version', {}),
  ];
  const options = { presetHeaders: ['x-api.version', 'version'] };

  it('leaves the arguments, and keeps the names of others', () => {
    const operation = operationOf({ parameters, options });
    expect(Object.keys(operation.argumentsSchema['properties'] as JsonObject)).toEqual(['query_version']);
    expect(operation.parameters.map(({ argument }) => argument)).toEqual(['query_version']);
    const request = operation.buildRequest({ query_version: 1 });
    expect(request).toEqual({
      method: 'GET',
      url: 'https://e.test/x?version=1',
      headers: { accept: 'application/json, */*;q=0.5' },
    });
  });

  it.each(['X-Api.Version', 'X-Api_Version'])('drops the argument %s with a notice', (name) => {
    const { headers, notices } = operationOf({ parameters, options }).buildRequest({ [name]: 'a', query_version: 1 });
    expect(headers).toEqual({ accept: 'application/json, */*;q=0.5' });
    const message = `\`${name}\` was ignored: every call has this header already`;
    expect(notices).toEqual([{ pointer: `/${name}`, message }]);
  });

  it('remains an argument under other options of the same document', () => {
    const document = documentOf({ parameters });
    const count = (given: DocumentOptions) => compileOperation(document, 'op', given)?.parameters.length;
    expect([count(options), count({}), count({ presetHeaders: ['version'] })]).toEqual([1, 3, 2]);
  });
});
