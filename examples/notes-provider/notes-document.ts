import { notesScopes } from './notes-api.js';

export function notesDocument(endpoints: { url: string; authorizationUrl: string; tokenUrl: string }): object {
  const { url, authorizationUrl, tokenUrl } = endpoints;
  const needs = (...scopes: (keyof typeof notesScopes)[]) => [{ oauth: scopes }];
  const noteId = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } };
  const json = (name: string) => ({ 'application/json': { schema: { $ref: `#/components/schemas/${name}` } } });

  return {
    openapi: '3.1.0',
    info: { title: 'Notes', version: '1.0.0', description: "A user's own notes. Requires the user to sign in." },
    servers: [{ url }],
    paths: {
      '/about': {
        get: {
          operationId: 'aboutNotes',
          summary: 'Describe this service',
          security: [],
          responses: { '200': { description: 'A description' } },
        },
      },
      '/notes': {
        get: {
          operationId: 'listNotes',
          summary: "List the user's notes",
          security: needs('notes:read'),
          responses: { '200': { description: 'The notes' } },
        },
        post: {
          operationId: 'createNote',
          summary: 'Create a note',
          security: needs('notes:write'),
          requestBody: { required: true, content: json('NewNote') },
          responses: { '201': { description: 'The note', content: json('Note') } },
        },
      },
      '/notes/{id}': {
        parameters: [noteId],
        get: {
          operationId: 'getNote',
          summary: 'Get a note',
          security: needs('notes:read'),
          responses: {
            '200': { description: 'The note', content: json('Note') },
            '404': { description: 'Note not found' },
          },
        },
        delete: {
          operationId: 'deleteNote',
          summary: 'Delete a note permanently',
          'x-openai-isConsequential': true,
          security: needs('notes:write'),
          responses: { '204': { description: 'The note was deleted' }, '404': { description: 'Note not found' } },
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
