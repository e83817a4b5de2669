import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EndUser } from '../support/end-user.js';
import { ImportWorld, importInto, type Json } from '../support/imports.js';
import { McpWorld, textOf } from '../support/mcp-world.js';
import { problemOf } from '../support/problem.js';
import { Upstream } from '../support/upstream.js';

let world: ImportWorld;
/** The API of the second action. */
let weather: Upstream;

beforeAll(async () => {
  [world, weather] = await Promise.all([ImportWorld.start(), Upstream.start()]);
});

afterAll(() => Promise.all([world.stop(), weather.stop()]));

beforeEach(async () => {
  await world.startTest();
  weather.requests.length = 0;
});

const exported = () => world.sample('exported-gpt', weather);

/** The export with changes of the metadata of its actions. */
function withActions(...changes: Json[]): Json {
  const gpt = exported();
  const actions = toolsOf(gpt).filter(({ type }) => type === 'plugins_prototype');
  for (const [index, change] of changes.entries()) Object.assign(actions[index]?.['metadata'] as Json, change);
  return gpt;
}

function toolsOf(gpt: Json): Json[] {
  return gpt['tools'] as Json[];
}

const codesOf = (notes: { code: string }[]) => notes.map(({ code }) => code);

async function actionsOfGpt(): Promise<Json[]> {
  return (await world.tenant.admin.get(`${world.gpt.path}/actions`)).body.data;
}

async function auditEvents(): Promise<Json[]> {
  const { body } = await world.tenant.admin.get('/v1/audit-events?type=action.created&limit=200');
  return body.data.filter(({ details }: { details: Json }) => details['gpt_id'] === world.gpt.id);
}

