import { describe, expect, it } from '@jest/globals';
import { compileOperation, type JsonObject, readDocument } from '../index.js';
import { acceptHeader } from './accept.js';

describe('acceptHeader', () => {
  const content = (...types: string[]) => ({ content: Object.fromEntries(types.map((type) => [type, {}])) });
  const ANY_TYPE = 'application/json, */*;q=0.5';

  it.each<[string, JsonObject, string]>([
    ['JSON, if no response is described', {}, ANY_TYPE],
    ['JSON, if responses have no content', { 204: { description: '' } }, ANY_TYPE],
    ['JSON of a vendor', { 200: content('application/vnd.api+json') }, 'application/vnd.api+json, */*;q=0.5'],
    [
      'JSON before other types',
      { 200: content('text/csv', 'application/json; charset=utf-8'), 201: content('application/hal+json') },
      'application/json, application/hal+json, text/csv;q=0.9, */*;q=0.5',
    ],
    ['another type than JSON', { 200: content('application/pdf', 'image/*') }, 'application/pdf, image/*, */*;q=0.5'],
    [
      'a type with parameters',
      { '2XX': content('application/json;odata=verbose;q=1') },
      'application/json;odata=verbose, */*;q=0.5',
    ],
    ['the type of the default response', { default: content('text/plain') }, 'text/plain, */*;q=0.5'],
    [
      'no type of failures',
      { 200: content('text/csv'), 404: content('application/problem+json'), default: content('text/html') },
      'text/csv, */*;q=0.5',
    ],
    ['no invalid types', { 200: content('*/*', 'json', 'text/a\r\nx: y', 'text/csv') }, 'text/csv, */*;q=0.5'],
    [
      'ten types',
      { 200: content(...Array.from({ length: 20 }, (_, n) => `text/t${n}`)) },
      `${Array.from({ length: 10 }, (_, n) => `text/t${n}`).join(', ')}, */*;q=0.5`,
    ],
    ['JSON, if the types are very long', { 200: content(`text/${'x'.repeat(600)}`) }, ANY_TYPE],
  ])('has %s', (_, responses, accept) => {
    expect(acceptHeader({}, { responses })).toBe(accept);
  });

  it('follows references to responses', () => {
    const info = { title: 't', version: '1' };
    const get = { operationId: 'op', responses: { 200: { $ref: '#/components/responses/Csv' } } };
    const components = { responses: { Csv: { description: '', ...content('text/csv') } } };
    const servers = [{ url: 'https://e.test' }];
    const document = readDocument({ openapi: '3.1.1', info, servers, paths: { '/x': { get } }, components });
    const operation = compileOperation(document, 'op');
    expect(operation?.buildRequest({}).headers['accept']).toBe('text/csv, */*;q=0.5');
  });
});
