import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mintKey, newId } from '../../src/common/index.js';
import { McpWorld, type SendOptions } from '../support/mcp-world.js';

let world: McpWorld;

beforeAll(async () => {
  world = await McpWorld.start();
});

beforeEach(() => world.reset());

afterAll(() => world.stop());

const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
const list = (options?: SendOptions) => world.send(LIST, options);
const statusOf = async (options: SendOptions) => (await list(options)).status;

/** Sends a request with a `Host` of its own, which `fetch` does not allow. */
function sendToHost(host: string, more: Record<string, string> = {}): Promise<number> {
  const headers = { host, 'content-type': 'application/json', authorization: `Bearer ${world.tenant.runtime.key}` };
  return sendRaw({ method: 'POST', gptId: world.gpt.id, headers: { ...headers, ...more }, body: LIST });
}

interface RawRequest {
  method: string;
  gptId: string;
  headers: Record<string, string>;
  body: unknown;
}

/** Returns the status of the response. */
function sendRaw({ method, gptId, headers, body }: RawRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: world.app.port, path: `/mcp/${gptId}`, method, headers };
    const sent = httpRequest(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once('error', reject);
    sent.end(JSON.stringify(body));
  });
}

it('checks method, host, content type, credential, origin, GPT and message in this order', async () => {
  const other = await world.app.tenant('Other');
  // Everything about the first request is wrong; each of the others corrects one thing more.
  const corrections: [number, Partial<RawRequest>, Record<string, string>?][] = [
    [405, {}],
    [403, { method: 'POST' }],
    [415, {}, { host: `127.0.0.1:${world.app.port}` }],
    [401, {}, { 'content-type': 'application/json' }],
    [403, {}, { authorization: `Bearer ${other.runtime.key}` }],
    [404, {}, { origin: world.app.url }],
    [400, {}, { authorization: `Bearer ${world.tenant.runtime.key}` }],
    [200, { body: LIST }],
  ];
  let request: RawRequest = {
    method: 'PUT',
    gptId: world.gpt.id,
    headers: { host: 'rebound.example', 'content-type': 'text/plain', origin: 'https://evil.example' },
    body: [LIST],
  };
  for (const [status, correction, headers] of corrections) {
    request = { ...request, ...correction, headers: { ...request.headers, ...headers } };
    expect([request, await sendRaw(request)]).toEqual([request, status]);
  }
});

describe('the method', () => {
  it.each(['GET', 'DELETE', 'PUT', 'PATCH'])(
    '%s is answered with 405 before anything else is checked',
    async (method) => {
      const { status, headers } = await world.app.anonymous.send(method, `/mcp/${world.gpt.id}`, undefined, {
        origin: 'https://evil.example',
      });
      expect([status, headers.get('allow'), headers.get('cache-control')]).toEqual([405, 'POST', 'no-store']);
    },
  );

  it('OPTIONS is answered alike for every origin and GPT', async () => {
    const preflight = async (gptId: string, origin: string) => {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const answer = await world.app.anonymous.send('OPTIONS', `/mcp/${gptId}`, undefined, headers);
      const names = ['allow-origin', 'allow-methods', 'allow-headers'].map((name) => `access-control-${name}`);
      return [answer.status, ...names.map((name) => answer.headers.get(name))];
    };
    const [own, other] = [await preflight(world.gpt.id, 'https://a.example'), await preflight('g-none', 'null')];
    expect(own).toEqual(other);
    expect(own).toEqual([
      204,
      '*',
      'POST',
      expect.stringMatching(/Countersign-User, Mcp-Session-Id, MCP-Protocol-Version, Mcp-Method, Mcp-Name/),
    ]);
  });
});

