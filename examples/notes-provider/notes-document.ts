import { notesScopes } from './notes-api.js';

export function notesDocument(endpoints: { url: string; authorizationUrl: string; tokenUrl: string }): object {
  const { url, authorizationUrl, tokenUrl } = endpoints;
  const needs = (...scopes: (keyof typeof notesScopes)[]) => [{ oauth: scopes }];
  const noteId = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
  const json = (name: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });

  return {
    openapi: '3.1.0',
    info: { title: 'Notes', version: '1.0.0', description: "A user's own notes. Needs the user to sign in." },
    servers: [{ url }],
    paths: {
      '/about': {
        get: {
          operationId: 'aboutNotes',
          summary: 'Tells what this service is',
          security: [],
          responses: { '200': { description: 'A few words' } },
        },
      },
      '/notes': {
        get: {
          operationId: 'listNotes',
          summary: "Lists the user's notes",
          security: needs('notes:read'),
          responses: { '200': { description: 'The notes' } },
        },
        post: {
          operationId: 'createNote',
          summary: 'Writes a note',
          security: needs('notes:write'),
          requestBody: { required: true, content: json('NewNote') },
          responses: { '201': { description: 'The note', content: json('Note') } },
        },
      },
      '/notes/{id}': {
        parameters: [noteId],
        get: {
          operationId: 'getNote',
          summary: 'Reads one note',
          security: needs('notes:read'),
          responses: {
            '200': { description: 'The note', content: json('Note') },
            '404': { description: 'No such note' },
          },
        },
        delete: {
          operationId: 'deleteNote',
          summary: 'Deletes one note for good',
          'x-openai-isConsequential': true,
          security: needs('notes:write'),
          responses: { '204': { description: 'It is gone' }, '404': { description: 'No such note' } },
        },
      },
    },
    components: {
      schemas: {
        NewNote: {
          type: 'object',
          required: ['title', 'text'],
          properties: { title: { type: 'string', minLength: 1 }, text: { type: 'string' } },
        },
        Note: {
          allOf: [
            { $ref: '#/components/schemas/NewNote' },
            {
              type: 'object',
              properties: { id: { type: 'string' }, created_at: { type: 'string', format: 'date-time' } },
            },
          ],
        },
      },
      securitySchemes: {
        oauth: {
          type: 'oauth2',
          flows: { authorizationCode: { authorizationUrl, tokenUrl, refreshUrl: tokenUrl, scopes: notesScopes } },
        },
      },
    },
  };
}
