import { Injectable } from '@nestjs/common';
import type { HttpReply, HttpRequest } from '../../common/index.js';
import { GptsService } from '../../gpts/index.js';
import type { McpClient } from '../elicitation/client.js';
import { RPC_CODES } from '../../mcp-protocol/index.js';
import { ProtocolError } from '../elicitation/protocol-error.js';
import type { WithMcp } from '../principals/mcp-admission.js';
import { CallTool } from '../tools/call-tool.js';
import type { Exchange } from '../tools/exchange.js';
import { ListTools } from '../tools/list-tools.js';
import { WaitTimes } from '../tools/wait-times.js';
import { Cancellations } from './cancellations.js';
import { readMessage, type ClientMessage, type RequestId } from './message.js';
import { agreeWith, CACHE_HINTS, discoverResult, initializeResult, readToolCall } from './methods.js';
import { PushedElicitations } from './pushed-elicitations.js';
import { Responder } from './responder.js';
import { McpSessions } from './sessions.js';
import { statelessClient } from './stateless-client.js';

type Request = Extract<ClientMessage, { kind: 'request' }>;
type Context = Omit<Exchange, 'elicit'>;
type Result = Record<string, unknown>;

/** Serves the messages of MCP clients: 2026-07-28, and the revisions from 2024-11-05 to 2025-11-25 that begin with `initialize`. */
@Injectable()
export class McpEndpoint {
  constructor(
    private readonly sessions: McpSessions,
    private readonly gpts: GptsService,
    private readonly tools: ListTools,
    private readonly calls: CallTool,
    private readonly questions: PushedElicitations,
    private readonly cancellations: Cancellations,
    private readonly times: WaitTimes,
  ) {}

  /**
   * Answers a message. JSON-RPC errors are responses.
   *
   * @param signal aborted when the client disconnects
   * @throws {CountersignError} failures of HTTP: `rate_limited`, `not_found`, `internal`, `unavailable`
   */
  async handle(request: HttpRequest & WithMcp, reply: HttpReply, signal: AbortSignal): Promise<void> {
    const { mcp, params } = request;
    if (!mcp) throw new Error('the request reached its handler without admission');
    const { gpt_id: gptId } = params as { gpt_id: string };
    let responder = new Responder(reply, null);
    try {
      const message = readMessage(request.body);
      if (message.kind === 'request') responder = new Responder(reply, message.id);
      const client = await this.clientOf(request, message, gptId);
      const context = { request, reply, gptId, ...mcp, client, signal };
      if (message.kind !== 'request') return await this.receive(context, message, responder);
      await this.answer(context, message, responder);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      responder.error(error);
    }
  }

  private async clientOf(request: HttpRequest & WithMcp, message: ClientMessage, gptId: string): Promise<McpClient> {
    const stateless = statelessClient(request, message);
    if (stateless) return stateless;
    const { principal } = request.mcp as NonNullable<WithMcp['mcp']>;
    // The session that a client had before does not matter to a new one.
    if (message.kind === 'request' && message.method === 'initialize')
      return { era: 'handshake', ...agreeWith(message.params) };
    return this.sessions.clientOf(request, gptId, principal);
  }

  /** Takes a notification, or the answer to a question. */
  private async receive(
    { principal, client }: Context,
    message: Exclude<ClientMessage, Request>,
    responder: Responder,
  ): Promise<void> {
    const sessionId = client.era === 'handshake' ? client.sessionId : undefined;
    if (message.kind === 'response') {
      const { id, result } = message;
      const isExpected = sessionId !== undefined && (await this.questions.deliver(principal, sessionId, id, result));
      if (!isExpected)
        throw new ProtocolError(RPC_CODES.invalidRequest, 'no request of this session waits for this response', 400);
    } else if (message.method === 'notifications/cancelled' && sessionId !== undefined) {
      await this.cancellations.cancel(principal.caller.tenantId, sessionId, message.params['requestId']);
    }
    responder.accepted();
  }

  private async answer(context: Context, message: Request, responder: Responder): Promise<void> {
    const { client } = context;
    if (message.method === 'tools/call') return this.callTool(context, message, responder);
    const result = await this.resultOf(context, message);
    responder.result(client.era === 'stateless' ? { resultType: 'complete', ...result } : result);
  }

  private async resultOf(context: Context, { method, params }: Request): Promise<Result> {
    const { client } = context;
    if (method === 'tools/list') return this.listTools(context, params['cursor']);
    if (client.era === 'stateless') {
      if (method === 'server/discover') return discoverResult(await this.titleOf(context));
      throw new ProtocolError(RPC_CODES.methodNotFound, `method not found: ${method.slice(0, 100)}`, 404);
    }
    if (method === 'initialize') return this.initialize(context, client);
    if (method === 'ping') return {};
    throw new ProtocolError(RPC_CODES.methodNotFound, `method not found: ${method.slice(0, 100)}`);
  }

  private async initialize(
    context: Context,
    { version, elicitation }: Extract<McpClient, { era: 'handshake' }>,
  ): Promise<Result> {
    const { gptId, principal, reply } = context;
    const agreed = { version, elicitation };
    void reply.header('mcp-session-id', await this.sessions.open(gptId, principal, agreed));
    return initializeResult(agreed, await this.titleOf(context));
  }

  private async titleOf({ principal, gptId }: Context): Promise<string> {
    return (await this.gpts.get(principal.caller.tenantId, gptId)).name;
  }

  private async listTools({ gptId, principal, client }: Context, cursor: unknown): Promise<Result> {
    const page = await this.tools.page(gptId, principal, cursor);
    return { ...page, ...(client.era === 'stateless' && CACHE_HINTS) };
  }

  private async callTool(context: Context, { id, params }: Request, responder: Responder): Promise<void> {
    const { client } = context;
    const tool = readToolCall(params);
    const cancelled = new AbortController();
    const unwatch = this.watchCancellation(context, id, () => cancelled.abort());
    const signal = AbortSignal.any([context.signal, cancelled.signal]);
    const exchange = { ...context, signal };
    try {
      const elicit = this.elicitationOf(exchange, responder);
      const { type, result } = await this.calls.call({ ...exchange, ...(elicit && { elicit }) }, tool);
      if (cancelled.signal.aborted) return responder.accepted();
      responder.result(client.era === 'stateless' ? { resultType: type, ...result } : result);
    } catch (error) {
      // The receiver of a cancellation sends no response.
      if (!cancelled.signal.aborted) throw error;
      responder.accepted();
    } finally {
      unwatch();
    }
  }

  private watchCancellation({ client, principal }: Context, id: RequestId, cancel: () => void): () => void {
    if (client.era === 'stateless' || client.sessionId === undefined) return () => undefined;
    return this.cancellations.watch(principal.caller.tenantId, client.sessionId, id, cancel);
  }

  /** Clients of a session whose revision has forms are asked on the response of their request, if they take events. */
  private elicitationOf({ client, principal, request, signal }: Context, responder: Responder): Exchange['elicit'] {
    if (client.era === 'stateless' || !client.elicitation.form || client.sessionId === undefined) return undefined;
    if (!/\btext\/event-stream\b|\*\/\*/i.test(request.headers.accept ?? '')) return undefined;
    const { sessionId } = client;
    const push = (message: object): void => responder.push(message);
    const to = { principal, sessionId, signal, push, waitMs: this.times.formMs };
    return (params) => this.questions.ask(to, params);
  }
}
