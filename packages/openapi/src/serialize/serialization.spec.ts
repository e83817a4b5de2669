import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidArgumentsError, type JsonObject, type JsonValue, compileOperation, readDocument } from '../index.js';

interface Sent {
  url: string;
  headers?: Record<string, string>;
}

/** Generated from the tables of RFC 6570 and of OAS 3.1.1, section 4.8.12.4. */
interface Case {
  group: string;
  name: string;
  document: JsonObject;
  arguments_by_location: Record<string, JsonObject>;
  expected: Sent;
  also_accepted: Sent[];
}

const CASES = JSON.parse(readFileSync(new URL('./serialization.cases.json', import.meta.url), 'utf8')) as Case[];

/**
 * Cases that are rejected for safety: an argument must not form a `.` segment, directly or after decoding, because servers and
 * proxies normalize such a path.
 */
const REJECTED = ['path label noexplode ""', 'path label explode ""', 'path undefined noexplode "%2e%2e"'];

const titleOf = ({ group, name }: Case) => `${group} ${name}`;

function built(document: JsonObject, args: JsonObject) {
  const operation = compileOperation(readDocument(document), 'op');
  if (!operation) throw new Error('the operation cannot be called');
  return operation.buildRequest(args);
}

function send({ document, arguments_by_location }: Case): Sent {
  const { url, headers } = built(document, Object.assign({}, ...Object.values(arguments_by_location)) as JsonObject);
  const { accept: _, ...others } = headers;
  return Object.keys(others).length > 0 ? { url, headers: others } : { url };
}

function documentWith(parameters: JsonObject[], path = '/x'): JsonObject {
  const operation = { operationId: 'op', parameters, responses: { 200: { description: 'ok' } } };
  const info = { title: 't', version: '1' };
  return { openapi: '3.1.1', info, servers: [{ url: 'https://e.test' }], paths: { [path]: { get: operation } } };
}

function refusal(document: JsonObject, args: JsonObject): { pointer: string; message: string } | undefined {
  try {
    built(document, args);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.findings[0];
    throw error;
  }
}

describe('the tables of the standard', () => {
  it('are covered completely', () => {
    expect(CASES).toHaveLength(58);
    expect(CASES.map(titleOf)).toEqual(expect.arrayContaining(REJECTED));
  });

  it.each(CASES.filter((each) => !REJECTED.includes(titleOf(each))).map((each) => [titleOf(each), each] as const))(
    'are followed by %s',
    (_, each) => {
      expect([each.expected, ...each.also_accepted]).toContainEqual(send(each));
    },
  );

  it.each(CASES.filter((each) => REJECTED.includes(titleOf(each))).map((each) => [titleOf(each), each] as const))(
    'are not followed by %s, which would lead to another path',
    (_, each) => {
      expect(() => send(each)).toThrow(InvalidArgumentsError);
    },
  );
});

