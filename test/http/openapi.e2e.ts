// Runs once: the database takes no part in what this suite tests.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readDocument } from '../../src/openapi/index.js';
import { PROBLEMS } from '../../src/common/index.js';
import { format } from 'prettier';
import { TestApp } from '../support/app.js';

const FILE = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));

interface Operation {
  summary?: string;
  security?: Record<string, string[]>[];
  parameters?: { in: string; name: string; required: boolean }[];
  responses: Record<string, { description?: string; content?: Record<string, { schema?: object; examples?: object }> }>;
}

/** Who comes here has no key: a probe, or a browser with a ticket or a state. */
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
  'get /signin/{ticket}',
  'post /signin/{ticket}',
  'get /signin/done/{sign_in_id}',
  'get /aip/{callback_id}/oauth/callback',
];

let app: TestApp;
let document: { paths: Record<string, Record<string, Operation>> };
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

describe("the API's own document", () => {
  it('is the one that is checked in; UPDATE_OPENAPI=1 writes it', async () => {
    if (process.env['UPDATE_OPENAPI']) writeFileSync(FILE, await format(JSON.stringify(document), { parser: 'json' }));
    expect(existsSync(FILE) && JSON.parse(readFileSync(FILE, 'utf8'))).toEqual(document);
  });

  it("is one that Countersign's own reader takes", () => {
    expect(readDocument(JSON.stringify(document)).warnings).toEqual([]);
  });

  it('names no schema that it does not have', () => {
    const text = JSON.stringify(document);
    const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    const there = Object.keys((document as unknown as { components: { schemas: object } }).components.schemas);
    expect(there).toEqual(expect.arrayContaining([...new Set(names)]));
  });

  it('is shown to people at /docs', async () => {
    const page = await app.anonymous.get('/docs');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toContain('text/html');
  });
});

describe('of every route it', () => {
  it('says what it is for', () => {
    expect(withoutThat(({ summary }) => Boolean(summary))).toEqual([]);
  });

  it('says that it asks for a key, unless it is open on purpose', () => {
    const open = withoutThat(({ security }) => (security ?? []).some((scheme) => 'api_key' in scheme));
    expect(open.toSorted()).toEqual(PUBLIC.toSorted());
    expect(withoutThat(({ security }) => !security || security.some((scheme) => 'bearer' in scheme))).toEqual([]);
  });

  it('shows the shape of each answer that has a body', () => {
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

  it('lists the problems, each with an example', () => {
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

  it('says that it may not find what its path names', () => {
    const silent = operations.filter(
      ([name, { responses }]) => name.includes('{') && !PUBLIC.includes(name) && !responses['404'],
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('declares each parameter of its path', () => {
    for (const [name, { parameters = [] }] of operations) {
      const inPath = [...name.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const declared = parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      expect([name, declared]).toEqual([name, inPath]);
    }
  });
});

function withoutThat(holds: (operation: Operation) => boolean): string[] {
  return operations.filter(([, operation]) => !holds(operation)).map(([name]) => name);
}