describe('an exported GPT', () => {
  it('becomes actions in the order of its tools, without the secrets that it hides', async () => {
    const { status, body } = await world.import(exported());
    expect(status).toBe(201);
    expect(body.actions.map(({ action, imported_from }: Json) => [(action as Json)['title'], imported_from])).toEqual([
      [
        'Trail notes',
        {
          format: 'chatgpt_action',
          pointer: '/tools/1',
          action_id: 'g-91c0de5a7f3b42e8a6d1904bb2f7c35e80ad6f12',
        },
      ],
      [
        'Mountain weather',
        {
          format: 'chatgpt_action',
          pointer: '/tools/3',
          action_id: 'g-02f6a9d3c7b14805be9d77a1e6530c4df8b21a90',
        },
      ],
    ]);
    const [notes, forecast] = body.actions;
    expect(notes.action).toMatchObject({
      domain: world.api.domain,
      openapi_format: 'yaml',
      privacy_policy_url: 'https://www.example.com/privacy',
      auth: { type: 'none', missing_fields: ['client_secret'] },
      suggested_auth: {
        type: 'oauth',
        client_id: world.provider.clientId,
        authorization_url: `${world.provider.url}/authorize`,
        token_url: `${world.provider.url}/token`,
      },
    });
    expect(forecast.action).toMatchObject({
      domain: weather.domain,
      auth: { type: 'none', missing_fields: ['api_key'] },
      suggested_auth: { type: 'api_key', auth_type: 'custom', custom_header_name: 'X-Weather-Key' },
    });
    expect(await actionsOfGpt()).toEqual(body.actions.map(({ action }: Json) => action));
  });

  it('is answered with what to do for each action, and with the callback URL to register', async () => {
    const { body } = await world.import(exported());
    const [notes, forecast] = body.actions;
    expect(codesOf(notes.to_do)).toEqual([
      'credentials_missing',
      'check_document',
      'register_callback_url',
      'sign_in_again',
      'enable_mcp',
    ]);
    expect(notes.to_do[0]).toEqual({
      code: 'credentials_missing',
      message: expect.stringContaining(`send client_secret to PUT ${world.gpt.path}/actions/${notes.action.id}/auth`),
      pointer: '/tools/1/metadata/auth',
    });
    expect(notes.callback_url).toBe(notes.action.callback_url);
    const [, , register] = notes.to_do;
    expect(register.message).toContain(notes.callback_url);
    expect(register.message).toContain('/aip/g-91c0de5a7f3b42e8a6d1904bb2f7c35e80ad6f12/oauth/callback');
    expect(codesOf(forecast.to_do)).toEqual(['credentials_missing', 'check_document', 'enable_mcp']);
    expect(forecast.callback_url).toBeNull();
    expect(body.mcp).toEqual({ url: `${world.app.url}/mcp/${world.gpt.id}`, enabled: false });
    expect(notes.to_do.at(-1).message).toContain(`PUT ${world.gpt.path}/mcp`);
  });

  it('is answered with what each action does otherwise than in ChatGPT', async () => {
    const { body } = await world.import(exported());
    const [notes, forecast] = body.actions;
    expect(codesOf(notes.differences)).toEqual([
      'callback_url',
      'pkce',
      'confirmations',
      'unconfirmed_calls',
      'headers',
      'addresses',
      'long_responses',
    ]);
    const messageOf = (code: string) => notes.differences.find((each: Json) => each['code'] === code).message;
    expect(messageOf('confirmations')).toContain('every call of createNote:');
    expect(messageOf('unconfirmed_calls')).toContain('calls of setBookmark are made');
    expect(codesOf(forecast.differences)).toEqual(['headers', 'addresses', 'long_responses']);
  });

  it('is answered with everything that is not imported, and leaves the GPT and its MCP settings as they are', async () => {
    const before = (await world.tenant.admin.get(world.gpt.path)).body;
    const { body } = await world.import(exported());
    expect(body.not_imported.map(({ code, pointer }: Json) => `${String(code)} ${String(pointer)}`)).toEqual([
      'verification_tokens_ignored /tools/1/metadata/auth/verification_tokens',
      'web_search /tools/0',
      'code_interpreter /tools/2',
      'image_generation /tools/4',
      'instructions /gizmo/instructions',
      'name_and_description /gizmo/display/name',
      'conversation_starters /gizmo/display/prompt_starters',
      'knowledge_files /files',
    ]);
    expect((await world.tenant.admin.get(world.gpt.path)).body).toMatchObject({
      name: before.name,
      instructions: before.instructions,
    });
    expect((await world.tenant.admin.get(`${world.gpt.path}/mcp`)).body).toMatchObject({ enabled: false });
  });

  it('needs no step for MCP if the GPT is offered to MCP clients', async () => {
    await world.tenant.admin.put(`${world.gpt.path}/mcp`, { enabled: true });
    const { body } = await world.import(exported());
    expect(body.mcp.enabled).toBe(true);
    expect(body.actions.flatMap(({ to_do }: { to_do: { code: string }[] }) => codesOf(to_do))).not.toContain(
      'enable_mcp',
    );
  });

  it.each<[string, (gpt: Json) => Json, string]>([
    ['in gizmo', ({ gizmo, tools, files }) => ({ gizmo: { gizmo, tools, files } }), '/gizmo/tools/1'],
    ['in resource', (gpt) => ({ resource: gpt }), '/resource/tools/1'],
    [
      'in the gizmo of resource',
      ({ gizmo, tools }) => ({ resource: { gizmo: { ...(gizmo as Json), tools } } }),
      '/resource/gizmo/tools/1',
    ],
    ['without gizmo', ({ gizmo, tools, files }) => ({ ...(gizmo as Json), tools, files }), '/tools/1'],
    ['in the member manifest', (gpt) => ({ manifest: gpt }), '/tools/1'],
    ['in the member manifest, as text', (gpt) => ({ manifest: JSON.stringify(gpt) }), '/tools/1'],
  ])('can have its tools %s', async (_, wrap, pointer) => {
    const { status, body } = await world.import(wrap(exported()));
    expect([status, body.actions?.[0].imported_from.pointer]).toEqual([201, pointer]);
    expect(codesOf(body.not_imported)).toContain('instructions');
  });

  it('can be fetched from a URL', async () => {
    const gpt = exported();
    world.api.respondWith(() => ({ body: gpt }));
    const { status, body } = await world.import({ manifest_url: `${world.api.url}/gpt.json` });
    expect([status, body.actions?.length]).toEqual([201, 2]);
  });

  it('may have documents of many kilobytes, which are read in threads', async () => {
    const paths = (prefix: string) =>
      Object.fromEntries(
        Array.from({ length: 400 }, (_, index) => [
          `/${prefix}/${index}`,
          { get: { operationId: `${prefix}${index}`, responses: { 200: { description: 'x'.repeat(200) } } } },
        ]),
      );
    const raw_spec = JSON.stringify(world.api.document(paths('a')));
    const json_schema = weather.document(paths('b'));
    const { status, body } = await world.import({ resource: withActions({ raw_spec }, { json_schema }) });
    const counts = body.actions?.map(({ action }: { action: { operations: unknown[] } }) => action.operations.length);
    expect([status, counts]).toEqual([201, [400, 400]]);
  });

  it('may have many documents that are small, and large together', async () => {
    const operations = Array.from({ length: 30 }, (_, index) => [
      `/x/${index}`,
      { get: { operationId: `x${index}`, tags: ['a', 'b'], responses: { 200: { description: '' } } } },
    ]);
    const tools = Array.from({ length: 60 }, (_, index) => ({
      type: 'plugins_prototype',
      metadata: {
        json_schema: {
          ...weather.document(Object.fromEntries(operations)),
          servers: [{ url: `https://x${index}.example.com` }],
        },
        auth: { type: 'none' },
      },
    }));
    const { status, body } = await world.import({ tools });
    expect([status, body.actions?.length]).toEqual([201, 60]);
    const domains = (await world.tenant.admin.get(`${world.gpt.path}/actions?limit=100`)).body.data;
    expect(domains.map(({ domain }: Json) => domain)).toEqual(tools.map((_, index) => `x${index}.example.com`));
  });

  it('reports secrets neither in the response nor in logs, audit events or the database', async () => {
    const gpt = withActions({ oauth_client_secret: world.provider.clientSecret }, { api_key: 'canary-weather-key' });
    const { status, body } = await world.import(gpt);
    expect(status).toBe(201);
    const [notes, forecast] = body.actions;
    expect(notes.action.auth).toMatchObject({ type: 'oauth', client_secret: '[HIDDEN]' });
    expect(forecast.action.auth).toMatchObject({ type: 'api_key', api_key: '[HIDDEN]' });
    await world.gpt.call('getForecast', { arguments: { place: 'Oslo' } });
    expect(weather.last.headers['x-weather-key']).toBe('canary-weather-key');
    const seen = [JSON.stringify(body), JSON.stringify(await auditEvents()), world.app.logLines.join('\n')];
    seen.push(await world.app.database.dump());
    for (const secret of [world.provider.clientSecret, 'canary-weather-key', 'canary-verification-token'])
      expect(seen.filter((text) => text.includes(secret))).toEqual([]);
  });
});