describe('an exploded object', () => {
  const FILTER = {
    name: 'filter',
    in: 'query',
    schema: { type: 'object', properties: { color: {}, size: {} } },
  };
  const OPEN = { name: 'more', in: 'query', schema: { type: 'object' } };
  const PAGE = { name: 'page', in: 'query', schema: { type: 'integer' } };

  it('sets only properties that its schema declares', () => {
    const document = documentWith([FILTER]);
    expect(built(document, { filter: { color: 'blue', size: 2 } }).url).toBe('https://e.test/x?color=blue&size=2');
    expect(refusal(document, { filter: { color: 'blue', admin: true } })).toMatchObject({
      pointer: '/filter/admin',
      message: expect.stringContaining('not a declared property'),
    });
  });

  it('sets any property if its schema allows or declares none', () => {
    const schema = { ...FILTER.schema, additionalProperties: { type: 'string' } };
    expect(built(documentWith([{ ...FILTER, schema }]), { filter: { other: 'x' } }).url).toBe(
      'https://e.test/x?other=x',
    );
    expect(built(documentWith([OPEN]), { more: { other: 'x' } }).url).toBe('https://e.test/x?other=x');
  });

  it.each<[string, JsonObject[], JsonObject]>([
    ["another parameter's name", [OPEN, PAGE], { more: { page: 2 } }],
    ["another parameter's name, though that is left out", [PAGE, OPEN], { more: { page: 2 } }],
    ['what another object declares', [FILTER, OPEN], { more: { size: 2 } }],
    [
      'a member of another object',
      [OPEN, { ...OPEN, name: 'others' }],
      { more: { a: 1, b: null }, others: { b: 2, a: 3 } },
    ],
    [
      'a member of another object in a cookie',
      [
        { ...OPEN, in: 'cookie' },
        { ...OPEN, in: 'cookie', name: 'others' },
      ],
      { more: { a: 1 }, others: { a: 2 } },
    ],
    [
      "another cookie's name",
      [
        { ...OPEN, in: 'cookie' },
        { ...PAGE, in: 'cookie' },
      ],
      { more: { page: 2 } },
    ],
    [
      "a name of another's deep object",
      [OPEN, { name: 'd', in: 'query', style: 'deepObject', schema: { type: 'object' } }],
      { more: { 'd[a]': 2 } },
    ],
    [
      'the name of an object that may be a text as well',
      [OPEN, { name: 'd', in: 'query', style: 'deepObject', schema: { type: ['object', 'string'] } }],
      { more: { d: 2 } },
    ],
    [
      'the name of an object of JSON',
      [OPEN, { name: 'd', in: 'query', content: { 'application/json': { schema: FILTER.schema } } }],
      { more: { d: 2 } },
    ],
  ])('does not set %s', (_, parameters, args) => {
    expect(refusal(documentWith(parameters), args)?.message).toContain('another parameter');
  });

  it.each<[string, JsonObject, JsonObject]>([
    ['of a deep object', { style: 'deepObject', explode: true }, { color: 1, filter: 2 }],
    ['of a deep object without a type', { style: 'deepObject', schema: { properties: {} } }, { filter: 2 }],
    ['of an object of JSON', { content: { 'application/json': { schema: FILTER.schema } } }, { color: 1 }],
    ['of an object that is not exploded', { explode: false }, { color: 1 }],
    ['of another exploded object, which is written without it', {}, { filter: 1 }],
    [
      'of a composed object, which is written without it',
      { schema: { allOf: [{ type: 'object', nullable: true }] } },
      { filter: 1 },
    ],
  ])('may set the names %s', (_, how, more) => {
    const { content } = how;
    const filter = content ? { name: 'filter', in: 'query', content } : { ...FILTER, ...how };
    const names = [...new URL(built(documentWith([filter, OPEN]), { more }).url).searchParams.keys()];
    expect(names).toEqual(Object.keys(more));
  });

  it('is restricted by a referenced schema as well', () => {
    const document = {
      ...documentWith([{ ...FILTER, schema: { $ref: '#/components/schemas/Filter' } }]),
      components: { schemas: { Filter: FILTER.schema } },
    };
    expect(refusal(document, { filter: { admin: true } })?.message).toContain('not a declared property');
  });
});

describe('an ambiguous value', () => {
  it.each([
    ['spaceDelimited', 'a b'],
    ['pipeDelimited', 'a|b'],
  ])('is rejected: an item of %s with its delimiter', (style, item) => {
    const document = documentWith([{ name: 'q', in: 'query', style, schema: {} }]);
    expect(refusal(document, { q: ['x', item] })?.message).toContain('separates the items');
    expect(built(document, { q: item }).url).toMatch(/\?q=a(?:%20|%7C)b$/);
  });

  it('stays encoded if allowReserved would end the query, the pair or the escape', () => {
    const document = documentWith([{ name: 'q', in: 'query', allowReserved: true, schema: {} }]);
    expect(built(document, { q: "a#b&c+d%20e[f]'g=h/i:j" }).url).toBe(
      'https://e.test/x?q=a%23b%26c%2Bd%2520e%5Bf%5D%27g=h/i:j',
    );
    const list = documentWith([{ name: 'q', in: 'query', explode: false, allowReserved: true, schema: {} }]);
    expect(built(list, { q: ['a,b', 'c/d:e'] }).url).toBe('https://e.test/x?q=a%2Cb,c/d:e');
    expect(built(list, { q: { 'a,b': 'c/d' } }).url).toBe('https://e.test/x?q=a%2Cb,c/d');
    const piped = documentWith([{ name: 'q', in: 'query', style: 'pipeDelimited', allowReserved: true, schema: {} }]);
    expect(built(piped, { q: ['a,b', 'c/d'] }).url).toBe('https://e.test/x?q=a,b%7Cc/d');
    expect(built(document, { q: { 'a=b': 'c=d' } }).url).toBe('https://e.test/x?a%3Db=c=d');
  });
});

describe('cookies', () => {
  it.each<[JsonValue, JsonObject, string | undefined]>([
    ['a b;c,d"', {}, 'c=a%20b%3Bc%2Cd%22'],
    ['', {}, 'c='],
    [['a', 'b'], {}, 'c=a; c=b'],
    [{ a: 1, b: 2 }, {}, 'a=1; b=2'],
    [[], {}, undefined],
    [null, {}, undefined],
  ])('serialize %j with %j as %s', (c, how, header) => {
    const document = documentWith([{ name: 'c', in: 'cookie', schema: {}, ...how }]);
    expect(built(document, { c }).headers['cookie']).toBe(header);
  });

  it.each(['a\r\nset: x', 'a\u0000'])('reject %j', (c) => {
    expect(refusal(documentWith([{ name: 'c', in: 'cookie', schema: {} }]), { c })?.pointer).toBe('/c');
  });
});

