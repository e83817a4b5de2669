import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { InvalidArgumentsError, type JsonObject, compileOperation, readAndDescribe } from '../index.js';

function read(path: string, names: readonly string[]) {
  const parameters = names.map((name) => {
    return { name, in: 'path', required: true, description: 'The file', schema: { type: 'string' } };
  });
  return readAndDescribe({
    openapi: '3.1.1',
    info: { title: 't', version: '1' },
    servers: [{ url: 'https://e.test/v1' }],
    paths: {
      [path]: { get: { operationId: 'op', summary: 's', parameters, responses: { 200: { description: '' } } } },
    },
  });
}

function operationOf(path: string, ...names: string[]) {
  const operation = compileOperation(read(path, names).document, 'op');
  if (operation === undefined) throw new Error('the operation cannot be called');
  return operation;
}

function refusal(path: string, name: string, value: string) {
  try {
    return operationOf(path, name).buildRequest({ [name]: value }).url;
  } catch (error) {
    if (error instanceof InvalidArgumentsError) return error.findings[0];
    throw error;
  }
}

const SYNTAXES: [string, string][] = [
  ['/f/{path+}', 'path'],
  ['/f/{path+}', 'path+'],
  ['/f/{proxy+}', 'proxy'],
  ['/f/{+path}', 'path'],
  ['/f/{*path}', 'path'],
  ['/f/{*path}', '*path'],
  ['/f/{**path}', 'path'],
  ['/f/{path*}', 'path'],
  ['/f/{path...}', 'path'],
  ['/f/{path=**}', 'path'],
  ['/f/{path=**}', 'path=**'],
  ['/f/{path=docs/*}', 'path'],
];

describe.each(SYNTAXES)('the variable of %s, declared as %s', (path, name) => {
  it('may have several segments', () => {
    const { document, description } = read(path, [name]);
    expect(description.warnings.filter(({ code }) => code !== 'argument_alias')).toEqual([]);
    const operation = compileOperation(document, 'op');
    expect(operation?.buildRequest({ [name]: 'docs/a b?#%/ü.md' }).url).toBe(
      'https://e.test/v1/f/docs/a%20b%3F%23%25/%C3%BC.md',
    );
  });

  it('is described to models', () => {
    const properties = operationOf(path, name).argumentsSchema['properties'] as JsonObject;
    expect(JSON.stringify(properties)).toMatch(/"The file .*\(slashes separate path segments\)"/);
  });
});

describe('a variable of several segments', () => {
  it.each(['a/../b', '..', 'a/.', './a', 'a/%2e%2e/b', 'a/%252e%252e', 'a\\..\\b', 'a/..;x/b', 'a/%2e%2e%2fb'])(
    'never results in a dot segment: %j',
    (value) => {
      expect(refusal('/f/{p+}', 'p', value)).toMatchObject({ pointer: '/p', message: expect.stringContaining('".."') });
    },
  );

  it.each(['/a', 'a//b', '/', '//', ''])('never results in an empty segment: %j', (value) => {
    expect(refusal('/f/{p+}', 'p', value)).toMatchObject({ pointer: '/p', message: expect.stringContaining('empty') });
  });

  it('may end with a slash at the end of the path only', () => {
    expect(refusal('/f/{p+}', 'p', 'a/')).toBe('https://e.test/v1/f/a/');
    expect(refusal('/f/{p+}/versions', 'p', 'a/b')).toBe('https://e.test/v1/f/a/b/versions');
    expect(refusal('/f/{p+}/versions', 'p', 'a/')).toMatchObject({
      message:
        '`p` must not result in an empty path segment: it must not have a slash at its beginning or end, or two in a row',
    });
  });

  it('rejects control characters', () => {
    expect(refusal('/f/{p+}', 'p', 'a/b\n')).toMatchObject({ pointer: '/p' });
  });

  it('reads back segment by segment', () => {
    const segment = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 8 })
      .filter((text) => !/[\p{Cc}\p{Cs}/.%\\;]/u.test(text));
    const operation = operationOf('/f/{p+}', 'p');
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1, maxLength: 5 }), (segments) => {
        const { pathname } = new URL(operation.buildRequest({ p: segments.join('/') }).url);
        expect(pathname.split('/').slice(3).map(decodeURIComponent)).toEqual(segments);
      }),
    );
  });
});

it.each([
  ['/f/{p}', 'p'],
  ['/f/{p=*}', 'p=*'],
])('a variable of %s has one segment', (path, name) => {
  const operation = operationOf(path, name);
  expect(operation.buildRequest({ [name]: 'a/b' }).url).toBe('https://e.test/v1/f/a%2Fb');
  expect(JSON.stringify(operation.argumentsSchema)).not.toContain('slashes');
});

it('reports a variable that is not declared', () => {
  const findings = [expect.objectContaining({ message: expect.stringContaining('the path /f/{p+} has "{p+}"') })];
  expect(() => read('/f/{p+}', ['q'])).toThrow(expect.objectContaining({ findings: expect.arrayContaining(findings) }));
});