describe('an imported action without its credentials', () => {
  it('refuses calls until the credentials are set, and then signs users in', async () => {
    const { body } = await world.import(exported());
    const [{ action }] = body.actions;
    const refused = await world.gpt.call('listNotes', { user: 'alice' });
    expect(problemOf(refused)).toBe('409 credentials_missing');
    expect(refused.body.detail).toContain(`client_secret to PUT ${world.gpt.path}/actions/${action.id}/auth`);
    expect(world.api.requests).toEqual([]);
    await world.tenant.admin.put(`${world.gpt.path}/actions/${action.id}/auth`, {
      type: 'oauth',
      client_secret: world.provider.clientSecret,
    });
    const alice = new EndUser(world.gpt, 'alice');
    expect((await (await alice.signsIn()).view()).status).toBe('connected');
    expect((await alice.calls()).body).toMatchObject({ outcome: 'completed', response: { status: 200 } });
  });

  it('answers MCP clients in words until they are set', async () => {
    const { body } = await world.import(exported());
    const mcp = await McpWorld.of(world.app, weather, world.gpt);
    const tools = (await mcp.ask('tools/list')).body.result.tools.map(({ name }: { name: string }) => name);
    expect(tools.toSorted()).toEqual(['createNote', 'getForecast', 'listNotes', 'setBookmark']);
    const refused = await mcp.call('getForecast', { place: 'Oslo' });
    expect(refused.body.result.isError).toBe(true);
    expect(textOf(refused)).toContain('cannot be called yet: an administrator has to send api_key');
    const [, { action }] = body.actions;
    await world.tenant.admin.put(`${world.gpt.path}/actions/${action.id}/auth`, { type: 'api_key', api_key: 'k' });
    expect(textOf(await mcp.call('getForecast', { place: 'Oslo' }))).toContain('"ok"');
    expect(weather.last.headers['x-weather-key']).toBe('k');
  });

  it('makes calls that the document opens to everyone', async () => {
    const json_schema = weather.document({ '/open': { get: { operationId: 'open', security: [], responses: {} } } });
    await world.import(withActions({}, { json_schema }));
    expect((await world.gpt.call('open')).body).toMatchObject({ outcome: 'completed' });
  });

  it('can be set to need none', async () => {
    const { body } = await world.import(exported());
    const [, { action }] = body.actions;
    const path = `${world.gpt.path}/actions/${action.id}/auth`;
    expect((await world.tenant.admin.put(path, { type: 'none' })).body).toEqual({ type: 'none' });
    expect((await world.gpt.call('getForecast', { arguments: { place: 'Oslo' } })).body).toMatchObject({
      outcome: 'completed',
    });
  });

  it('keeps what the export says about its schema when its document changes', async () => {
    const { body } = await world.import(exported());
    const [{ action }] = body.actions;
    const path = `${world.gpt.path}/actions/${action.id}`;
    const changed = await world.tenant.admin.patch(path, { openapi: world.document() });
    expect(changed.body).toMatchObject({ title: 'Notes', auth: action.auth, suggested_auth: action.suggested_auth });
    const auth = { type: 'oauth', client_secret: 's' };
    const set = await world.tenant.admin.patch(path, { openapi: world.document(), auth });
    expect(set.body.auth).toMatchObject({ type: 'oauth', client_id: world.provider.clientId });
  });
});