describe('a cookie with the style of 3.2', () => {
  const cookie = (explode: boolean) =>
    documentWith([{ name: 'c', in: 'cookie', style: 'cookie', explode, schema: {} }]);

  it.each<[JsonValue, boolean, string]>([
    ['a%20b=c', true, 'c=a%20b=c'],
    [['x', 'y'], true, 'c=x; c=y'],
    [['x', 'y'], false, 'c=x,y'],
    [{ a: 1, b: 2 }, true, 'a=1; b=2'],
    [{ a: 1, b: 2 }, false, 'c=a,1,b,2'],
  ])('serializes %j, exploded %s, unchanged', (c, explode, expected) => {
    expect(built(cookie(explode), { c }).headers['cookie']).toBe(expected);
  });

  it.each(['a=b', 'a;b', ''])('does not let the member %j of an object set a cookie', (key) => {
    expect(refusal(cookie(true), { c: { [key]: 'x' } })?.message).toContain('invalid for a cookie');
  });

  it.each(['a b', 'a;b', 'a,b', 'a"b', 'a\\b', 'é', 'a\r\nb'])('rejects %j', (c) => {
    expect(refusal(cookie(true), { c })?.pointer).toBe('/c');
    expect(refusal(cookie(false), { c: [c] })?.pointer).toBe('/c/0');
  });
});

describe('a parameter of text content', () => {
  it.each<[string, string, JsonValue, Sent]>([
    ['query', 'text/plain', 'a b', { url: 'https://e.test/x?c=a%20b' }],
    ['query', 'text/plain', 7, { url: 'https://e.test/x?c=7' }],
    ['header', 'application/xml', '<a/>', { url: 'https://e.test/x', headers: { c: '<a/>' } }],
  ])('in the %s, %s, is sent unchanged', (location, mediaType, c, expected) => {
    const document = documentWith([{ name: 'c', in: location, content: { [mediaType]: {} } }]);
    expect(built(document, { c })).toMatchObject(expected);
    expect(refusal(document, { c: [c] })?.pointer).toBe('/c');
  });
});

/** Parses the serialized values with parsers of RFC 3986 and of forms. */
describe('a serialized value parses back', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((value) => !/[\p{Cc}\p{Cs}]/u.test(value));
  const list = fc.array(text, { minLength: 1, maxLength: 4 });
  /** Characters that cannot be, or become, part of a dot segment. */
  const pathSafe = text.filter((value) => !/[.%/\\;]/.test(value));

  it.each([false, true])('as a list in a query, allowReserved %s', (allowReserved) => {
    const document = documentWith([{ name: 'q', in: 'query', schema: {}, allowReserved }]);
    fc.assert(
      fc.property(list, (q) => {
        expect(new URL(built(document, { q }).url).searchParams.getAll('q')).toEqual(q);
      }),
    );
  });

  it.each([
    ['form', ','],
    ['spaceDelimited', '%20'],
    ['pipeDelimited', '%7C'],
  ])('as a list in a query, %s and not exploded', (style, joiner) => {
    const document = documentWith([{ name: 'q', in: 'query', style, explode: false, schema: {} }]);
    const items = list.filter((values) => !values.some((value) => /[ |]/.test(value)));
    fc.assert(
      fc.property(items, (q) => {
        const [, written = ''] = built(document, { q }).url.split('?q=');
        expect(written.split(joiner).map(decodeURIComponent)).toEqual(q);
      }),
    );
  });

  it.each([
    ['simple', '', ','],
    ['label', '.', '.'],
    ['matrix', ';p=', ';p='],
  ])('as a list in a path, %s', (style, first, separator) => {
    const document = documentWith(
      [{ name: 'p', in: 'path', required: true, style, explode: true, schema: {} }],
      '/x/{p}',
    );
    fc.assert(
      fc.property(fc.array(pathSafe, { minLength: 1, maxLength: 4 }), (p) => {
        const path = new URL(built(document, { p }).url).pathname.slice('/x/'.length);
        expect(path.startsWith(first)).toBe(true);
        expect(path.slice(first.length).split(separator).map(decodeURIComponent)).toEqual(p);
      }),
    );
  });

  it('as an object in a query, with form and with deepObject', () => {
    const object = fc.dictionary(text, text, { minKeys: 1, maxKeys: 4 });
    const form = documentWith([{ name: 'q', in: 'query', schema: {} }]);
    const deep = documentWith([{ name: 'q', in: 'query', style: 'deepObject', schema: {} }]);
    fc.assert(
      fc.property(object, (q) => {
        expect([...new URL(built(form, { q }).url).searchParams]).toEqual(Object.entries(q));
        const inBrackets = Object.entries(q).map(([name, value]) => [`q[${name}]`, value]);
        expect([...new URL(built(deep, { q }).url).searchParams]).toEqual(inBrackets);
      }),
    );
  });
});

