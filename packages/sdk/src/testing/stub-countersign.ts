import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as received. */
export interface Received {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read bodies freely
  body: any;
}

/** A response to send, or `lost`: the request is processed, and the connection is closed before its response. */
export type Reply = { status: number; headers?: Record<string, string>; body?: unknown } | 'lost';

/** What a tool does when it is called. Others are unknown. */
interface StubTool {
  /** The domain that the user has to sign in to first. */
  signIn?: string;
  confirm?: boolean;
  /** How often the call is in progress before it ends. */
  busy?: number;
}

const GPT = '/v1/gpts/g-1';

/** A server that answers as the API's contract says, for one GPT (`g-1`), in memory. */
export class StubCountersign {
  readonly requests: Received[] = [];
  /** Names of the tools whose calls were made. */
  readonly made: string[] = [];
  readonly tools: Record<string, StubTool> = {};
  /** Domains that the user has signed in to. */
  readonly signedIn = new Set<string>();
  /** Sign-ins by id, which are pending until a test changes their status. */
  readonly signIns = new Map<string, { domain: string; status: string }>();
  /** Replies to send before any other. */
  readonly replies: Reply[] = [];
  private readonly results = new Map<string, object>();
  private readonly responses = new Map<string, string>();
  private readonly tokens = new Map<string, string>();
  private readonly progress = new Map<string, number>();
  private ids = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<StubCountersign> {
    const server = createServer();
    const stub = new StubCountersign(server);
    server.on('request', (request, response) => void stub.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return stub;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Returns the bodies of the tool call requests. */
  get runs(): Received['body'][] {
    return this.requests.filter(({ path }) => path === `${GPT}/tool_calls`).map(({ body }) => body);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Ends a sign-in. */
  end(id: string, status: string): void {
    const signIn = this.signIns.get(id);
    if (!signIn) throw new Error(`no sign-in ${id}`);
    signIn.status = status;
    if (status === 'connected') this.signedIn.add(signIn.domain);
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const received: Received = {
      method: request.method ?? '',
      path: pathname,
      query: Object.fromEntries(searchParams),
      headers: request.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
    this.requests.push(received);
    const reply: Reply = this.replies.shift() ?? this.answer(received);
    if (reply === 'lost') {
      this.answer(received);
      return void response.socket?.destroy();
    }
    response.writeHead(reply.status, {
      'content-type': reply.status < 400 ? 'application/json' : 'application/problem+json',
      'x-request-id': 'request-1',
      ...reply.headers,
    });
    response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
  }

  private answer({ method, path, query, body }: Received): { status: number; body?: unknown } {
    if (method === 'POST' && path === `${GPT}/tool_calls`) return this.run(body);
    if (path === `${GPT}/tools`) return this.list(query);
    if (method === 'POST' && path === '/v1/sign-ins') return { status: 201, body: this.offer('api.example.com') };
    if (method === 'POST' && path === '/v1/mcp-tokens')
      return {
        status: 201,
        body: { id: 'mcpt-1', token: 'cs_mcp_1', url: `${this.url}/mcp/g-1`, expires_at: 'later' },
      };
    if (path === '/v1/connections') return { status: 200, body: { data: [{ id: 'conn-1' }], next_cursor: null } };
    if (method === 'DELETE') return { status: 204 };
    const signIn = this.signIns.get(path.replace('/v1/sign-ins/', ''));
    if (signIn) return { status: 200, body: { id: path.slice(13), status: signIn.status } };
    return { status: 404, body: { code: 'not_found', detail: 'there is no such resource', request_id: 'request-1' } };
  }

  private list({ cursor }: Record<string, string>): { status: number; body: unknown } {
    const names = Object.keys(this.tools).toSorted();
    const at = Number(cursor ?? 0);
    const data = names.slice(at, at + 2).map((name) => ({
      type: 'function',
      function: { name, description: `Does ${name}`, parameters: { type: 'object' }, strict: false },
    }));
    return { status: 200, body: { data, next_cursor: at + 2 < names.length ? String(at + 2) : null } };
  }

  private run(body: Received['body']): { status: number; body: unknown } {
    const response = body.resume === undefined ? body.response_id : this.responses.get(body.resume);
    if (response === undefined) return refused('`resume` is not valid');
    const calls = body.tool_calls.flatMap(readCall);
    const format = calls[0]?.format ?? null;
    const outcome = { format, complete: true, results: [], skipped: [], pending: [] } as Outcome;
    for (const call of calls) this.runOne(call, response, body, outcome);
    outcome.complete = outcome.pending.length === 0;
    if (outcome.complete) return { status: 200, body: outcome };
    const resume = `resume-${++this.ids}`;
    this.responses.set(resume, response);
    return { status: 200, body: { ...outcome, resume } };
  }

  private runOne(call: Call, response: string, body: Received['body'], outcome: Outcome): void {
    const { id, name, args } = call;
    const key = JSON.stringify([body.user, response, id, name, args]);
    const stored = this.results.get(key);
    if (stored) return void outcome.results.push(stored);
    const end = (text: string, isError = false) => {
      const result = resultFor(call, text, isError);
      this.results.set(key, result);
      outcome.results.push(result);
    };
    const tool = this.tools[name];
    if (!tool && body.unknown_tools === 'skip') return void outcome.skipped.push({ tool_call_id: id, name });
    if (!tool) return end(`there is no tool ${name}`, true);
    if (body.declined?.includes(id)) return end('The user declined.');
    const pend = (reason: string, more: object = {}) =>
      outcome.pending.push({
        tool_call_id: id,
        name,
        call_id: `call-${id}`,
        outcome: reason,
        ...more,
        placeholder: resultFor(call, 'Not yet.', false),
      });
    if (tool.signIn && !this.signedIn.has(tool.signIn))
      return void pend('sign_in_required', { sign_in: this.offer(tool.signIn) });
    if (tool.confirm && !this.redeem(body.confirmations?.[id], id))
      return void pend('confirmation_required', { confirmation: this.confirmation(id) });
    const progress = this.progress.get(key) ?? 0;
    this.progress.set(key, progress + 1);
    if (progress < (tool.busy ?? 0)) return void pend('in_progress');
    this.made.push(name);
    end(`${name} ${args}`);
  }

  private offer(domain: string): object {
    const id = `si-${++this.ids}`;
    this.signIns.set(id, { domain, status: 'pending' });
    return {
      id,
      url: `${this.url}/signin/${id}`,
      domain,
      label: `Sign in to ${domain}`,
      reason: 'not_connected',
      expires_at: 'later',
    };
  }

  private confirmation(callId: string): object {
    const token = `token-${++this.ids}`;
    this.tokens.set(token, callId);
    return {
      token,
      domain: 'api.example.com',
      method: 'POST',
      url: 'https://api.example.com/',
      summary: 'Do it',
      can_always_allow: true,
      expires_at: 'later',
    };
  }

  private redeem(token: string | undefined, callId: string): boolean {
    const isValid = token !== undefined && this.tokens.get(token) === callId;
    if (isValid) this.tokens.delete(token);
    return isValid;
  }
}

interface Outcome {
  complete: boolean;
  results: object[];
  skipped: object[];
  pending: object[];
}

interface Call {
  format: 'openai' | 'openai_responses' | 'anthropic';
  id: string;
  name: string;
  /** As JSON. */
  args: string;
}

function readCall(item: Received['body']): Call[] {
  if (item.type === 'function')
    return [{ format: 'openai', id: item.id, name: item.function.name, args: item.function.arguments }];
  if (item.type === 'function_call')
    return [{ format: 'openai_responses', id: item.call_id, name: item.name, args: item.arguments }];
  if (item.type === 'tool_use')
    return [{ format: 'anthropic', id: item.id, name: item.name, args: JSON.stringify(item.input) }];
  return [];
}

function resultFor({ format, id }: Call, text: string, isError: boolean): object {
  const marked = isError ? `Error: ${text}` : text;
  if (format === 'openai') return { role: 'tool', tool_call_id: id, content: marked };
  if (format === 'openai_responses') return { type: 'function_call_output', call_id: id, output: marked };
  return { type: 'tool_result', tool_use_id: id, content: text, ...(isError && { is_error: true }) };
}

function refused(detail: string): { status: number; body: unknown } {
  const errors = [{ pointer: '', message: detail }];
  return { status: 400, body: { code: 'invalid_request', detail, request_id: 'request-1', errors } };
}
