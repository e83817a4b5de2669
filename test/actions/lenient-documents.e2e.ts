import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { TestApp } from '../support/app.js';
import type { TestGpt, TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';

let app: TestApp;
let api: Upstream;
let tenant: TestTenant;
let gpt: TestGpt;

beforeAll(async () => {
  [app, api] = await Promise.all([TestApp.start(), Upstream.start()]);
  tenant = await app.tenant();
});

afterAll(() => Promise.all([app.stop(), api.stop()]));

beforeEach(async () => {
  gpt = await tenant.gpt();
  api.respondWith(() => ({ body: { ok: true } }));
});

const OK = { responses: { 200: { description: 'ok' } } };

describe('a document with an invalid operation', () => {
  it('is imported without that operation', async () => {
    const paths = { ...NOTES_PATHS, '/bad': { get: { operationId: 'bad', ...OK, parameters: [{ in: 'query' }] } } };
    const { operations, warnings } = await gpt.action(api.document(paths));
    expect(operations).toHaveLength(5);
    expect(warnings).toContainEqual({
      code: 'invalid_structure',
      message: expect.stringMatching(/must have "name"; the operation is left out/),
      pointer: '/paths/~1bad/get/parameters/0',
    });
    expect((await gpt.call('bad')).status).toBe(404);
    expect((await gpt.call('listNotes')).body.outcome).toBe('completed');
  });

  it('keeps both operations with the same id callable', async () => {
    const paths = { ...NOTES_PATHS, '/tags': { get: { operationId: 'listNotes', ...OK } } };
    await gpt.action(api.document(paths));
    await gpt.call('listNotes');
    expect(api.last.path).toBe('/notes');
    await gpt.call('get_tags');
    expect(api.last.path).toBe('/tags');
  });
});

describe('a document that is repaired', () => {
  it('is called as repaired, and its text is kept as it was sent', async () => {
    const parameters = [{ name: 'ids', in: 'query', type: 'array', items: { type: 'int' }, collectionFormat: 'csv' }];
    const document = api.document({ '/notes': { get: { operationId: 'listNotes', ...OK, parameters } } });
    const text = `Here it is:\n\`\`\`json\n${JSON.stringify(document, null, 2)}\n\`\`\`\n`;
    const { id, warnings } = await gpt.action(text);
    expect(warnings.map(({ code }: { code: string }) => code)).toEqual(
      expect.arrayContaining(['code_block', 'swagger_parameter', 'type_synonym']),
    );
    await gpt.call('listNotes', { arguments: { ids: [1, 2] } });
    expect(api.last.query.get('ids')).toBe('1,2');
    const { body } = await tenant.admin.get(`${gpt.path}/actions/${id}/openapi`);
    expect(body.paths['/notes'].get.parameters[0].schema).toEqual({ type: 'array', items: { type: 'integer' } });
    const source = await fetch(`${app.url}${gpt.path}/actions/${id}/openapi/source`, {
      headers: { 'x-api-key': tenant.admin.key ?? '' },
    });
    expect(await source.text()).toBe(text);
  });

  it('is located in its text by a check', async () => {
    const text = JSON.stringify(api.document({ '/notes': { get: { ...OK, parameters: { a: 1 } } } }), null, 2);
    const { body } = await tenant.admin.post('/v1/openapi/check', { openapi: `\`\`\`\n${text}\n\`\`\`` });
    const [{ line, pointer }] = body.problems;
    expect(pointer).toBe('/paths/~1notes/get/parameters');
    expect(text.split('\n')[line - 2]).toContain('"parameters"');
  });
});

describe('a Swagger 2.0 document', () => {
  const SWAGGER = () => `swagger: '2.0'
info: { title: Notes, version: '1' }
host: ${api.domain}
basePath: /v1
schemes: [http]
consumes: [application/json]
securityDefinitions:
  oauth: { type: oauth2, flow: accessCode, authorizationUrl: 'https://a.example/a', tokenUrl: 'https://a.example/t', scopes: { read: Reads } }
security: [{ oauth: [read] }]
paths:
  /notes:
    post:
      operationId: createNote
      x-openai-isConsequential: false
      security: []
      parameters:
        - { name: note, in: body, required: true, schema: { $ref: '#/definitions/Note' } }
        - { name: tags, in: query, type: array, items: { type: string }, collectionFormat: pipes }
      responses: { 201: { description: created, schema: { $ref: '#/definitions/Note' } } }
definitions:
  Note: { type: object, required: [title], properties: { title: { type: string, pattern: '(' } } }
`;

  it('is converted and called', async () => {
    const { id, server_url, warnings, suggested_auth } = await gpt.action(SWAGGER());
    expect(server_url).toBe(`${api.url}/v1`);
    expect(suggested_auth).toMatchObject({ type: 'oauth', token_url: 'https://a.example/t', scope: 'read' });
    expect(warnings).toContainEqual(expect.objectContaining({ code: 'converted_document', pointer: '/swagger' }));
    expect(warnings).toContainEqual(
      expect.objectContaining({ code: 'invalid_pattern', pointer: '/definitions/Note/properties/title/pattern' }),
    );
    await gpt.call('createNote', { arguments: { body: { title: 'x' }, tags: ['a', 'b'] } });
    expect(`${api.last.path}?${api.last.query}`).toBe('/v1/notes?tags=a%7Cb');
    expect(api.last.body).toBe('{"title":"x"}');
    const { body } = await tenant.admin.get(`${gpt.path}/actions/${id}/openapi`);
    expect(body).toMatchObject({ openapi: '3.0.4', components: { schemas: { Note: { type: 'object' } } } });
  });

  it('is checked with the lines of its text', async () => {
    const { body } = await tenant.admin.post('/v1/openapi/check', { openapi: SWAGGER() });
    const pattern = body.warnings.find(({ code }: { code: string }) => code === 'invalid_pattern');
    expect(SWAGGER().split('\n')[pattern.line - 1]).toContain("pattern: '('");
  });
});