describe('a single action', () => {
  const auth = { type: 'service_http', authorization_type: 'bearer' };

  it.each<[string, () => Json, string]>([
    ['openapi, an object', () => ({ openapi: world.document(), auth }), ''],
    ['openapi, text', () => ({ openapi: JSON.stringify(world.document()), auth }), ''],
    ['schema', () => ({ schema: world.document(), auth }), ''],
    ['document', () => ({ document: JSON.stringify(world.document()), auth, domain: world.api.domain }), ''],
    ['raw_spec, an object', () => ({ raw_spec: world.document(), auth }), ''],
    ['the schema of metadata', () => ({ metadata: { schema: world.document(), auth } }), ''],
  ])('can have its document in %s', async (_, body, pointer) => {
    const answer = await world.import(body());
    expect([answer.status, answer.body.actions?.length]).toEqual([201, 1]);
    const [imported] = answer.body.actions;
    expect(imported.imported_from).toEqual({ format: 'chatgpt_action', pointer, action_id: null });
    expect(imported.action.suggested_auth).toMatchObject({ type: 'api_key', auth_type: 'bearer' });
  });

  it('has its two URLs and its client read by unambiguous names, too', async () => {
    const client = { client_id: world.provider.clientId, client_secret: world.provider.clientSecret };
    const urls = { authorization_url: `${world.provider.url}/authorize`, token_url: `${world.provider.url}/token` };
    const { body } = await world.import({ openapi: world.document(), auth: { type: 'oauth', ...urls, ...client } });
    expect(body.actions[0].action.auth).toMatchObject({ ...urls, client_secret: '[HIDDEN]' });
    expect(body.actions[0].to_do.map(({ code }: Json) => code)).not.toContain('urls_unclear');
  });

  it('of LibreChat is answered with fewer differences', async () => {
    const { body } = await world.import(world.sample('librechat-action'));
    const [imported] = body.actions;
    expect(imported.imported_from).toEqual({ format: 'librechat_action', pointer: '', action_id: null });
    expect(codesOf(imported.differences)).toEqual(['callback_url', 'addresses']);
    expect(codesOf(imported.to_do)).toEqual(['check_document', 'register_callback_url', 'sign_in_again', 'enable_mcp']);
  });

  it('of a plugin manifest is fetched from its URL, and the description for models is reported', async () => {
    world.api.respondWith(() => ({ body: world.document() }));
    const { body } = await world.import(world.sample('plugin-manifest'));
    const [imported] = body.actions;
    expect(imported.imported_from).toEqual({ format: 'plugin_manifest', pointer: '', action_id: null });
    expect(codesOf(body.not_imported)).toEqual(['verification_tokens_ignored', 'instructions']);
    expect(codesOf(imported.to_do)).toContain('credentials_missing');
  });

  it('is reported if it calls another host than at its platform', async () => {
    const { body } = await world.import({ openapi: world.document(), auth, domain: 'other.example.com' });
    expect(body.actions[0].to_do[0]).toEqual({
      code: 'domain_differs',
      message: `the export says other.example.com, and calls go to ${world.api.domain}, as the document says: check which is right`,
      pointer: '/domain',
    });
  });

  it('names the route for schemas of Countersign if it has one', async () => {
    const answer = await world.import({ openapi: world.document(), auth: { type: 'api_key', api_key: 'canary' } });
    expect(problemOf(answer)).toBe('422 invalid_import /auth/type');
    expect(answer.body.detail).toContain('POST /v1/gpts/{gpt_id}/actions');
  });
});

it('the GPT of another tenant gets nothing', async () => {
  const stranger = await world.app.tenant('Other');
  const answer = await stranger.admin.post(`${world.gpt.path}/imports`, exported());
  expect(problemOf(answer)).toBe('404 not_found');
  expect(await actionsOfGpt()).toEqual([]);
  expect((await importInto(await stranger.gpt(), exported())).status).toBe(201);
});

it('the actions of a GPT are recorded in the audit log, each with what it lacks', async () => {
  await world.import(exported());
  expect((await auditEvents()).map(({ details }) => details)).toEqual([
    {
      gpt_id: world.gpt.id,
      domain: world.api.domain,
      auth: 'none',
      missing_fields: ['client_secret'],
      form: 'chatgpt_action',
    },
    { gpt_id: world.gpt.id, domain: weather.domain, auth: 'none', missing_fields: ['api_key'], form: 'chatgpt_action' },
  ]);
});
