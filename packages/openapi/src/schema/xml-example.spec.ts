import { describe, expect, it } from '@jest/globals';
import { type JsonObject, compileOperation, readDocument, toolDefinition } from '../index.js';
import { xmlExample } from './xml-example.js';

const TEXT = { type: 'string' };
const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });

function example(schema: JsonObject, schemas: JsonObject = {}): string | undefined {
  return xmlExample({ components: { schemas }, body: schema }, { value: schema, pointer: '/body' });
}

const list = (items: JsonObject, xml: JsonObject = {}) => ({
  type: 'object',
  properties: { animals: { type: 'array', items, xml } },
  xml: { name: 'zoo' },
});

describe('an example of XML', () => {
  it.each<[string, JsonObject, string]>([
    [
      'elements',
      { type: 'object', properties: { id: { type: 'integer' }, name: TEXT } },
      '<root><id>1</id><name>text</name></root>',
    ],
    [
      'attributes',
      { xml: { name: 'pet' }, properties: { id: { type: 'integer', xml: { attribute: true } }, name: TEXT } },
      '<pet id="1"><name>text</name></pet>',
    ],
    ['names', { xml: { name: 'a' }, properties: { b: { ...TEXT, xml: { name: 'c' } } } }, '<a><c>text</c></a>'],
    [
      'prefixes and namespaces',
      {
        xml: { name: 'pet', prefix: 'p', namespace: 'https://e.test/?a&b' },
        properties: { id: { ...TEXT, xml: { attribute: true, prefix: 'p' } }, b: { ...TEXT, xml: { prefix: 'p' } } },
      },
      '<p:pet xmlns:p="https://e.test/?a&amp;b" p:id="text"><p:b>text</p:b></p:pet>',
    ],
    ['a default namespace', { xml: { name: 'a', namespace: 'urn:a' }, type: 'object' }, '<a xmlns="urn:a"/>'],
    ['an array', list(TEXT), '<zoo><animals>text</animals></zoo>'],
    [
      'an array whose items have a name',
      list({ ...TEXT, xml: { name: 'animal' } }),
      '<zoo><animal>text</animal></zoo>',
    ],
    [
      'an array whose name has no effect',
      list({ ...TEXT, xml: { name: 'animal' } }, { name: 'aliens' }),
      '<zoo><animal>text</animal></zoo>',
    ],
    ['a wrapped array', list(TEXT, { wrapped: true }), '<zoo><animals><animals>text</animals></animals></zoo>'],
    [
      'a wrapped array with a name',
      list(TEXT, { name: 'aliens', wrapped: true }),
      '<zoo><aliens><aliens>text</aliens></aliens></zoo>',
    ],
    [
      'a wrapped array with both names',
      list({ ...TEXT, xml: { name: 'animal' } }, { name: 'aliens', wrapped: true }),
      '<zoo><aliens><animal>text</animal></aliens></zoo>',
    ],
    [
      'the node types of 3.2',
      {
        xml: { name: 'a' },
        properties: {
          id: { ...TEXT, xml: { nodeType: 'attribute' } },
          content: { ...TEXT, xml: { nodeType: 'text' } },
          data: { ...TEXT, example: 'a < b', xml: { nodeType: 'cdata' } },
          group: { properties: { b: TEXT }, xml: { nodeType: 'none' } },
          all: { type: 'array', items: { ...TEXT, xml: { name: 'one' } }, xml: { nodeType: 'element' } },
        },
      },
      '<a id="text">text<![CDATA[a < b]]><b>text</b><all><one>text</one></all></a>',
    ],
    [
      'allOf',
      { xml: { name: 'a' }, allOf: [{ properties: { b: TEXT } }, { properties: { c: TEXT } }] },
      '<a><b>text</b><c>text</c></a>',
    ],
    [
      'the first alternative',
      { xml: { name: 'a' }, oneOf: [{ type: 'null' }, { properties: { b: TEXT } }, { properties: { c: TEXT } }] },
      '<a><b>text</b></a>',
    ],
    [
      'no read-only property',
      { xml: { name: 'a' }, properties: { id: { ...TEXT, readOnly: true }, b: TEXT } },
      '<a><b>text</b></a>',
    ],
    [
      'given values, escaped',
      {
        xml: { name: 'a' },
        properties: {
          b: { const: 1 },
          c: { ...TEXT, example: '<"&\u0000\uD800>' },
          d: { ...TEXT, default: 'x'.repeat(100) },
          e: { ...TEXT, enum: ['new', 'old'] },
          f: { ...TEXT, format: 'date' },
          g: { type: ['boolean', 'null'] },
          h: { ...TEXT, example: '<"&>', xml: { attribute: true } },
        },
      },
      '<a h="&lt;&quot;&amp;&gt;"><b>1</b><c>&lt;&quot;&amp;\uFFFD&gt;</c><d>text</d><e>new</e><f>2026-01-31</f><g>true</g></a>',
    ],
    [
      'no name that XML does not allow',
      { xml: { name: 'a' }, properties: { 'b c': TEXT, '1': TEXT, d: TEXT } },
      '<a><d>text</d></a>',
    ],
    ['names of other languages', { xml: { name: 'größe' }, type: 'object' }, '<größe/>'],
  ])('shows %s', (_, schema, expected) => {
    expect(example(schema)).toBe(expected);
  });

  it('names the root after its component, and properties after the schema they refer to', () => {
    const schemas = {
      Pet: {
        type: 'object',
        properties: { tag: ref('Tag'), kind: ref('Kind'), tags: { type: 'array', items: ref('Tag') } },
      },
      Tag: { type: 'object', properties: { name: TEXT }, xml: { name: 'label' } },
      Kind: { ...TEXT, enum: ['cat'] },
    };
    const label = '<label><name>text</name></label>';
    expect(example(ref('Pet'), schemas)).toBe(`<Pet>${label}<kind>cat</kind>${label}</Pet>`);
  });

  it.each<[string, JsonObject, JsonObject]>([
    [
      'a recursive schema',
      ref('Node'),
      { Node: { properties: { name: TEXT, next: ref('Node'), other: ref('Node') } } },
    ],
    [
      'arrays of arrays that multiply',
      ref('A'),
      {
        A: {
          properties: Object.fromEntries(
            Array.from({ length: 50 }, (_, index) => [`p${index}`, { type: 'array', items: ref('A') }]),
          ),
        },
      },
    ],
    [
      'many properties',
      { properties: Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`property${index}`, TEXT])) },
      {},
    ],
    [
      'a loop of references',
      ref('A'),
      { A: { allOf: [ref('B')], type: 'object' }, B: { allOf: [ref('A')], properties: { a: TEXT } } },
    ],
  ])('is short and complete for %s', (_, schema, schemas) => {
    const text = example(schema, schemas) ?? '';
    expect(text.length).toBeLessThan(2000);
    // Removes elements without elements until none is left.
    let rest = text.replaceAll(/<[\w.]+\/>/g, '');
    for (let before = ''; before !== rest;) [before, rest] = [rest, rest.replaceAll(/<([\w.]+)>[^<>]*<\/\1>/g, '')];
    expect(rest).toBe('');
    expect(text).toMatch(/^<\w+>.+<\/\w+>$/);
  });

  it.each<JsonObject>([{}, TEXT, { description: 'x' }])('is not written for %j', (schema) => {
    expect(example(schema)).toBeUndefined();
  });
});