describe('the host', () => {
  it('is that of PUBLIC_URL, so that no page reaches the endpoint under its own name', async () => {
    expect(await sendToHost(`127.0.0.1:${world.app.port}`)).toBe(200);
    expect(await sendToHost('rebound.example')).toBe(403);
    expect(await sendToHost(`localhost:${world.app.port}`)).toBe(403);
  });

  it('is not taken from X-Forwarded-Host of a sender that is no trusted proxy', async () => {
    const own = `127.0.0.1:${world.app.port}`;
    expect(await sendToHost('rebound.example', { 'x-forwarded-host': own })).toBe(403);
  });
});

describe('the content type', () => {
  it('is JSON, and is checked before the credential', async () => {
    expect(await statusOf({ bearer: null, headers: { 'content-type': 'text/plain' } })).toBe(415);
    expect(await statusOf({ headers: { 'content-type': 'application/json; charset=utf-8' } })).toBe(200);
  });
});

describe('the credential', () => {
  it('is challenged for alike, whether or not the GPT exists and whatever the origin', async () => {
    const challenged = async (gptId: string, headers: Record<string, string> = {}) => {
      const answer = await world.app.anonymous.send('POST', `/mcp/${gptId}`, LIST, headers);
      const { request_id: _, ...body } = answer.body;
      const challenge = answer.headers.get('www-authenticate')?.replace(gptId, '<id>');
      return [answer.status, body, challenge, answer.headers.get('access-control-allow-origin')];
    };
    const own = await challenged(world.gpt.id);
    const metadata = `${world.app.url}/.well-known/oauth-protected-resource/mcp/<id>`;
    expect(own[0]).toBe(401);
    expect(own[2]).toBe(`Bearer resource_metadata="${metadata}", scope="mcp"`);
    expect(await challenged(newId('g'))).toEqual(own);
    expect(await challenged(world.gpt.id, { origin: 'https://evil.example' })).toEqual(own);
    expect(await challenged(newId('g'), { origin: 'null' })).toEqual(own);
  });

  it.each([
    ['garbage', 'garbage'],
    ['an unknown runtime key', mintKey('runtime', newId('key')).key],
    ['an unknown user token', `cs_mcp_${newId('mcpt')}_${'a'.repeat(52)}00000000`],
    ['a JWT, which this GPT does not accept', 'eyJhbGciOiJub25lIn0.e30.'],
  ])('%s is an invalid token', async (_, bearer) => {
    const { status, headers } = await list({ bearer });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toMatch(/, error="invalid_token"$/);
  });

  it('is refused with a response that caches do not store', async () => {
    for (const bearer of [null, 'garbage', world.tenant.admin.key ?? ''])
      expect((await list({ bearer })).headers.get('cache-control')).toBe('no-store');
  });

  it('names the required scope in the challenge', async () => {
    await world.set({ required_scope: 'assistant' });
    expect((await list({ bearer: null })).headers.get('www-authenticate')).toMatch(/scope="assistant"$/);
  });

  it('is a runtime key, as X-API-Key or as a bearer token', async () => {
    expect(await statusOf({})).toBe(200);
    expect(await statusOf({ bearer: null, headers: { 'x-api-key': world.tenant.runtime.key ?? '' } })).toBe(200);
  });

  it.each(['admin', 'operator'] as const)('is no key with the role %s, and is challenged for', async (role) => {
    const { key = '' } = role === 'admin' ? world.tenant.admin : world.app.operator;
    for (const options of [{ bearer: key }, { bearer: null, headers: { 'x-api-key': key } }]) {
      const { status, headers } = await list(options);
      expect([status, headers.get('www-authenticate')]).toEqual([403, expect.stringMatching(/^Bearer resource_met/)]);
    }
  });

  it('of the tenant finds no GPT that was never set up for MCP', async () => {
    world.gpt = await world.tenant.gpt();
    expect(await statusOf({})).toBe(404);
    expect(await statusOf({ bearer: null })).toBe(401);
  });

  it('of another tenant finds no GPT', async () => {
    const other = await world.app.tenant('Other');
    expect(await statusOf({ bearer: other.runtime.key })).toBe(404);
  });

  it('of a key that is restricted to another GPT finds no GPT', async () => {
    const gpt = await world.tenant.gpt();
    const restricted = { role: 'runtime', name: 'x', gpt_ids: [gpt.id] };
    const { key } = (await world.tenant.admin.post('/v1/keys', restricted)).body;
    expect(await statusOf({ bearer: key })).toBe(404);
  });

  it('is checked before the body is read', async () => {
    const body = `{"jsonrpc":"2.0","id":1,"method":"x","params":{"a":"${'x'.repeat(2_000_000)}"}}`;
    expect((await world.send(body, { bearer: null })).status).toBe(401);
    expect((await world.send(body)).status).toBe(413);
  });
});

