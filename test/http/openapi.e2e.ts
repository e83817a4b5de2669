// Runs once: the database takes no part in what this suite tests.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDocument } from '@countersign/openapi';
import { PROBLEMS } from '../../src/common/index.js';
import { load } from 'js-yaml';
import { format } from 'prettier';
import { TestApp } from '../support/app.js';

const FILE = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));

interface Operation {
  operationId: string;
  summary?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: { in: string; name: string; required: boolean }[];
  responses: Record<string, { description?: string; content?: Record<string, { schema?: object; examples?: object }> }>;
}

/** Routes for callers without a key: probes, and browsers with a ticket or a state. */
const PUBLIC = [
  'post /v1/console-session',
  'get /healthz',
  'get /readyz',
  'get /metrics',
  'get /connected/{ticket}',
  'post /connected/{ticket}',
  'post /connected/{ticket}/done',
  'get /connected/{ticket}/{connection_id}',
  'post /connected/{ticket}/{connection_id}',
  'get /.well-known/oauth-authorization-server/mcp/{gpt_id}',
  'get /.well-known/openid-configuration/mcp/{gpt_id}',
  'get /mcp/{gpt_id}/.well-known/oauth-authorization-server',
  'get /mcp/{gpt_id}/.well-known/openid-configuration',
  'get /mcp/{gpt_id}/authorize',
  'get /mcp/{gpt_id}/consent/{authorization_id}',
  'post /mcp/{gpt_id}/consent/{authorization_id}',
  'post /mcp/{gpt_id}/register',
  'post /mcp/{gpt_id}/revoke',
  'post /mcp/{gpt_id}/token',
  'get /signin/{ticket}',
  'post /signin/{ticket}',
  'get /signin/done/{sign_in_id}',
  'get /aip/{callback_id}/oauth/callback',
  'post /aip/{callback_id}/oauth/callback',
  'get /aip/{callback_id}/oauth/client.json',
  'get /.well-known/oauth-protected-resource/mcp/{gpt_id}',
  'get /mcp/confirm/{ticket}',
  'post /mcp/confirm/{ticket}',
];

const VERB_NOUN =
  /^(call|check|close|confirm|create|delete|disconnect|discover|end|export|format|get|handle|import|list|open|revoke|rotate|set|show|start|submit|update|verify|accept|authorize|review)([A-Z][a-z]+)+$/;

let app: TestApp;
let document: {
  paths: Record<string, Record<string, Operation>>;
  tags: { name: string; description?: string }[];
  components: { schemas: object };
};
let operations: [string, Operation][];

beforeAll(async () => {
  app = await TestApp.start();
  document = (await app.anonymous.get('/docs-json')).body;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );
});

afterAll(async () => {
  await app.stop();
});

describe('the API document', () => {
  it('matches docs/openapi.json; UPDATE_OPENAPI=1 updates the file', async () => {
    if (process.env['UPDATE_OPENAPI']) writeFileSync(FILE, await format(JSON.stringify(document), { parser: 'json' }));
    expect(existsSync(FILE) && JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(document);
  });

  it("is accepted by Countersign's document reader without warnings", () => {
    expect(readDocument(JSON.stringify(document)).warnings).toEqual([]);
  });

  it('references only schemas that it contains', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining([...new Set(names)]));
  });

  it.each(['/docs-json', '/docs-yaml'])('is sent again from %s only to clients that do not have it', async (path) => {
    const first = await app.anonymous.get(path);
    const etag = first.headers.get('etag') as string;
    const again = await app.anonymous.send('GET', path, undefined, { 'if-none-match': etag });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
    const other = await app.anonymous.send('GET', path, undefined, { 'if-none-match': '"other"' });
    expect([other.status, other.text]).toEqual([200, first.text]);
  });

  it('is the same in YAML', async () => {
    const { headers, text = '' } = await app.anonymous.get('/docs-yaml');
    expect(headers.get('content-type')).toBe('text/yaml; charset=utf-8');
    expect(load(text)).toEqual(document);
  });

  it('is shown in Swagger UI at /docs', async () => {
    const page = await app.anonymous.get('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
  });
});

describe('every route in the document', () => {
  it('has a summary', () => {
    expect(routesWithout(({ summary }) => Boolean(summary))).toEqual([]);
  });

  it('has a unique operationId that SDK generators can use as a method name: a verb, then a noun, in camel case', () => {
    expect(routesWithout(({ operationId }) => VERB_NOUN.test(operationId))).toEqual([]);
    const ids = operations.map(([, { operationId }]) => operationId.toLowerCase());
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('has exactly one tag, which the document describes and no other tag is left unused', () => {
    expect(routesWithout(({ tags }) => tags?.length === 1)).toEqual([]);
    const described = document.tags.filter(({ description }) => description).map(({ name }) => name);
    const used = new Set(operations.flatMap(([, { tags = [] }]) => tags));
    expect(described.toSorted()).toEqual([...used].toSorted());
  });

  it('requires a key unless it is public on purpose', () => {
    const open = routesWithout(({ security }) => (security ?? []).some((scheme) => 'api_key' in scheme));
    expect(open.toSorted()).toEqual(PUBLIC.toSorted());
    expect(routesWithout(({ security }) => !security || security.some((scheme) => 'bearer' in scheme))).toEqual([]);
  });

  it('declares a schema for each successful response with a body', () => {
    const shapeless = operations.flatMap(([name, { responses }]) =>
      Object.entries(responses)
        .filter(([status]) => status.startsWith('2') && status !== '204')
        .filter(
          ([, { content }]) =>
            !Object.values(content ?? {}).some(({ schema }) => schema && Object.keys(schema).length > 0),
        )
        .map(([status]) => `${name} ${status}`),
    );
    expect(shapeless).toEqual([]);
  });

  it('lists its problems, each with an example', () => {
    for (const [name, { responses }] of operations.filter(([route]) => !PUBLIC.includes(route))) {
      expect([name, Object.keys(responses)]).toEqual([name, expect.arrayContaining(['401', '403'])]);
      for (const [status, { content }] of Object.entries(responses)) {
        if (Number(status) < 400) continue;
        const examples = Object.entries(content?.['application/problem+json']?.examples ?? {});
        expect([name, status, examples.length > 0]).toEqual([name, status, true]);
        for (const [code, { value }] of examples) {
          expect([name, value.code, value.status]).toEqual([name, code, Number(status)]);
          expect(Object.keys(PROBLEMS)).toContain(code);
        }
      }
    }
  });

  it('documents status 404 if its path has parameters', () => {
    const undocumented = operations.filter(
      ([name, { responses }]) => name.includes('{') && !PUBLIC.includes(name) && !responses['404'],
    );
    expect(undocumented.map(([name]) => name)).toEqual([]);
  });

  it('declares each path parameter', () => {
    for (const [name, { parameters = [] }] of operations) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const declared = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      expect([name, declared]).toEqual([name, inPath]);
    }
  });
});

function routesWithout(holds: (operation: Operation) => boolean): string[] {
  return operations.filter(([, operation]) => !holds(operation)).map(([name]) => name);
}
