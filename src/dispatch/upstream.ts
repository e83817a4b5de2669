import { Injectable } from '@nestjs/common';
import { CountersignError, digest } from '../common/index.js';
import { Settings } from '../config/index.js';
import { withCredentialQuery, type Credential } from '../credentials/index.js';
import { Egress, EgressError, type EgressResponse, type ResponseHead, type ResponseLimit } from '../egress/index.js';
import type { BuiltRequest } from '@countersign/openapi';
import type { SentRequest } from './call.dto.js';
import type { Call } from './call.js';
import { attachRequest, redactedRequest } from './redacted-request.js';
import { McpTools, type ToolMessage } from './mcp/mcp-tools.js';
import { Redirects } from './redirects.js';
import { responseLimit } from './response/response-limit.js';

/** A request that the upstream responded to. */
export interface Attempt {
  response: EgressResponse;
  /** The last request, redacted, if the call asked for it. */
  request: SentRequest | undefined;
  redirects: Redirects;
}

/** Sends built requests with their credential to the upstream. */
@Injectable()
export class Upstream {
  constructor(
    private readonly egress: Egress,
    private readonly tools: McpTools,
    private readonly settings: Settings,
  ) {}

  /** @throws {CountersignError} `egress_denied`, `upstream_unreachable`, `upstream_invalid`, `upstream_timeout` */
  async send(call: Call, { method, url, headers, body }: BuiltRequest, credential: Credential): Promise<Attempt> {
    const { mcpUrl } = call.action;
    let outgoing = {
      method,
      url: withCredentialQuery(urlFor(call, mcpUrl ?? url, credential), credential.query),
      // The credential comes last: no argument and no setting replaces it.
      headers: { ...contextHeaders(call), ...headers, ...credential.headers },
      body,
    };
    const redirects = new Redirects(call, credential);
    const start = performance.now();
    const shown = (): SentRequest | undefined => {
      if (!call.showRequest) return undefined;
      const milliseconds = Math.round(performance.now() - start);
      const last = { ...outgoing, url: redirects.lastUrl ?? outgoing.url };
      return { ...redactedRequest(last, call, credential), milliseconds };
    };
    const request = (limit: (head: ResponseHead) => ResponseLimit): Promise<EgressResponse> => {
      const timeoutMs = call.deadline - Date.now();
      if (timeoutMs <= 0) throw new CountersignError('upstream_timeout', 'no time was left to call the upstream');
      return this.egress.request({
        ...outgoing,
        tenantId: call.caller.tenantId,
        timeoutMs,
        maxResponseBytes: limit,
        overflow: 'truncate',
        credential: true,
        ...redirects.options,
        memory: call.memory.responses,
        signal: call.signal,
      });
    };
    const server = () => ({
      url: outgoing.url,
      credential: credential.headers,
      post: (message: ToolMessage) => {
        const own = { ...contextHeaders(call), ...message.headers, ...credential.headers };
        outgoing = { ...outgoing, headers: own, body: message.body };
        return request(message.limit);
      },
    });
    try {
      const response =
        mcpUrl === null
          ? await request((head) => responseLimit(this.settings.call, head, call.policy?.response))
          : await this.tools.call(call.operation.operationId, String(body), server(), call);
      return { response, request: shown(), redirects };
    } catch (error) {
      throw attachRequest(shown(), error instanceof EgressError ? toCountersignError(error, call.isAdmin) : error);
    }
  }
}

/** Moves a URL from the action's server to that of the user's connection, if it has one. */
function urlFor({ action }: Call, url: string, { serverUrl }: Credential): string {
  if (serverUrl === undefined || !url.startsWith(action.serverUrl)) return url;
  return serverUrl + url.slice(action.serverUrl.length);
}

function toCountersignError(error: EgressError, isAdmin: boolean | undefined): CountersignError {
  const code = error.code === 'aborted' || error.code === 'upstream_too_large' ? 'upstream_invalid' : error.code;
  return new CountersignError(code, isAdmin ? error.message : error.publicMessage, [], { cause: error });
}

/** Returns the context headers that ChatGPT sends. The user's id is a digest: stable within the GPT, and meaningless outside it. */
function contextHeaders({ action, user, caller, conversationId }: Call): Record<string, string> {
  const headers: Record<string, string> = { 'openai-gpt-id': action.gptId };
  if (conversationId !== undefined) headers['openai-conversation-id'] = encodeURIComponent(conversationId);
  if (user !== undefined) {
    headers['openai-ephemeral-user-id'] = digest(JSON.stringify([caller.tenantId, action.gptId, user])).slice(0, 32);
  }
  return headers;
}