describe('a body of XML', () => {
  const PET = { type: 'object', xml: { name: 'pet' }, properties: { name: TEXT } };

  function operationOf(mediaType: string, content: JsonObject, description?: string) {
    const requestBody = { ...(description !== undefined && { description }), content: { [mediaType]: content } };
    const post = { operationId: 'op', requestBody, responses: {} };
    const head = { openapi: '3.1.1', info: { title: 't', version: '1' }, servers: [{ url: 'https://e.test' }] };
    const document = readDocument({ ...head, paths: { '/x': { post } }, components: { schemas: { Pet: PET } } });
    const operation = compileOperation(document, 'op');
    if (operation === undefined) throw new Error('the operation cannot be called');
    return operation;
  }

  it.each(['application/xml', 'text/xml; charset=utf-8', 'application/soap+xml', 'model/gltf+xml'])(
    'of %s is a text that tools describe with an example',
    (mediaType) => {
      const operation = operationOf(mediaType, { schema: ref('Pet') }, 'The pet.');
      const { argumentsSchema } = operation;
      const description = 'The pet.\nAn XML document, for example:\n<pet><name>text</name></pet>';
      expect(argumentsSchema).toMatchObject({ properties: { body: { type: 'string', description } } });
      expect(argumentsSchema).not.toHaveProperty('$defs');
      expect(operation.buildRequest({ body: '<pet/>' })).toMatchObject({
        body: '<pet/>',
        headers: { 'content-type': mediaType },
      });
      const about = { name: 'op', method: 'POST', path: '/x', summary: null, description: null };
      const source = { ...about, isConsequential: true, canAlwaysAllow: true, argumentsSchema };
      expect(JSON.stringify(toolDefinition(source, 'openai'))).toContain(JSON.stringify(description));
    },
  );

  it.each<[string, JsonObject, string]>([
    ['its own example', { schema: PET, example: '<pet>1</pet>' }, 'An XML document, for example:\n<pet>1</pet>'],
    [
      'a named example',
      { schema: PET, examples: { a: { value: '<pet>1</pet>' } } },
      'An XML document, for example:\n<pet>1</pet>',
    ],
    [
      'a serialized example of 3.2',
      { schema: PET, examples: { a: { serializedValue: '<pet>1</pet>' } } },
      'An XML document, for example:\n<pet>1</pet>',
    ],
    [
      'no example of JSON',
      { schema: PET, example: { name: 'a' } },
      'An XML document, for example:\n<pet><name>text</name></pet>',
    ],
    [
      'no long example',
      { schema: PET, example: `<a>${'x'.repeat(1500)}</a>` },
      'An XML document, for example:\n<pet><name>text</name></pet>',
    ],
    ['no example if nothing is known', {}, 'An XML document'],
    ['the description of its schema', { schema: { ...TEXT, description: 'Any.' } }, 'Any.\nAn XML document'],
  ])('shows %s', (_, content, description) => {
    const { argumentsSchema } = operationOf('application/xml', content);
    expect(argumentsSchema).toMatchObject({ properties: { body: { type: 'string', description } } });
  });

  it('is a string, also if its schema is a number', () => {
    const operation = operationOf('application/xml', { schema: { type: 'integer', xml: { name: 'a' } } });
    expect(operation.buildRequest({ body: '<a>1</a>' }).body).toBe('<a>1</a>');
    expect(() => operation.buildRequest({ body: ['a'] })).toThrow('`body` must be a string');
  });
});
