import { timingSafeEqual } from 'node:crypto';
import type { JsonResponse, RecordedRequest, Route } from './json-api.js';

/** The routes of Notes statistics. They require the API key as a bearer token. */
export function statisticsRoutes(apiKey: string, countNotes: () => number): Route[] {
  const reports: unknown[] = [];
  const withKey =
    (handle: Route['handle']): Route['handle'] =>
    (request, parameters) =>
      holdsKey(request, apiKey) ? handle(request, parameters) : keyRequired;

  return [
    {
      method: 'GET',
      path: '/stats',
      handle: withKey(({ query }) => ({
        status: 200,
        body: { since: query.since ?? null, notes: countNotes(), reports: reports.length },
      })),
    },
    {
      method: 'POST',
      path: '/reports',
      handle: withKey(({ body }) => {
        const title = (body as { title?: unknown } | undefined)?.title;
        if (typeof title !== 'string') return { status: 422, body: { error: 'title is required' } };
        reports.push(body);
        return { status: 201, body: { id: reports.length, title } };
      }),
    },
  ];
}

const keyRequired: JsonResponse = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer realm="statistics"' },
  body: { error: 'a valid API key is required' },
};

function holdsKey(request: RecordedRequest, apiKey: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const expected = Buffer.from(`Bearer ${apiKey}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export function statisticsDocument(url: string): object {
  return {
    openapi: '3.1.0',
    info: { title: 'Notes statistics', version: '1.0.0', description: 'Statistics of all notes. Requires an API key.' },
    servers: [{ url }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
    paths: {
      '/stats': {
        get: {
          operationId: 'getStatistics',
          summary: 'Count notes and reports',
          parameters: [
            {
              name: 'since',
              in: 'query',
              description: 'First day to count',
              schema: { type: 'string', format: 'date' },
            },
          ],
          responses: { '200': { description: 'The figures' }, '401': { description: 'No valid key' } },
        },
      },
      '/reports': {
        post: {
          operationId: 'createReport',
          summary: 'File a report',
          'x-openai-isConsequential': false,
          requestBody: {
            required: true,
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  required: ['title'],
                  properties: {
                    title: { type: 'string', minLength: 1 },
                    tags: { type: 'array', items: { type: 'string' } },
                  },
                },
              },
            },
          },
          responses: { '201': { description: 'The report' }, '401': { description: 'No valid key' } },
        },
      },
    },
  };
}
