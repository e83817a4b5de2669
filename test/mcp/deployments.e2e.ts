import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { McpWorld } from '../support/mcp-world.js';

let world: McpWorld;

afterEach(() => world.stop());

/** Sends `tools/list` to the port of the app, as a reverse proxy does. */
function sendAsProxy(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port: world.app.port,
        path,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${world.tenant.runtime.key}`,
          ...headers,
        },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.once('error', reject);
    sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }));
  });
}

describe('behind a trusted proxy', () => {
  it('the host is the one that the proxy reports', async () => {
    world = await McpWorld.start({ environment: { TRUSTED_PROXIES: '127.0.0.1' } });
    const own = `127.0.0.1:${world.app.port}`;
    const path = `/mcp/${world.gpt.id}`;
    expect(await sendAsProxy(path, { host: 'internal:3000', 'x-forwarded-host': own })).toBe(200);
    expect(await sendAsProxy(path, { host: own, 'x-forwarded-host': 'rebound.example' })).toBe(403);
  });
});

describe('under a path of PUBLIC_URL', () => {
  it('the endpoint, its metadata and its pages have the path', async () => {
    const port = await freePort();
    world = await McpWorld.start({ port, environment: { PUBLIC_URL: `http://127.0.0.1:${port}/assistants` } });
    const { url } = await world.set();
    expect(url).toBe(`http://127.0.0.1:${port}/assistants/mcp/${world.gpt.id}`);
    expect((await fetch(url)).status).toBe(405);
    const refused = await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    const [, metadata = ''] = /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
    expect(await (await fetch(metadata)).json()).toMatchObject({ resource: url });
    const asked = await world.call('createNote', { body: { title: 'x' } }, { user: 'alice' });
    const [link = ''] = /http\S+$/.exec(asked.body.result.content[0].text) ?? [];
    expect(await (await fetch(link)).text()).toContain('action="/assistants/mcp/confirm/');
  });
});