describe('a form', () => {
  const JSON_FIELD = { a: { contentType: 'application/json; charset=utf-8' } };

  function formOf(encoding: JsonObject = {}, mediaType = 'application/x-www-form-urlencoded'): JsonObject {
    const content = { [mediaType]: { schema: { type: 'object' }, encoding } };
    const operation = { operationId: 'op', requestBody: { content }, responses: { 200: { description: 'ok' } } };
    const info = { title: 't', version: '1' };
    return { openapi: '3.1.1', info, servers: [{ url: 'https://e.test' }], paths: { '/x': { post: operation } } };
  }

  it.each<[string, JsonObject, JsonObject, string]>([
    ['scalars', { a: 'x y&z=+', b: 1, c: false, d: '' }, {}, 'a=x%20y%26z%3D%2B&b=1&c=false&d='],
    ['no null', { a: null, b: 1 }, {}, 'b=1'],
    ['lists field by field', { a: ['x', 2] }, {}, 'a=x&a=2'],
    ['objects as JSON', { a: { b: [1] } }, {}, 'a=%7B%22b%22%3A%5B1%5D%7D'],
    ['lists of objects as JSON each', { a: [{ b: 1 }, 'x'] }, {}, 'a=%7B%22b%22%3A1%7D&a=x'],
    ['line breaks', { a: 'x\r\ny\tz' }, {}, 'a=x%0D%0Ay%09z'],
    [
      'deepObject',
      { a: { b: { c: 1 }, d: ['x'] } },
      { a: { style: 'deepObject' } },
      'a%5Bb%5D%5Bc%5D=1&a%5Bd%5D%5B0%5D=x',
    ],
    ['a list that is not exploded', { a: ['x', 'y,z'] }, { a: { explode: false } }, 'a=x,y%2Cz'],
    ['pipes', { a: ['x', 'y'] }, { a: { style: 'pipeDelimited' } }, 'a=x%7Cy'],
    ['what is reserved', { a: 'x:/y' }, { a: { allowReserved: true } }, 'a=x:/y'],
    ['objects of JSON', { a: { b: 1 } }, JSON_FIELD, 'a=%7B%22b%22%3A1%7D'],
    ['lists of JSON in one field', { a: ['x', 2] }, JSON_FIELD, 'a=%5B%22x%22%2C2%5D'],
    ['empty lists of JSON', { a: [] }, JSON_FIELD, 'a=%5B%5D'],
    ['texts of JSON in quotes', { a: 'json' }, JSON_FIELD, 'a=%22json%22'],
    ['numbers of JSON, but no null', { a: 1, b: null }, { ...JSON_FIELD, b: JSON_FIELD.a }, 'a=1'],
    ['a style, whatever the content type', { a: ['x'] }, { a: { ...JSON_FIELD.a, style: 'form' } }, 'a=x'],
    ['texts of another content type', { a: 'x' }, { a: { contentType: 'text/plain' } }, 'a=x'],
  ])('serializes %s', (_, body, encoding, expected) => {
    const request = built(formOf(encoding), { body });
    expect(request.body).toBe(expected);
    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it.each<[JsonValue, string]>([
    [['x'], '/body'],
    [7, '/body'],
    [{ a: 'x\u0000' }, '/body/a'],
    [{ b: { a: 1 }, a: 2 }, '/body/b/a'],
    [{ d: { a: 1 }, 'd[a]': 2 }, '/body/d/a'],
  ])('rejects %j', (body, pointer) => {
    const document = formOf({ b: { style: 'form' }, d: { style: 'deepObject' } });
    Object.assign(document, {
      paths: JSON.parse(JSON.stringify(document['paths']).replace('{"type":"object"}', '{}')),
    });
    expect(refusal(document, { body })?.pointer).toBe(pointer);
  });

  it('is sent unchanged if the document describes it as a string', () => {
    const document = JSON.parse(JSON.stringify(formOf()).replace('"type":"object"', '"type":"string"')) as JsonObject;
    expect(built(document, { body: 'a=b&c=%20' }).body).toBe('a=b&c=%20');
  });

  it('parses back to the given values', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((value) => !/[\p{Cc}\p{Cs}]/u.test(value));
    fc.assert(
      fc.property(fc.dictionary(text, text), (body) => {
        const written = String(built(formOf(), { body }).body);
        expect([...new URLSearchParams(written)]).toEqual(Object.entries(body));
      }),
    );
  });
});
