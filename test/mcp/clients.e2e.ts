import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client as ClientOfToday, StreamableHTTPClientTransport as Transport } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema, UrlElicitationRequiredError } from '@modelcontextprotocol/sdk/types.js';
import { Browser } from '../../examples/notes-provider/browser.js';
import { eventually } from '../support/eventually.js';
import { McpWorld } from '../support/mcp-world.js';
import { OAuthWorld } from '../support/oauth-world.js';

let oauth: OAuthWorld;
let world: McpWorld;
let open: { close(): Promise<void> }[];

beforeAll(async () => {
  oauth = await OAuthWorld.start();
});

beforeEach(async () => {
  open = [];
  oauth.reset();
  world = await McpWorld.of(oauth.app, oauth.api, (await oauth.notesGpt()).gpt);
});

afterEach(async () => {
  for (const client of open) await client.close();
});

afterAll(() => oauth.stop());

const INFO = { name: 'a real client', version: '1' };
const NOTE = { name: 'createNote', arguments: { body: { title: 'Milk' } } };

/** The modes of elicitation that a client declares. */
type Modes = Partial<Record<'form' | 'url', Record<string, never>>>;

interface Question {
  params: { mode?: string; message: string; url?: string };
}

/** Decides as a user would, and opens links in a browser. */
async function decide({ params: { url } }: Question) {
  if (url === undefined) return { action: 'accept' as const, content: { confirm: true } };
  const browser = new Browser();
  await browser.get(url);
  await browser.submit();
  return { action: 'accept' as const };
}

async function headersOf(user = 'alice') {
  return { authorization: `Bearer ${(await world.token(user)).token}` };
}

/** Connects version 1 of the official client. */
async function connect1(elicitation: Modes | undefined, answer = decide) {
  const client = new Client1(INFO, { capabilities: { ...(elicitation && { elicitation }) } });
  const questions: Question[] = [];
  if (elicitation)
    client.setRequestHandler(ElicitRequestSchema, async (request) => {
      questions.push(request as Question);
      return answer(request as Question);
    });
  const transport = new Transport1(new URL(world.url), { requestInit: { headers: await headersOf() } });
  await client.connect(transport as Parameters<Client1['connect']>[0]);
  open.push(client);
  return { client, questions };
}

/** Connects version 2 of the official client, which prefers 2026-07-28. */
async function connect2(elicitation: Modes | undefined, answer = decide) {
  const client = new ClientOfToday(INFO, {
    capabilities: { ...(elicitation && { elicitation }) },
    versionNegotiation: { mode: 'auto' },
  });
  const questions: Question[] = [];
  if (elicitation)
    client.setRequestHandler('elicitation/create', async (request) => {
      questions.push(request as Question);
      return answer(request as Question);
    });
  await client.connect(new Transport(new URL(world.url), { requestInit: { headers: await headersOf() } }));
  open.push(client);
  return { client, questions };
}

const OK = [{ type: 'text', text: '{"ok":true}' }];

/** Calls the operation that needs no credential. */
function callAbout(client: Pick<Client1, 'callTool'> | Pick<ClientOfToday, 'callTool'>) {
  oauth.api.respondWith(() => ({ body: { ok: true } }));
  return client.callTool({ name: 'about', arguments: {} });
}

describe('@modelcontextprotocol/sdk 1', () => {
  it('connects, lists tools, and calls one of them', async () => {
    const { client } = await connect1(undefined);
    const { tools } = await client.listTools();
    expect(tools).toHaveLength(5);
    expect((await callAbout(client)).content).toEqual(OK);
    expect(client.getServerVersion()).toMatchObject({ name: 'countersign', title: 'Note keeper' });
  });

  it('signs its user in with the link of -32042, and confirms with a form', async () => {
    const { client, questions } = await connect1({ form: {}, url: {} });
    const refused = await client.callTool(NOTE).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UrlElicitationRequiredError);
    const [elicitation] = (refused as UrlElicitationRequiredError).elicitations;
    await decide({ params: elicitation as Question['params'] });
    expect((await client.callTool(NOTE)).content).toEqual(OK);
    expect(questions).toHaveLength(1);
    expect(questions[0]?.params.message).toContain('Milk');
  });

  it('shows links to the model if it cannot ask', async () => {
    const { client } = await connect1(undefined);
    const result = await client.callTool(NOTE);
    expect(result.isError).toBe(true);
    expect(JSON.stringify(result.content)).toContain('/signin/');
  });

  it('cancels a call', async () => {
    const { client } = await connect1(undefined);
    oauth.api.abandoned.length = 0;
    oauth.api.respondWith(() => 'silence');
    const stop = new AbortController();
    const running = client.callTool({ name: 'about', arguments: {} }, undefined, { signal: stop.signal });
    await eventually(
      () => oauth.api.requests.length,
      (count) => count === 1,
    );
    stop.abort();
    await expect(running).rejects.toThrow(/abort/i);
    await eventually(
      () => oauth.api.abandoned.length,
      (count) => count === 1,
    );
  });
});

describe('@modelcontextprotocol/client 2', () => {
  it('negotiates 2026-07-28, lists tools, and calls one of them', async () => {
    const { client } = await connect2(undefined);
    expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28');
    expect((await client.listTools()).tools).toHaveLength(5);
    expect((await callAbout(client)).content).toEqual(OK);
  });

  it('signs its user in and confirms within one call', async () => {
    const { client, questions } = await connect2({ form: {}, url: {} });
    expect((await client.callTool(NOTE)).content).toEqual(OK);
    expect(questions.map(({ params }) => params.mode)).toEqual(['url', 'form']);
  });

  it('confirms on a page if it can open URLs only', async () => {
    const { client, questions } = await connect2({ url: {} });
    expect((await client.callTool(NOTE)).content).toEqual(OK);
    expect(questions.map(({ params }) => new URL(params.url ?? '').pathname.split('/')[1])).toEqual(['signin', 'mcp']);
  });

  it('does not make a call that its user declines', async () => {
    const { client } = await connect2({ form: {} }, async () => ({ action: 'decline' }) as never);
    await new Browser().get(world.url);
    const result = await client.callTool({ name: 'createNote', arguments: { body: { title: 'x' } } });
    expect(result.isError).toBe(true);
  });

  it('reports an unknown tool as a protocol error', async () => {
    const { client } = await connect2(undefined);
    await expect(client.callTool({ name: 'nothing', arguments: {} })).rejects.toMatchObject({ code: -32602 });
  });

  it('cancels a call', async () => {
    const { client } = await connect2(undefined);
    oauth.api.abandoned.length = 0;
    oauth.api.respondWith(() => 'silence');
    const stop = new AbortController();
    const running = client.callTool({ name: 'about', arguments: {} }, { signal: stop.signal });
    await eventually(
      () => oauth.api.requests.length,
      (count) => count === 1,
    );
    stop.abort();
    await expect(running).rejects.toThrow(/abort/i);
    await eventually(
      () => oauth.api.abandoned.length,
      (count) => count === 1,
    );
  });

  it('falls back to a handshake when it is told to', async () => {
    const client = new ClientOfToday(INFO, { capabilities: {} });
    await client.connect(new Transport(new URL(world.url), { requestInit: { headers: await headersOf() } }));
    open.push(client);
    expect(client.getNegotiatedProtocolVersion()).toBe('2025-11-25');
    expect((await callAbout(client)).content).toEqual(OK);
  });
});
