import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidArgumentsError, type JsonObject, compileOperation, readDocument } from '../index.js';

const PARSERS = {
  'application/x-www-form-urlencoded': (body: unknown) => [...new URLSearchParams(String(body))],
};

function built(operation: JsonObject, args: JsonObject) {
  const post = { operationId: 'op', responses: { 200: { description: 'ok' } }, ...operation };
  const document = {
    openapi: '3.1.1',
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test' }],
    paths: { '/x': { post } },
  };
  const compiled = compileOperation(readDocument(document), 'op');
  if (compiled === undefined) throw new Error('the operation cannot be called');
  return compiled.buildRequest(args);
}

const queryOf = (parameter: JsonObject, q: JsonObject[string]) => [
  ...new URL(built({ parameters: [{ name: 'q', in: 'query', schema: {}, ...parameter }] }, { q }).url).searchParams,
];

function formOf(encoding: JsonObject, body: JsonObject) {
  const mediaType = 'application/x-www-form-urlencoded';
  const requestBody = { content: { [mediaType]: { schema: { type: 'object' }, encoding } } };
  return PARSERS[mediaType](built({ requestBody }, { body }).body);
}

/** Texts with the control characters that a query and a form can carry. */
const text = fc
  .string({
    unit: fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      fc.constantFrom('\t', '\n', '\r\n', '\r'),
    ),
  })
  .filter((value) => !/[^\P{Cc}\t\n\r]|\p{Cs}/u.test(value));
const name = text.filter((value) => value !== '');

describe('a text with line breaks and tabs reads back', () => {
  it.each<JsonObject>([{}, { allowReserved: true }, { style: 'deepObject' }, { content: { 'text/plain': {} } }])(
    'from a query parameter with %j',
    (parameter) => {
      fc.assert(fc.property(text, (value) => expect(queryOf(parameter, value)).toEqual([['q', value]])));
    },
  );

  it.each<JsonObject>([{}, { allowReserved: true }])('from a list in a query with %j', (parameter) => {
    const list = fc.array(text, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(list, (values) => expect(queryOf(parameter, values)).toEqual(values.map((value) => ['q', value]))),
    );
  });

  it.each<JsonObject>([{}, { allowReserved: true }])('from an exploded object in a query with %j', (parameter) => {
    const object = fc.dictionary(name, text, { minKeys: 1, maxKeys: 4 });
    fc.assert(fc.property(object, (value) => expect(queryOf(parameter, value)).toEqual(Object.entries(value))));
  });

  it.each<JsonObject>([{}, { style: 'form' }, { allowReserved: true }, { style: 'deepObject' }, { explode: false }])(
    'from a form whose fields have the encoding %j',
    (encoding) => {
      fc.assert(
        fc.property(fc.dictionary(name, text), (body) => {
          const encodings = Object.fromEntries(Object.keys(body).map((key) => [key, encoding]));
          expect(formOf(encodings, body)).toEqual(Object.entries(body));
        }),
      );
    },
  );
});

describe('a list that is not exploded reads back', () => {
  const items = fc.array(name, { minLength: 1, maxLength: 4 });

  it.each([false, true])('with allowReserved %s', (allowReserved) => {
    fc.assert(
      fc.property(items, (q) => {
        const parameters = [{ name: 'q', in: 'query', explode: false, allowReserved, schema: {} }];
        const [, written = ''] = built({ parameters }, { q }).url.split('?q=');
        expect(written.split(',').map(decodeURIComponent)).toEqual(q);
      }),
    );
  });
});

it.each(['a\u0000b', 'a\u001b', '\u0085', '\ud800'])('rejects %j in a query and in a form', (value) => {
  expect(() => queryOf({}, value)).toThrow(InvalidArgumentsError);
  expect(() => formOf({}, { a: value })).toThrow(InvalidArgumentsError);
  expect(() => formOf({ a: { style: 'form' } }, { a: value })).toThrow(InvalidArgumentsError);
});

it.each(['path', 'header', 'cookie'])('rejects line breaks and tabs in a %s', (location) => {
  for (const p of ['a\nb', 'a\r\nb', 'a\tb']) {
    const parameters = [{ name: 'p', in: location, required: true, schema: {} }];
    const post = { operationId: 'op', parameters, responses: { 200: { description: 'ok' } } };
    const document = readDocument({
      openapi: '3.1.1',
      info: { title: 't', version: '1' },
      servers: [{ url: 'https://e.test' }],
      paths: { [location === 'path' ? '/x/{p}' : '/x']: { post } },
    });
    expect(() => compileOperation(document, 'op')?.buildRequest({ p })).toThrow(InvalidArgumentsError);
  }
});
