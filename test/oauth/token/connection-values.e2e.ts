import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Egress, type EgressRequest } from '../../../src/egress/index.js';
import { EndUser } from '../../support/end-user.js';
import { OAuthWorld } from '../../support/oauth-world.js';
import { problemOf } from '../../support/problem.js';
import { NOTES_PATHS } from '../../support/upstream.js';

const INSTANCE = {
  name: 'instance_host',
  from: 'token',
  pointer: '/instance_url',
  pattern: 'https://([a-z0-9.-]+)',
};
const REALM = { name: 'realmId', from: 'callback', pointer: '/realmId', pattern: '\\d{1,20}' };
const SCHEMA = { connection_values: [INSTANCE, REALM], allowed_hosts: ['*.notes.example.com'] };
const ACME = 'https://acme.notes.example.com';

let world: OAuthWorld;
/** The hosts that calls went to. Names below example.com lead to the API on loopback. */
let hosts: string[];

beforeAll(async () => {
  world = await OAuthWorld.start();
  const egress = world.app.get(Egress);
  const request = egress.request.bind(egress);
  egress.request = (outgoing: EgressRequest) => {
    const url = new URL(outgoing.url);
    if (!url.hostname.endsWith('.example.com')) return request(outgoing);
    hosts.push(url.hostname);
    url.hostname = '127.0.0.1';
    return request({ ...outgoing, url: url.href });
  };
});

afterAll(() => world.stop());

beforeEach(() => {
  world.reset();
  hosts = [];
  returns(ACME, '46208163');
});

/** Sets the values that the provider returns. */
function returns(instance_url: unknown, realmId?: string): void {
  world.provider.simulate({ extra: { instance_url }, redirectWith: { realmId: realmId ?? '' } });
}

function openapi(server = 'http://{connection.instance_host}:PORT/v3/{connection.realmId}'): object {
  const { port } = new URL(world.api.url);
  return { ...world.api.document(NOTES_PATHS), servers: [{ url: server.replace('PORT', port) }] };
}

async function user(schema: object = SCHEMA, document = openapi(), name = 'alice'): Promise<EndUser> {
  const gpt = await world.tenant.gpt();
  await gpt.action(document, world.provider.schema(schema));
  return new EndUser(gpt, name);
}

async function added(schema: object, document = openapi()): Promise<string> {
  const answer = await (await world.tenant.gpt()).addAction({ openapi: document, auth: schema });
  return answer.status === 201 ? 'saved' : problemOf(answer);
}

/** Returns the values that an admin sees. */
async function valuesOf(alice: EndUser): Promise<unknown> {
  const { id } = await alice.connection();
  return (await world.tenant.admin.get(`/v1/connections/${id}`)).body.values;
}

describe('values of a sign-in', () => {
  it('lead the calls of each user to their own server', async () => {
    const alice = await user();
    await alice.signsIn();
    expect((await alice.calls()).body.outcome).toBe('completed');
    expect(world.api.last.path).toBe('/v3/46208163/notes');
    returns('https://beta.notes.example.com', '7');
    const bob = new EndUser(alice.gpt, 'bob');
    await bob.signsIn();
    await bob.calls();
    expect(world.api.last.path).toBe('/v3/7/notes');
    await alice.calls();
    expect(hosts).toEqual(['acme.notes.example.com', 'beta.notes.example.com', 'acme.notes.example.com']);
  });

  it('can be part of static headers', async () => {
    const schema = { connection_values: [REALM], static_headers: { 'X-Company': 'company {connection.realmId}' } };
    const alice = await user(schema, world.api.document(NOTES_PATHS));
    await alice.signsIn();
    await alice.calls();
    expect(world.api.last.headers['x-company']).toBe('company 46208163');
  });

  it('are shown to admins only, and stored sealed', async () => {
    const alice = await user();
    await alice.signsIn();
    expect(await valuesOf(alice)).toEqual({ instance_host: 'acme.notes.example.com', realmId: '46208163' });
    const { id } = await alice.connection();
    expect((await world.tenant.runtime.get(`/v1/connections/${id}`)).body).not.toHaveProperty('values');
    expect(JSON.stringify(await world.row({ id }))).not.toContain('46208163');
  });

  it('survive a refresh, which replaces them under the same checks', async () => {
    const alice = await user();
    await alice.signsIn();
    for (const [instance, expected] of [
      ['https://moved.notes.example.com', 'moved.notes.example.com'],
      ['https://evil.example.com', 'moved.notes.example.com'],
      ['not a URL', 'moved.notes.example.com'],
      [undefined, 'moved.notes.example.com'],
      ['https://acme.notes.example.com', 'acme.notes.example.com'],
    ] as const) {
      returns(instance);
      world.app.clock.advance({ hours: 2 });
      expect((await alice.calls()).body.outcome).toBe('completed');
      expect(hosts.at(-1)).toBe(expected);
    }
    expect(await valuesOf(alice)).toEqual({ instance_host: 'acme.notes.example.com', realmId: '46208163' });
  });

  it('do not let an argument stand for a value', async () => {
    const paths = {
      '/notes/{id}': {
        get: {
          operationId: 'listNotes',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        },
      },
    };
    const alice = await user(SCHEMA, { ...openapi(), paths });
    await alice.signsIn({ arguments: { id: 'x' } });
    await alice.calls({ arguments: { id: '{connection.realmId}' } });
    expect(world.api.last.path).toBe('/v3/46208163/notes/%7Bconnection.realmId%7D');
  });
});

