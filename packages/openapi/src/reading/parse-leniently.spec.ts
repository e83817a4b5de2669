import { describe, expect, it } from '@jest/globals';
import { type Finding, InvalidDocumentError, locateFindings, readDocument } from '../index.js';

const NOTES = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1' },
  servers: [{ url: 'https://notes.example' }],
  paths: { '/notes': { get: { operationId: 'listNotes', responses: { 200: { description: 'ok' } } } } },
};
const JSON_TEXT = JSON.stringify(NOTES, null, 2);
const YAML_TEXT = `openapi: 3.1.0
info: { title: Notes, version: '1' }
servers: [{ url: 'https://notes.example' }]
paths:
  /notes:
    get:
      operationId: listNotes
      responses: { '200': { description: ok } }
`;

function refusal(source: string): readonly Finding[] {
  try {
    readDocument(source);
  } catch (error) {
    if (error instanceof InvalidDocumentError) return error.findings;
    throw error;
  }
  throw new Error('the document was not refused');
}

const codesOf = (source: string) => readDocument(source).warnings.map(({ code }) => code);

describe('a pasted text', () => {
  it.each([
    ['YAML in a code block', '```yaml\n' + YAML_TEXT + '```\n'],
    ['JSON in a code block', '```json\n' + JSON_TEXT + '\n```'],
    ['a code block without a language and without an end', '```\n' + YAML_TEXT],
    ['a code block with tildes', '~~~ yaml\n' + YAML_TEXT + '~~~'],
    ['a code block in a message', 'Here is the document:\n\n```yaml\n' + YAML_TEXT + '```\n\nWhat else do you need?\n'],
    ['a code block with the line breaks of Windows', ('```yaml\n' + YAML_TEXT + '```\n').replaceAll('\n', '\r\n')],
  ])('is read from %s', (_, source) => {
    expect(readDocument(source).json).toEqual(NOTES);
    expect(codesOf(source)).toEqual(['code_block']);
  });

  it('keeps its lines outside of the code block', () => {
    const source = 'Notes:\n```yaml\n' + YAML_TEXT + '```\n';
    const [located] = locateFindings(source, [{ code: 'x', message: 'x', pointer: '/paths/~1notes/get' }]);
    expect(located?.position).toEqual({ line: 8, column: 5 });
  });

  it('is rejected if it has several code blocks', () => {
    const block = '```yaml\n' + YAML_TEXT + '```\n';
    expect(refusal(block + block)[0]?.code).toBe('unreadable');
  });

  it('may have a code block in a description', () => {
    const description = '\ninfo:\n  title: Notes\n  version: "1"\n  description: |\n    ```sh\n    curl\n    ```\n';
    const source = YAML_TEXT.replace(/\ninfo.*\n/, description);
    expect(codesOf(source)).toEqual([]);
    expect(readDocument(source).json['info']).toMatchObject({ description: '```sh\ncurl\n```\n' });
  });

  it.each([
    ['JSON in a JSON string', JSON.stringify(JSON_TEXT)],
    ['YAML in a JSON string', JSON.stringify(YAML_TEXT)],
    ['escaped JSON without quotes', JSON.stringify(JSON_TEXT).slice(1, -1)],
  ])('is read from %s', (_, source) => {
    expect(readDocument(source).json).toEqual(NOTES);
    expect(codesOf(source)).toEqual(['encoded_twice']);
    expect(locateFindings(source, [{ code: 'x', message: 'x', pointer: '/paths' }])[0]?.position).toEqual({
      line: 1,
      column: 1,
    });
  });

  it('is not decoded without end', () => {
    let source = JSON_TEXT;
    for (let level = 0; level < 5; level += 1) source = JSON.stringify(source);
    expect(refusal(source)[0]?.code).toBe('unreadable');
  });
});

describe('JSON with comments', () => {
  const source = JSON_TEXT.replace('{', '{ // the document\n')
    .replace('"info"', '/* who\n we are */ "info"')
    .replace('"https://notes.example"', '"https://notes.example", // no comment: "//"')
    .replace(/\}$/, ', }');

  it('is read as JSON, and its trailing commas are ignored', () => {
    const { json, format, warnings } = readDocument(source);
    expect(json).toEqual(NOTES);
    expect(format).toBe('json');
    expect(warnings).toEqual([expect.objectContaining({ code: 'json_comments', position: { line: 1, column: 3 } })]);
  });

  it('keeps its lines', () => {
    const [located] = locateFindings(source, [{ code: 'x', message: 'x', pointer: '/paths' }]);
    expect(source.split('\n')[(located?.position.line ?? 0) - 1]).toContain('"paths"');
  });

  it.each(['{"openapi": "3.1.0",, "paths": {}}', '{"a": [,]}', '{"a": 1 /* no end', '{"a": "no end // }'])(
    'does not hide other mistakes: %s',
    (text) => {
      expect(refusal(text)[0]?.code).toBe('unreadable');
    },
  );

  it('survives brackets without end', () => {
    expect(refusal(`// a\n${'['.repeat(500_000)}`)[0]?.code).toBe('unreadable');
  });

  it('leaves flow mappings of YAML to the parser of YAML', () => {
    const flow = `{openapi: 3.1.0, info: {title: Notes}, servers: [{url: 'https://notes.example'}], paths: {}} # the end`;
    expect(readDocument(flow).format).toBe('yaml');
  });
});

describe('duplicate keys of YAML', () => {
  const withOperation = (lines: string) => `${YAML_TEXT}  /tags:\n    get:\n${lines.replace(/^/gm, '      ')}\n`;

  it('make only their part invalid, with the position of the second key', () => {
    const source = withOperation('operationId: a\nparameters: []\nparameters: []\nresponses: {}');
    const { invalidParts, json } = readDocument(source);
    expect(json).toHaveProperty(['paths', '/notes', 'get']);
    expect(invalidParts).toEqual([
      {
        code: 'duplicate_key',
        message: expect.stringContaining('"parameters" occurs twice'),
        pointer: '/paths/~1tags/get/parameters',
        position: { line: 13, column: 7 },
      },
    ]);
  });

  it('are found in lists and quoted keys', () => {
    const source = withOperation('parameters:\n- {name: a, in: query}\n- {name: b, in: query, "name": c}');
    expect(readDocument(source).invalidParts.map(({ pointer }) => pointer)).toEqual([
      '/paths/~1tags/get/parameters/1/name',
    ]);
  });

  it('are a warning where no call depends on them', () => {
    const { invalidParts, warnings } = readDocument(withOperation('summary: a\nsummary: b'));
    expect(invalidParts).toEqual([]);
    expect(warnings.map(({ code, pointer }) => [code, pointer])).toContainEqual([
      'duplicate_key',
      '/paths/~1tags/get/summary',
    ]);
  });

  it.each([
    ['at the root', `${YAML_TEXT}info: {}\n`],
    ['of paths', `${YAML_TEXT}  /notes: {}\n`],
    ['in the server', YAML_TEXT.replace("{ url: '", "{ url: 'https://other.example', url: '")],
    ['that an alias repeats', `${withOperation('x-a: &a {b: 1, b: 2}')}\nx-b: *a`],
  ])('reject the document %s', (_, source) => {
    expect(refusal(source)[0]?.code).toMatch(/^(?:unreadable|duplicate_key)$/);
  });
});
