import { TestApp, type TestAppOptions } from './app.js';
import { Client, type ApiResponse } from './client.js';
import type { TestGpt, TestTenant } from './tenant.js';
import { NOTES_PATHS, Upstream } from './upstream.js';

/** Parts of an MCP request that differ from those of an ordinary one. */
export interface SendOptions {
  /** An API key or a token; the tenant's runtime key by default, `null` for none. */
  bearer?: string | null;
  user?: string;
  headers?: Record<string, string>;
  /** The app to send to. */
  at?: Pick<TestApp, 'url'>;
}

const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities';

/** A GPT that is offered to MCP clients. */
export class McpWorld {
  tenant!: TestTenant;
  gpt!: TestGpt;
  actionId!: string;

  private constructor(
    readonly app: TestApp,
    readonly api: Upstream,
  ) {}

  static async start(options?: TestAppOptions): Promise<McpWorld> {
    const [app, api] = await Promise.all([TestApp.start(options), Upstream.start()]);
    const world = new McpWorld(app, api);
    await world.reset();
    return world;
  }

  /** Offers an existing GPT to MCP clients. @param settings `null` keeps those that it has */
  static async of(app: TestApp, api: Upstream, gpt: TestGpt, settings: object | null = {}): Promise<McpWorld> {
    const world = new McpWorld(app, api);
    world.tenant = gpt.tenant;
    world.gpt = gpt;
    if (settings) await world.set(settings);
    return world;
  }

  /** Creates a tenant with a GPT whose action needs no credential. */
  async reset(): Promise<void> {
    this.tenant = await this.app.tenant();
    this.gpt = await this.tenant.gpt();
    this.actionId = (await this.gpt.action(this.api.document(NOTES_PATHS))).id;
    this.api.requests.length = 0;
    this.api.respondWith(() => ({ body: { ok: true } }));
    await this.set();
  }

  async stop(): Promise<void> {
    await Promise.all([this.app.stop(), this.api.stop()]);
  }

  get url(): string {
    return `${this.app.url}/mcp/${this.gpt.id}`;
  }

  async set(fields: object = {}): Promise<ApiResponse['body']> {
    const response = await this.tenant.admin.put(`${this.gpt.path}/mcp`, { enabled: true, ...fields });
    if (response.status !== 200) throw new Error(`the settings were refused: ${JSON.stringify(response.body)}`);
    return response.body;
  }

  async token(user = 'alice', more: object = {}): Promise<ApiResponse['body']> {
    const response = await this.tenant.runtime.post('/v1/mcp-tokens', { gpt_id: this.gpt.id, user, ...more });
    if (response.status !== 201) throw new Error(`the token was refused: ${JSON.stringify(response.body)}`);
    return response.body;
  }

  /** Sends a body to the endpoint. */
  send(body: unknown, { bearer = this.tenant.runtime.key ?? '', user, headers, at = this.app }: SendOptions = {}) {
    return new Client(at.url).send('POST', `/mcp/${this.gpt.id}`, body, {
      accept: 'application/json, text/event-stream',
      ...(bearer !== null && { authorization: `Bearer ${bearer}` }),
      ...(user !== undefined && { 'countersign-user': user }),
      ...headers,
    });
  }

  /** Sends a request of the revision 2026-07-28. @param params `_meta` adds to the usual one */
  ask(method: string, params: Record<string, unknown> = {}, options: SendOptions & { capabilities?: object } = {}) {
    const { capabilities = {}, headers, ...rest } = options;
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      [CAPABILITIES_KEY]: capabilities,
      ...(params['_meta'] as object | undefined),
    };
    const name: Record<string, string> = typeof params['name'] === 'string' ? { 'mcp-name': params['name'] } : {};
    return this.send(
      { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } },
      { ...rest, headers: { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method, ...name, ...headers } },
    );
  }

  /** Calls a tool in the revision 2026-07-28. */
  call(name: string, args: object = {}, options: SendOptions & { capabilities?: object; more?: object } = {}) {
    return this.ask('tools/call', { name, arguments: args, ...options.more }, options);
  }

  /** Returns the user for whom a consequential call asks, as its page shows; `undefined` if it is for none. */
  async userOf(options: SendOptions, more: object = {}): Promise<string | undefined> {
    const capabilities = { elicitation: { url: {} } };
    const asked = await this.call('createNote', { body: { title: 'x' } }, { ...options, capabilities, more });
    const page = await (await fetch(asked.body.result.inputRequests.countersign.params.url)).text();
    return /<dt>On behalf of<\/dt><dd><code>(.*?)<\/code>/.exec(page)?.[1];
  }

  /** Begins a session of an older revision. @returns its id */
  async initialize(protocolVersion: string, capabilities: object = {}, options: SendOptions = {}): Promise<string> {
    const params = { protocolVersion, capabilities, clientInfo: { name: 'test', version: '1' } };
    const answer = await this.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params }, options);
    if (answer.status !== 200) throw new Error(`no session: ${JSON.stringify(answer.body)}`);
    return answer.headers.get('mcp-session-id') ?? '';
  }

  /** Calls a tool in a session. */
  callIn(session: string, name: string, args: object = {}, options: SendOptions & { id?: number } = {}) {
    const { headers, id = 1, ...rest } = options;
    const params = { name, arguments: args };
    return this.send(
      { jsonrpc: '2.0', id, method: 'tools/call', params },
      { ...rest, headers: { 'mcp-session-id': session, ...headers } },
    );
  }
}

/** Returns the text of a result's content. */
export function textOf({ body }: ApiResponse): string {
  const { content = [] } = body.result ?? {};
  return content.map(({ text = '' }: { text?: string }) => text).join('\n');
}