describe('the origin', () => {
  it('is absent, our own, or allowed by the tenant of the credential', async () => {
    expect(await statusOf({ headers: { origin: world.app.url } })).toBe(200);
    for (const origin of ['https://chat.acme.example', 'null'])
      expect(await statusOf({ headers: { origin } })).toBe(403);
    const allowed = { allowed_origins: ['https://chat.acme.example'] };
    await world.app.operator.patch(`/v1/tenants/${world.tenant.id}`, allowed);
    const { status, headers } = await list({ headers: { origin: 'https://chat.acme.example' } });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, 'https://chat.acme.example']);
    expect(headers.get('access-control-expose-headers')).toMatch(/Mcp-Session-Id, WWW-Authenticate/);
    expect(await statusOf({ headers: { origin: 'null' } })).toBe(403);
  });

  it('is checked before the GPT, so that a page learns nothing about GPTs', async () => {
    const other = await world.app.tenant('Other');
    expect(await statusOf({ bearer: other.runtime.key, headers: { origin: 'https://evil.example' } })).toBe(403);
  });
});

describe('the end user', () => {
  it.each(['Jürgen 100%', '李雷', 'auth0|17', 'a b+c'])(
    'of a runtime key is percent-decoded from the header: %s',
    async (user) => {
      expect(await world.userOf({ user: encodeURIComponent(user) })).toBe(user);
    },
  );

  it('of a runtime key may be sent as it is where it is ASCII', async () => {
    expect(await world.userOf({ user: 'auth0|17 a+b' })).toBe('auth0|17 a+b');
  });

  it('is nobody if a runtime key names none', async () => {
    expect(await world.userOf({})).toBeUndefined();
  });

  it.each(['100%', '%FF', '%00', `${'x'.repeat(256)}`, '%ED%A0%80', 'J\u00fcrgen'])(
    'of a runtime key cannot be %j',
    async (user) => {
      expect((await world.call('about', {}, { user })).status).toBe(400);
    },
  );
});

describe('failed authentications', () => {
  it('are counted by network, and valid credentials are not affected', async () => {
    const limited = await McpWorld.start({ environment: { RATE_LIMIT_FAILED_AUTHENTICATION: '3' } });
    try {
      const statuses: number[] = [];
      for (let count = 0; count < 5; count++) statuses.push((await limited.send(LIST, { bearer: 'x' })).status);
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      expect((await limited.send(LIST)).status).toBe(200);
    } finally {
      await limited.stop();
    }
  });
});

describe('rate limits', () => {
  it('count each request for its key, and each tool call for its user', async () => {
    const limited = await McpWorld.start({ environment: { RATE_LIMIT_USER: '2', RATE_LIMIT_KEY: '100' } });
    try {
      const call = async (user: string) => (await limited.call('about', {}, { user })).status;
      expect([await call('alice'), await call('alice'), await call('alice'), await call('bob')]).toEqual([
        200, 200, 429, 200,
      ]);
      expect((await limited.ask('tools/list', {}, { user: 'alice' })).status).toBe(200);
      expect((await limited.send(LIST)).headers.get('ratelimit-policy')).toMatch(/"key";q=100/);
    } finally {
      await limited.stop();
    }
  });
});
