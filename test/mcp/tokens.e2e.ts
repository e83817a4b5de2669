import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/index.js';
import { McpToken } from '../../src/mcp/index.js';
import { McpWorld, textOf } from '../support/mcp-world.js';

let world: McpWorld;

beforeAll(async () => {
  world = await McpWorld.start();
});

beforeEach(() => world.reset());

afterAll(() => world.stop());

const statusOf = async (bearer: string) => (await world.ask('tools/list', {}, { bearer })).status;

describe('a user token', () => {
  it('is valid at its GPT until it expires', async () => {
    const { id, token, url, expires_at } = await world.token('alice', { expires_in: 60 });
    expect(id).toMatch(/^mcpt-[a-z0-9]{26}$/);
    expect(token).toMatch(new RegExp(`^cs_mcp_${id}_[a-z0-9]{60}$`));
    expect(url).toBe(world.url);
    expect(new Date(expires_at).getTime() - world.app.clock.now().getTime()).toBeLessThanOrEqual(60_000);
    expect(await statusOf(token)).toBe(200);
    const other = await world.tenant.gpt();
    await world.tenant.admin.put(`${other.path}/mcp`, { enabled: true });
    const elsewhere = await world.app.anonymous.send(
      'POST',
      `/mcp/${other.id}`,
      {},
      { authorization: `Bearer ${token}` },
    );
    expect(elsewhere.status).toBe(401);
    world.app.clock.advance({ seconds: 61 });
    expect(await statusOf(token)).toBe(401);
  });

  it('is stored as a digest', async () => {
    const { token } = await world.token();
    const rows = await world.app.get(Database).read((manager) => manager.find(McpToken));
    expect(JSON.stringify(rows)).not.toContain(token.split('_').at(-1).slice(0, 52));
  });

  it('ends when it is revoked', async () => {
    const { id, token } = await world.token();
    expect(await statusOf(token)).toBe(200);
    expect((await world.tenant.runtime.delete(`/v1/mcp-tokens/${id}`)).status).toBe(204);
    expect(await statusOf(token)).toBe(401);
    expect((await world.tenant.runtime.delete(`/v1/mcp-tokens/${id}`)).status).toBe(404);
  });

  it('ends when the key that created it is revoked or expires', async () => {
    const { admin } = world.tenant;
    const expires_at = new Date(world.app.clock.now().getTime() + 30_000).toISOString();
    for (const ends of ['revoked', 'expired']) {
      const key = (
        await admin.post('/v1/keys', { role: 'runtime', name: 'x', ...(ends === 'expired' && { expires_at }) })
      ).body;
      const created = await world.app.anonymous.send(
        'POST',
        '/v1/mcp-tokens',
        { gpt_id: world.gpt.id, user: 'alice' },
        { 'x-api-key': key.key },
      );
      const { token } = created.body;
      expect(await statusOf(token)).toBe(200);
      if (ends === 'revoked') await admin.delete(`/v1/keys/${key.id}`);
      else world.app.clock.advance({ seconds: 31 });
      expect([ends, await statusOf(token)]).toEqual([ends, 401]);
    }
  });

  it('names its user, whatever headers, parameters, _meta, client and arguments say', async () => {
    const { token } = await world.token('alice');
    const user = 'mallory';
    const _meta = {
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { url: {} }, user },
      'io.modelcontextprotocol/clientInfo': { name: user, version: '1', user },
      user,
      'countersign/user': user,
    };
    const headers = { 'x-user': user, 'countersign-user': user };
    for (const more of [{}, { user }, { _meta }])
      expect(await world.userOf({ bearer: token, user, headers }, more)).toBe('alice');
    // An argument that the operation does not have is refused, not read.
    const answer = await world.call('createNote', { body: { title: 'x' }, user }, { bearer: token });
    expect(answer.body.result.isError).toBe(true);
    expect(textOf(answer)).toContain('/arguments/user');
  });

  it('names its user in a session, whatever the client called itself', async () => {
    const { token: bearer } = await world.token('alice');
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: { url: {} } },
      clientInfo: { name: 'mallory', version: '1', user: 'mallory' },
      user: 'mallory',
    };
    const opened = await world.send(
      { jsonrpc: '2.0', id: 0, method: 'initialize', params },
      { bearer, user: 'mallory' },
    );
    const session = opened.headers.get('mcp-session-id') ?? '';
    const asked = await world.callIn(session, 'createNote', { body: { title: 'x' } }, { bearer, user: 'mallory' });
    const { url } = asked.body.error.data.elicitations[0];
    const page = await (await fetch(url)).text();
    expect([page.includes('<code>alice</code>'), page.includes('mallory')]).toEqual([true, false]);
  });

  it('can do no more than the key that created it', async () => {
    const operation_ids = [`${world.actionId}/listNotes`];
    const { key } = (await world.tenant.admin.post('/v1/keys', { role: 'runtime', name: 'x', operation_ids })).body;
    const path = '/v1/mcp-tokens';
    const body = { gpt_id: world.gpt.id, user: 'alice' };
    const { token } = (await world.app.anonymous.send('POST', path, body, { 'x-api-key': key })).body;
    const { tools } = (await world.ask('tools/list', {}, { bearer: token })).body.result;
    expect(tools.map(({ name }: { name: string }) => name)).toEqual(['listNotes']);
    expect((await world.call('about', {}, { bearer: token })).body.error.code).toBe(-32602);
  });

  it.each([
    [{ expires_in: 86_401 }, '/expires_in'],
    [{ expires_in: 0 }, '/expires_in'],
    [{ user: '' }, '/user'],
    [{ user: undefined }, '/user'],
  ])('with %j is rejected', async (fields, pointer) => {
    const body = { gpt_id: world.gpt.id, user: 'alice', ...fields };
    const answer = await world.tenant.runtime.post('/v1/mcp-tokens', body);
    expect([answer.status, answer.body.errors[0].pointer]).toEqual([400, pointer]);
  });

  it('is audited when it is created and revoked', async () => {
    const { id } = await world.token();
    await world.tenant.runtime.delete(`/v1/mcp-tokens/${id}`);
    const { data } = (await world.tenant.admin.get(`/v1/audit-events?target_id=${id}`)).body;
    expect(data.map(({ type }: { type: string }) => type)).toEqual(['mcp_token.created', 'mcp_token.revoked']);
  });
});
