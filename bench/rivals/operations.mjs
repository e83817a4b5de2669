import { compileOperation, describeDocument, readDocument } from '@countersign/openapi';
import { generate } from '../../corpus/generate.mjs';

const string = { type: 'string' };
const ok = { responses: { 200: { description: 'ok' } } };

/** A GET with a path parameter and two query parameters, and a POST with a JSON body. */
export const simpleOperations = {
  document: {
    openapi: '3.0.3',
    info: { title: 'Notes', version: '1' },
    servers: [{ url: 'https://api.example.com/v1' }],
    paths: {
      '/notes/{id}': {
        get: {
          operationId: 'getNote',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: string },
            { name: 'limit', in: 'query', schema: { type: 'integer' } },
            { name: 'words', in: 'query', schema: string },
          ],
          ...ok,
        },
      },
      '/notes': {
        post: {
          operationId: 'createNote',
          requestBody: {
            content: {
              'application/json': {
                schema: { type: 'object', properties: { title: string, tags: { type: 'array', items: string } } },
              },
            },
          },
          ...ok,
        },
      },
    },
  },
  operations: [
    {
      operationId: 'getNote',
      method: 'GET',
      path: '/notes/{id}',
      args: { path: { id: 'n1' }, query: { limit: 10, words: 'a b' } },
    },
    {
      operationId: 'createNote',
      method: 'POST',
      path: '/notes',
      args: { body: { title: 'A note', tags: ['one', 'two'] } },
    },
  ],
};

const COUNT = 20;

/** Operations of GitHub's description, with valid arguments. */
export function githubOperations(text) {
  const document = JSON.parse(text);
  const read = readDocument(document);
  const all = describeDocument(read).operations;
  const step = Math.floor(all.length / COUNT);
  const operations = Array.from({ length: COUNT }, (_, index) => {
    const { operationId, method, path } = all[index * step];
    const { argumentsSchema, parameters } = compileOperation(read, operationId);
    const values = generate(argumentsSchema, { all: true });
    const args = values.body === undefined ? {} : { body: values.body };
    for (const { argument, name, location } of parameters) {
      if (values[argument] !== undefined) (args[location] ??= {})[name] = values[argument];
    }
    return { operationId, method, path, args };
  });
  return { document, operations };
}
