import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import { TestApp } from '../support/app.js';
import { AuthorizationServer } from '../support/authorization-server.js';
import type { Client } from '../support/client.js';
import { EndUser } from '../support/end-user.js';
import type { TestTenant } from '../support/tenant.js';
import { NOTES_PATHS, Upstream } from '../support/upstream.js';
import { Random } from './random.js';
import { SchemaValues, type Schema } from './schema-values.js';

/** For a longer search: FUZZ_SEED=random FUZZ_REQUESTS=100000. */
const REQUESTS = Number(process.env['FUZZ_REQUESTS'] ?? 3000);
const SEED =
  process.env['FUZZ_SEED'] === 'random' ? Date.now() % 2_147_483_648 : Number(process.env['FUZZ_SEED'] ?? 2026);

interface Operation {
  method: string;
  path: string;
  parameters: { name: string; in: string; required?: boolean; schema?: Schema }[];
  body?: Schema;
  /** Whether the body has JSON lines. */
  hasLines: boolean;
  responses: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

let app: TestApp;
let api: Upstream;
let provider: AuthorizationServer;
let tenant: TestTenant;
/** Prefixes of ids, for ids that exist or existed. */
const ids = new Map<string, string[]>();
/** Actions that exist or existed, with their GPTs: ids that are chosen independently seldom belong together. */
const pairs: Record<string, string>[] = [];
const paths: Record<string, string[]> = { ticket: [], callback_id: [], provider_id: ['github', 'google'] };
const PREFIXES: Record<string, string> = {
  tenant_id: 't',
  gpt_id: 'g',
  action_id: 'act',
  key_id: 'key',
  sign_in_id: 'si',
  connection_id: 'conn',
  revocation_id: 'rev',
  rotation_id: 'rot',
  import_id: 'imp',
};

/** The schema of a line of an import. */
const LINE: Schema = { $ref: '#/components/schemas/CreateConnectionDto' };

beforeAll(async () => {
  const environment = { RATE_LIMIT_KEY: '0', RATE_LIMIT_USER: '0', RATE_LIMIT_SIGN_IN: '0', CALL_TIMEOUT_SECONDS: '5' };
  [app, api, provider] = await Promise.all([
    TestApp.start({ environment }),
    Upstream.start(),
    AuthorizationServer.start(),
  ]);
  tenant = await app.tenant();
  await furnish();
});

afterAll(() => Promise.all([app.stop(), api.stop(), provider.stop()]));

/** Creates one of every resource, with some of them in use. */
async function furnish(): Promise<void> {
  const gpt = await tenant.gpt();
  const action = await gpt.action(
    api.document(NOTES_PATHS),
    provider.schema({ revocation_url: `${provider.url}/revoke` }),
  );
  note(gpt.id, action.id);
  pairs.push({ gpt_id: gpt.id, action_id: action.id });
  paths['callback_id']?.push(action.auth.callback_url.split('/')[4]);
  const alice = new EndUser(gpt, 'alice');
  const attempt = await alice.signsIn();
  note(attempt.offer.id, (await alice.connection()).id);
  const waiting = await new EndUser(gpt, 'bob').getsSignInLink();
  paths['ticket']?.push(waiting.offer.url.split('/').at(-1) ?? '');
  note(waiting.offer.id);
  await new EndUser(gpt, 'carol').signsIn();
  note((await tenant.runtime.post('/v1/connections/revoke', { user: 'carol' })).body.revocation_id);
  note((await app.operator.post('/v1/vault/rotations', { scope: 'kek' })).body.id);
  note((await tenant.admin.post('/v1/keys', { role: 'runtime', name: 'to be ended' })).body.id);
  const other = await tenant.gpt('Keys');
  note(
    other.id,
    (await other.action(api.document(NOTES_PATHS), { type: 'api_key', auth_type: 'bearer', api_key: 'k' })).id,
  );
}

function note(...found: string[]): void {
  for (const id of found) {
    const prefix = id.slice(0, id.indexOf('-'));
    ids.set(prefix, [...(ids.get(prefix) ?? []).slice(-20), id]);
  }
}

/** Converts a schema of OpenAPI 3.0 to JSON Schema; objects reject undocumented members. */
function jsonSchema(schema: Schema, isPart = false): unknown {
  const { nullable, example: _example, discriminator: _discriminator, ...rest } = schema;
  const entries = Object.entries(rest).map(([name, value]) => {
    if (['items', 'additionalProperties', 'not'].includes(name) && typeof value === 'object')
      return [name, jsonSchema(value as Schema)];
    if (['oneOf', 'anyOf', 'allOf'].includes(name))
      return [name, (value as Schema[]).map((part) => jsonSchema(part, name === 'allOf'))];
    if (name === 'properties')
      return [
        name,
        Object.fromEntries(Object.entries(value as object).map(([key, each]) => [key, jsonSchema(each as Schema)])),
      ];
    return [name, value];
  });
  const converted = Object.fromEntries(entries) as Schema;
  if (converted.properties && converted.additionalProperties === undefined && !isPart)
    converted.additionalProperties = false;
  return nullable ? { anyOf: [converted, { type: 'null' }] } : converted;
}

function validators(schemas: Record<string, Schema>) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  const components = {
    schemas: Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, jsonSchema(schema)])),
  };
  const known = new Map<Schema, ValidateFunction>();
  return (schema: Schema): ValidateFunction => {
    const compiled = known.get(schema) ?? ajv.compile({ allOf: [jsonSchema(schema)], components });
    known.set(schema, compiled);
    return compiled;
  };
}