describe('a sign-in is refused', () => {
  it.each<[string, unknown, string | undefined]>([
    ['a host that is not allowed', 'https://evil.example.com', '1'],
    ['a host that only ends with the text of an allowed one', 'https://evilnotes.example.com', '1'],
    ['the domain of a wildcard itself', 'https://notes.example.com', '1'],
    ['an address', 'https://127.0.0.1', '1'],
    ['more than a host', 'https://acme.notes.example.com/path', '1'],
    ['a host with an empty label', 'https://acme..notes.example.com', '1'],
    ['a value that is not text', { host: 'x' }, '1'],
    ['a missing value of the token response', undefined, '1'],
    ['a missing value of the callback', ACME, undefined],
    ['a value that matches only in part', ACME, '1/../2'],
    ['a value with a line break', ACME, '1\n'],
  ])('with connection_value_refused for %s', async (_, instance, realm) => {
    returns(instance, realm);
    const alice = await user();
    const signIn = await alice.signsIn();
    const { status, error } = await signIn.view();
    expect({ status, code: error.code }).toEqual({ status: 'failed', code: 'connection_value_refused' });
    expect((await signIn.trace()).diagnosis_code).toBe('connection_value_refused');
    expect(await alice.connections()).toEqual([]);
    expect(hosts).toEqual([]);
  });
});

describe('a schema with values', () => {
  const schema = (change: object) => world.provider.schema({ ...SCHEMA, ...change });

  it.each<[object, string]>([
    [{ connection_values: undefined }, '/connection_values /connection_values'],
    [{ connection_values: [REALM] }, '/connection_values'],
    [{ allowed_hosts: undefined }, '/allowed_hosts'],
    [{ allowed_hosts: ['*.com'] }, '/allowed_hosts'],
    [{ allowed_hosts: ['*.github.io'] }, '/allowed_hosts'],
    [{ allowed_hosts: ['10.0.0.1'] }, '/allowed_hosts'],
    [{ allowed_hosts: ['*'] }, '/allowed_hosts'],
    [{ allowed_hosts: [] }, '/allowed_hosts'],
    [{ connection_values: [INSTANCE, { ...REALM, pattern: '(a+)+b' }] }, '/connection_values'],
    [{ connection_values: [INSTANCE, { ...REALM, pattern: '(' }] }, '/connection_values'],
    [{ connection_values: [INSTANCE, { ...REALM, pointer: '/code' }] }, '/connection_values'],
    [{ connection_values: [{ ...INSTANCE, pointer: '/access_token' }, REALM] }, '/connection_values'],
    [{ connection_values: [INSTANCE, { ...REALM, name: 'Instance_Host' }] }, '/connection_values'],
    [{ connection_values: [INSTANCE, { ...REALM, from: 'browser' }] }, '/connection_values'],
    [{ connection_values: [INSTANCE, { ...REALM, extra: 1 }] }, '/connection_values'],
    [{ static_headers: { 'X-A': '{connection.unknown}' } }, '/static_headers'],
  ])('is rejected with a pointer: %j', async (change, pointers) => {
    const expected = pointers.split(' ').map((pointer) => `/auth${pointer}`);
    expect(await added(schema(change))).toBe(`400 invalid_request ${expected.join(' ')}`);
  });

  it('is required by a document whose server contains a value', async () => {
    expect(await added({ type: 'none' })).toBe('400 invalid_request /auth/type');
    expect(await added(schema({}))).toBe('saved');
  });

  it('ends the connections and requires the secrets again if the allowed hosts change', async () => {
    const alice = await user();
    await alice.signsIn();
    const { data } = (await world.tenant.admin.get(`${alice.gpt.path}/actions`)).body;
    const path = `${alice.gpt.path}/actions/${data[0].id}/auth`;
    const other = { allowed_hosts: ['*.other.example.com'] };
    const kept = await world.tenant.admin.put(path, schema({ ...other, client_secret: '[HIDDEN]' }));
    expect(problemOf(kept)).toBe('409 secrets_required /client_secret');
    await world.tenant.admin.put(path, schema(other));
    expect((await alice.calls()).body.outcome).toBe('sign_in_required');
  });
});
