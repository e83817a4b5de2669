import { describe, expect, it } from '@jest/globals';
import { type JsonObject, type JsonValue, compileOperation, readDocument } from '../index.js';
import { TOOL_FORMATS, toolDefinition } from './tool-definition.js';
import { writableSchema } from './writable-schema.js';

const TEXT = { type: 'string' };
const READ_ONLY = { ...TEXT, readOnly: true };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const SCHEMAS = {
  Id: READ_ONLY,
  Page: { type: 'object', properties: { id: READ_ONLY, title: TEXT }, required: ['id'] },
};

function operationOf(
  schema: JsonObject,
  { version = '3.1.1', parameters = [] as JsonObject[], schemas = SCHEMAS as JsonObject } = {},
) {
  const requestBody = { required: true, content: { 'application/json': { schema } } };
  const post = { operationId: 'op', parameters, requestBody, responses: {} };
  const head = { openapi: version, info: { title: 't', version: '1' }, servers: [{ url: 'https://e.test' }] };
  const document = readDocument({ ...head, paths: { '/x': { post } }, components: { schemas } });
  const operation = compileOperation(document, 'op');
  if (operation === undefined) throw new Error('the operation cannot be called');
  return operation;
}

const member = (value: JsonValue | undefined, ...path: string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((inner, name) => (inner as JsonObject | undefined)?.[name], value);

/** Returns the body's schema in the tool. */
const bodyOf = (schema: JsonObject, version?: string) =>
  member(
    writableSchema(operationOf(schema, version === undefined ? {} : { version }).argumentsSchema),
    'properties',
    'body',
  );

describe('a read-only property', () => {
  it.each<[string, JsonObject, string]>([
    ['its own schema', READ_ONLY, '3.1.1'],
    ['a reference', ref('Id'), '3.1.1'],
    ['a keyword beside a reference', { ...ref('Page'), readOnly: true }, '3.1.1'],
    ['a keyword beside a reference of 3.0', { ...ref('Page'), readOnly: true }, '3.0.4'],
    ['allOf', { allOf: [ref('Id')] }, '3.0.4'],
    ['a nullable schema', { ...READ_ONLY, nullable: true }, '3.0.4'],
    ['a nullable allOf', { allOf: [ref('Page')], nullable: true, readOnly: true }, '3.0.4'],
    ['an alternative to null', { anyOf: [ref('Id'), { type: 'null' }] }, '3.1.1'],
  ])('is left out of tools by %s', (_, id, version) => {
    const body = bodyOf({ type: 'object', properties: { id, name: TEXT }, required: ['id', 'name'] }, version);
    expect(body).toEqual({ type: 'object', properties: { name: TEXT }, required: ['name'] });
  });

  it.each<[string, (inner: JsonObject) => JsonObject, string[]]>([
    ['a property', (inner) => ({ properties: { page: inner } }), ['properties', 'page']],
    ['items', (inner) => ({ type: 'array', items: inner }), ['items']],
    ['additionalProperties', (inner) => ({ additionalProperties: inner }), ['additionalProperties']],
    ['allOf', (inner) => ({ allOf: [inner, { minProperties: 1 }] }), ['allOf', '0']],
    ['oneOf', (inner) => ({ oneOf: [inner, { type: 'string' }] }), ['oneOf', '0']],
  ])('is left out within %s', (_, wrap, path) => {
    const inner = { type: 'object', properties: { id: READ_ONLY, name: TEXT } };
    expect(member(bodyOf(wrap(inner)), ...path, 'properties')).toEqual({ name: TEXT });
  });

  it('is left out of shared schemas', () => {
    const schema = { properties: { first: ref('Page'), second: ref('Page') } };
    const { $defs } = writableSchema(operationOf(schema).argumentsSchema);
    expect($defs).toEqual({ Page: { type: 'object', properties: { title: TEXT }, required: [] } });
  });

  it('is not required by another part of allOf', () => {
    const schema: JsonObject = {
      allOf: [{ type: 'object', properties: { id: READ_ONLY, name: TEXT } }, { required: ['id', 'name'] }],
    };
    expect(member(bodyOf(schema), 'allOf', '1', 'required')).toEqual(['name']);
    expect(operationOf(schema).buildRequest({ body: { name: 'a' } }).body).toBe('{"name":"a"}');
  });

  it('remains under `not`, where it would reverse the meaning', () => {
    const not = { type: 'object', properties: { id: READ_ONLY }, required: ['name'] };
    expect(bodyOf({ not })).toEqual({ not });
  });

  it('is accepted by calls, also if the object allows no others', () => {
    const operation = operationOf({
      type: 'object',
      properties: { id: READ_ONLY, name: TEXT },
      additionalProperties: false,
    });
    expect(operation.buildRequest({ body: { id: 'a', name: 'b' } }).body).toBe('{"id":"a","name":"b"}');
  });

  it('takes along the definitions that only it refers to', () => {
    const owner = { ...ref('Page'), readOnly: true };
    const schema = { properties: { createdBy: owner, changedBy: owner, first: ref('Node'), second: ref('Node') } };
    const Node = { properties: { next: ref('Node') } };
    const { $defs } = writableSchema(operationOf(schema, { schemas: { ...SCHEMAS, Node } }).argumentsSchema);
    expect(Object.keys($defs as JsonObject)).toEqual(['Node']);
  });

  it('remains a parameter', () => {
    const parameters = [{ name: 'id', in: 'query', schema: ref('Id') }];
    const operation = operationOf({ type: 'object', properties: { id: ref('Id') } }, { parameters });
    expect(member(writableSchema(operation.argumentsSchema), 'properties', 'id')).toEqual({
      $ref: '#/$defs/Id',
    });
  });

  it.each(TOOL_FORMATS)('is in no tool of the format %s, and a write-only one is', (format) => {
    const secret = { ...TEXT, writeOnly: true };
    const schema = { type: 'object', properties: { id: READ_ONLY, secret }, required: ['id', 'secret'] };
    const { argumentsSchema } = operationOf(schema);
    const about = { name: 'op', method: 'POST', path: '/x', summary: null, description: null };
    const source = { ...about, isConsequential: true, canAlwaysAllow: true, argumentsSchema };
    const text = JSON.stringify(toolDefinition(source, format));
    expect(text).not.toContain('"id"');
    expect(text).toContain('"secret"');
  });
});

it('returns a schema without read-only properties as it is', () => {
  const { argumentsSchema } = operationOf({ type: 'object', properties: { name: TEXT, list: { items: ref('Id') } } });
  expect(writableSchema(argumentsSchema)).toBe(argumentsSchema);
});
