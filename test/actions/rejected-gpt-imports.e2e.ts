import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import { TestApp } from '../support/app.js';
import { ImportWorld, importInto, type Json } from '../support/imports.js';
import { problemOf } from '../support/problem.js';
import { database } from '../support/test-database.js';
import type { TestGpt } from '../support/tenant.js';
import { Upstream } from '../support/upstream.js';

let world: ImportWorld;
let weather: Upstream;

beforeAll(async () => {
  [world, weather] = await Promise.all([ImportWorld.start(), Upstream.start()]);
});

afterAll(() => Promise.all([world.stop(), weather.stop()]));

beforeEach(() => world.startTest());

/** An export whose second and fourth tools are actions, with changes of their metadata. */
function exported(notes: Json = {}, forecast: Json = {}): Json {
  const gpt = world.sample('exported-gpt', weather);
  const tools = gpt['tools'] as Json[];
  Object.assign(tools[1]?.['metadata'] as Json, notes);
  Object.assign(tools[3]?.['metadata'] as Json, forecast);
  return gpt;
}

/** Returns what a GPT has: its actions, and how many events say that one was created. */
async function contentsOf(gpt: TestGpt): Promise<{ actions: number; events: number; revision: unknown }> {
  const { admin } = gpt.tenant;
  const [actions, events, tables] = await Promise.all([
    admin.get(`${gpt.path}/actions`),
    admin.get('/v1/audit-events?type=action.created&limit=200'),
    world.app.database.tables(),
  ]);
  const ofGpt = events.body.data.filter(({ details }: { details: Json }) => details['gpt_id'] === gpt.id);
  const row = tables['gpts']?.find(({ id }) => id === gpt.id);
  return { actions: actions.body.data.length, events: ofGpt.length, revision: row?.['revision'] };
}

const NOTHING = { actions: 0, events: 0, revision: 1 };

/** Returns how many rows the tables have that an action is stored in. */
async function storedRows(): Promise<Record<string, number | undefined>> {
  const tables = await world.app.database.tables();
  const names = ['actions', 'operations', 'document_parts', 'source_parts'];
  return Object.fromEntries(names.map((name) => [name, tables[name]?.length]));
}

const SAME_DOMAIN = () => ({ json_schema: world.api.document({ '/x': { get: { operationId: 'x', responses: {} } } }) });

describe('a GPT with an action that cannot be imported', () => {
  const BROKEN = {
    openapi: '3.1.0',
    info: { title: 'x', version: '1' },
    servers: [{ url: 'https://x.example.com' }],
    paths: {},
  };
  const oauth = (changes: Json) => ({ auth: { type: 'oauth', ...changes } });

  it.each<[string, () => unknown, string]>([
    [
      'a broken document',
      () => exported({}, { json_schema: BROKEN }),
      '422 invalid_openapi /tools/3/metadata/json_schema',
    ],
    [
      'a document that is not YAML',
      () => exported({ raw_spec: '\tx: [' }),
      '422 invalid_openapi /tools/1/metadata/raw_spec',
    ],
    ['no document', () => exported({}, { json_schema: null }), '422 invalid_import /tools/3/metadata/raw_spec'],
    [
      'an unknown way to authenticate, and another without a document',
      () => exported({ auth: { type: 'magic' } }, { json_schema: null }),
      '422 invalid_import /tools/1/metadata/auth/type /tools/3/metadata/raw_spec',
    ],
    [
      'a token URL that may not be called',
      () =>
        exported({
          ...oauth({ client_url: `${world.provider.url}/authorize`, authorization_url: 'http://10.0.0.1/token' }),
          oauth_client_secret: 's',
        }),
      '422 invalid_import /tools/1/metadata/auth/authorization_url',
    ],
    [
      'a header that is none',
      () =>
        exported(
          {},
          { api_key: 'k', auth: { type: 'service_http', authorization_type: 'custom', custom_auth_header: 'a b' } },
        ),
      '422 invalid_import /tools/3/metadata/auth/custom_auth_header',
    ],
    [
      'no metadata',
      () => ({ tools: [{ type: 'plugins_prototype', metadata: null }] }),
      '422 invalid_import /tools/0/metadata',
    ],
    ['no action at all', () => ({ gizmo: {}, tools: [{ type: 'browser' }] }), '422 invalid_import /tools'],
    ['tools that are no list', () => ({ gizmo: { tools: {} } }), '422 invalid_import /tools'],
    [
      'fields for one action',
      () => ({
        manifest: exported(),
        auth: { client_secret: 'x' },
        server_url: null,
        privacy_policy_url: 'https://a.example',
      }),
      '400 invalid_request /auth /privacy_policy_url',
    ],
    [
      'two actions of one domain',
      () => exported({}, SAME_DOMAIN()),
      '409 duplicate_domain /tools/3/metadata/json_schema',
    ],
  ])('is rejected with the pointer of the tool, and creates nothing: %s', async (_, body, problem) => {
    expect(problemOf(await world.import(body()))).toBe(problem);
    expect(await contentsOf(world.gpt)).toEqual(NOTHING);
  });

  it('gets the errors of all its documents, with their places in them', async () => {
    const { status, body } = await world.import(
      exported({ raw_spec: 'openapi: 3.1.0\ninfo: 7\n' }, { json_schema: BROKEN }),
    );
    expect([status, body.code]).toEqual([422, 'invalid_openapi']);
    expect(body.detail).toBe('2 actions of the export cannot be imported');
    const places = body.errors.map(({ pointer, document_pointer }: Json) => [pointer, typeof document_pointer]);
    expect(places).toContainEqual(['/tools/1/metadata/raw_spec', 'string']);
    expect(places).toContainEqual(['/tools/3/metadata/json_schema', 'string']);
    expect(body.errors[0].line).toEqual(expect.any(Number));
  });
});