function operationsOf(paths: Record<string, Record<string, unknown>>): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, value]) => {
      const {
        parameters = [],
        requestBody,
        responses,
      } = value as {
        parameters?: Operation['parameters'];
        requestBody?: { content: Record<string, { schema: Schema }> };
        responses: Operation['responses'];
      };
      const body = requestBody?.content['application/json']?.schema;
      const hasLines = requestBody?.content['application/x-ndjson'] !== undefined;
      return { method: method.toUpperCase(), path, parameters, responses, hasLines, ...(body && { body }) };
    }),
  );
}

it(`responds to random requests as documented, and never with an internal error (${REQUESTS} requests, seed ${SEED})`, async () => {
  const random = new Random(SEED);
  const { paths: documented, components } = (await app.anonymous.get('/docs-json')).body;
  const operations = operationsOf(documented);
  const validatorOf = validators(components.schemas);
  const values: SchemaValues = new SchemaValues(random, components.schemas, {
    openapi: () =>
      random.one<unknown>([
        api.document(NOTES_PATHS),
        JSON.stringify(api.document(NOTES_PATHS)),
        'openapi: 3.0.0',
        {},
        { openapi: '3.1.0' },
      ]),
    tools: () => [
      random.one<unknown>([{ type: 'browser' }, { type: 'plugins_prototype', metadata: null }, values.nasty()]),
      {
        type: 'plugins_prototype',
        metadata: {
          json_schema: {
            ...api.document(NOTES_PATHS),
            servers: [{ url: `https://f${random.below(1e6)}.example.com` }],
          },
          auth: random.one<unknown>([{ type: 'none' }, { type: 'service_http' }, { type: 'oauth' }, values.nasty()]),
        },
      },
    ],
    openapi_url: () => random.one([`${api.url}/openapi.json`, 'https://127.0.0.1/x', 'ftp://x']),
    operation_id: () => random.one(['listNotes', 'createNote', 'nothing']),
    user: () => random.one(['alice', 'bob', 'Älice', 'alice ']),
    gpt_id: () => idOf('gpt_id'),
    gpt_ids: () => [idOf('gpt_id')],
    action_id: () => idOf('action_id'),
    tenant_id: () => idOf('tenant_id'),
    token_url: () => `${provider.url}/token`,
    authorization_url: () => `${provider.url}/authorize`,
    revocation_url: () => `${provider.url}/revoke`,
    issuer: () => random.one([provider.url, 'https://id.example.com']),
    wait: () => 0,
    access_token: () => 'a token',
    values: () => ({}),
  });
  let pair: Record<string, string> | undefined;
  const idOf = (name: string): string =>
    pair?.[name] ?? random.one(ids.get(PREFIXES[name] ?? '') ?? paths[name] ?? ['none']);
  const seen = new Map<string, number>();
  const findings = new Map<string, string>();

  for (let count = 0; count < REQUESTS && findings.size < 12; count++) {
    // Recreates deleted resources.
    if (count % 500 === 499) await furnish();
    const operation = random.one(operations);
    pair = random.in(0.5) ? random.one(pairs) : undefined;
    const { method, path, parameters, body, hasLines, responses } = operation;
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const given = random.in(0.9) ? idOf(name) : String(values.nasty());
      return encodeURIComponent(given.isWellFormed() ? given.slice(0, 300) : 'x') || 'x';
    });
    const query = new URLSearchParams();
    for (const parameter of parameters.filter(
      (each) => each.in === 'query' && each.name !== 'wait' && random.in(0.3),
    )) {
      for (let times = random.in(0.05) ? 2 : 1; times > 0; times--)
        query.append(parameter.name, String(values.of(parameter.schema ?? {}, parameter.name)).slice(0, 3000));
    }
    if (random.in(0.03)) query.append('colour', 'red');
    const linesOf = () => Array.from({ length: random.below(4) }, () => JSON.stringify(values.of(LINE))).join('\n');
    const text = hasLines
      ? linesOf()
      : body &&
        (random.in(0.03)
          ? random.one(['', '{', 'null', '[]', '"x"', '{"a":1}x', '\ufeff{}'])
          : JSON.stringify(values.of(body)));
    const client = clientFor(random, path);
    const headers: Record<string, string> = random.in(0.02)
      ? { 'content-type': random.one(['text/plain', 'application/xml', 'application/json; charset=utf-7']) }
      : hasLines
        ? { 'content-type': 'application/x-ndjson' }
        : {};
    const target = `${filled}${query.size > 0 ? `?${query}` : ''}`;
    const answer = await client.send(method, target, text, headers);
    const { status } = answer;
    const label = `${method} ${path}`;
    seen.set(label, (seen.get(label) ?? 0) + (status < 400 ? 1 : 0));
    remember(answer.body);

    const found = (what: string) =>
      findings.set(
        `${label} ${what.slice(0, 60)}`,

        `${what}\n  curl -X ${method} '${target.slice(0, 500)}' -d '${(text ?? '').slice(0, 1000)}'\n  → ${status} ${JSON.stringify(answer.body).slice(0, 600)}`,
      );
    const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const isPage = /^\/(signin|connected|aip|mcp\/(confirm\/|\{gpt_id\}\/(authorize|consent\/)))/.test(path);
    if (status === 500 || (status > 500 && !responses[status])) found('a failure of its own');
    else if (!answer.headers.get('x-request-id')) found('no request id');
    else if (isPage) {
      if (status < 300 && type !== 'text/html') found(`a page of type ${type}`);
    } else if (!responses[status]) found(`status ${status} is not documented`);
    else if (status !== 204) {
      const documentedAs = responses[status].content ?? {};
      const schema = documentedAs[type]?.schema;
      if (!schema) found(`status ${status} is not documented with the type ${type}`);
      else if (type.endsWith('json')) {
        const isValid = validatorOf(schema);
        if (!isValid(answer.body))
          found(`the answer is not as documented: ${JSON.stringify(isValid.errors?.slice(0, 3))}`);
      }
    }
  }

  expect([...findings.values()].join('\n\n')).toBe('');
  for (const list of ['/v1/gpts', '/v1/keys', '/v1/connections', '/v1/connections/revocations', '/v1/audit-events']) {
    expect([list, (await tenant.admin.get(`${list}?limit=200`)).status]).toEqual([list, 200]);
  }
  for (const list of ['/v1/tenants', '/v1/vault/rotations']) expect((await app.operator.get(list)).status).toBe(200);
  // Most routes must also have succeeded, not only rejected requests.
  // Those of an authorization server need a GPT that has one, and those of MCP servers an action that is one; test/mcp-authorization and
  // test/mcp-servers use them.
  const isCounted = (route: string) => !/\/mcp[/_]|client\.json$/.test(route);
  const worked = [...seen].filter(([route, successes]) => successes > 0 && isCounted(route)).length;
  const counted = operations.filter((operation) => isCounted(operation.path)).length;
  expect(worked / counted).toBeGreaterThan(0.65);

  function remember(answered: unknown): void {
    if (typeof answered !== 'object' || answered === null || !('id' in answered) || typeof answered.id !== 'string')
      return;
    if (/^(g|act|conn|key|si|rev|rot|imp|t)-[a-z0-9]{26}$/.test(answered.id) && answered.id !== tenant.id)
      note(answered.id);
  }
}, 1_800_000);

function clientFor(random: Random, path: string): Client {
  if (random.in(0.03)) return app.anonymous;
  if (path.startsWith('/v1/tenants') || path.startsWith('/v1/vault')) return app.operator;
  return random.in(0.15) ? tenant.runtime : tenant.admin;
}
