import type { JsonObject } from '@countersign/openapi';
import type { HttpReply, HttpRequest } from '../../common/index.js';
import type { Answer } from '../elicitation/answers.js';
import type { McpClient } from '../elicitation/client.js';
import type { McpPrincipal } from '../principals/access-tokens.js';
import type { McpSettings } from '../settings/mcp-settings.entity.js';

/** A request of an MCP client, and how to reach the client while it waits. */
export interface Exchange {
  request: HttpRequest;
  reply: HttpReply;
  gptId: string;
  principal: McpPrincipal;
  settings: McpSettings;
  client: McpClient;
  /** Aborted when the client cancels the request or disconnects. */
  signal: AbortSignal;
  /**
   * Sends `elicitation/create` on the response of the request and waits for the answer. `undefined` if the client takes no requests.
   *
   * @returns `undefined` if no answer came in time
   */
  elicit?: (params: object) => Promise<Answer | undefined>;
}

/** The parameters of `tools/call`. */
export interface ToolCall {
  name: string;
  args: JsonObject;
  /** Answers to `inputRequests`, by their names. */
  inputResponses: JsonObject;
  requestState: unknown;
}

/** The result of `tools/call`, or what the client has to ask its user first. */
export type ToolOutcome =
  | { type: 'complete'; result: Record<string, unknown> }
  | { type: 'input_required'; result: { inputRequests: object; requestState: string } };