describe('a GPT whose domains are taken', () => {
  it('is rejected as a whole if one action exists already', async () => {
    await world.gpt.action(weather.document({ '/x': { get: { operationId: 'x', responses: {} } } }));
    expect(problemOf(await world.import(exported()))).toBe('409 duplicate_domain /tools/3/metadata/json_schema');
    expect(await contentsOf(world.gpt)).toEqual({ actions: 1, events: 1, revision: 2 });
  });

  it('is rejected with all pointers if it is imported twice', async () => {
    expect((await world.import(exported())).status).toBe(201);
    const again = await world.import(exported());
    expect(problemOf(again)).toBe('409 duplicate_domain /tools/1/metadata/raw_spec /tools/3/metadata/json_schema');
    expect(await contentsOf(world.gpt)).toEqual({ actions: 2, events: 2, revision: 3 });
  });

  it('is imported once if it is sent twice at the same time', async () => {
    const results = new Set<string>();
    for (let round = 0; round < 20; round++) {
      const gpt = await world.tenant.gpt();
      const answers = await Promise.all([importInto(gpt, exported()), importInto(gpt, exported())]);
      const [created, rejected] = answers.toSorted((a, b) => a.status - b.status);
      results.add(`${created?.status} ${created?.body.actions?.length}, ${rejected && problemOf(rejected)}`);
      expect(await contentsOf(gpt)).toEqual({ actions: 2, events: 2, revision: 3 });
    }
    expect([...results]).toEqual([
      '201 2, 409 duplicate_domain /tools/1/metadata/raw_spec /tools/3/metadata/json_schema',
    ]);
  });
});

describe('a GPT whose second action cannot be stored', () => {
  const query = (sql: string) => world.app.get(Database).dataSource.query(sql);

  afterEach(() => query('DROP TRIGGER IF EXISTS refusal'));

  it('creates nothing, and can be imported when the database works again', async () => {
    const before = await storedRows();
    const when = "NEW.operation_id = 'getForecast'";
    await query(
      database === 'sqlite'
        ? `CREATE TRIGGER refusal BEFORE INSERT ON operations WHEN ${when} BEGIN SELECT RAISE(ABORT, 'refused'); END`
        : `CREATE TRIGGER refusal BEFORE INSERT ON operations FOR EACH ROW
           IF ${when} THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF`,
    );
    const answer = await world.import(exported());
    expect(answer.status).toBe(500);
    expect(await contentsOf(world.gpt)).toEqual(NOTHING);
    expect(await storedRows()).toEqual(before);
    await query('DROP TRIGGER refusal');
    expect((await world.import(exported())).status).toBe(201);
  });
});

describe('a GPT with more actions than allowed', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ environment: { MAX_ACTIONS_PER_GPT: '2' } });
  });

  afterAll(() => app.stop());

  it('is rejected before its documents are read', async () => {
    const gpt = await (await app.tenant()).gpt();
    const tools = Array.from({ length: 3 }, () => ({
      type: 'plugins_prototype',
      metadata: { raw_spec: 'not read', auth: { type: 'none' } },
    }));
    const answer = await importInto(gpt, { tools });
    expect(problemOf(answer)).toBe('409 limit_reached');
    expect(answer.body.detail).toContain('at most 2 actions, and the export has 3');
  });

  it('is rejected as a whole if some of its actions would fit', async () => {
    const gpt = await (await app.tenant()).gpt();
    const { id } = await gpt.action({
      openapi: '3.1.0',
      info: { title: 'x', version: '1' },
      servers: [{ url: 'https://x.example.com' }],
      paths: { '/x': { get: { responses: {} } } },
    });
    expect(problemOf(await importInto(gpt, exported()))).toBe('409 limit_reached');
    await gpt.tenant.admin.delete(`${gpt.path}/actions/${id}`);
    expect((await importInto(gpt, exported())).status).toBe(201);
    // A repeated import is a conflict of domains rather than a matter of the limit.
    expect(problemOf(await importInto(gpt, exported()))).toMatch(/^409 duplicate_domain/);
  });
});
