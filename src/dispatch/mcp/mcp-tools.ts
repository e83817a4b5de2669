import { Injectable } from '@nestjs/common';
import { isObject, parseJsonExactly } from '@countersign/openapi';
import { CountersignError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { MEMORY_PER_BYTE, type EgressResponse, type ResponseHead, type ResponseLimit } from '../../egress/index.js';
import { McpClient, McpServerError, peerId, type McpPost } from '../../mcp-client/index.js';
import { toolResponse } from './tool-response.js';

/** A message to an MCP server. */
export interface ToolMessage extends Pick<McpPost, 'headers' | 'body'> {
  limit: (head: ResponseHead) => ResponseLimit;
}

/** Where the tool of a call is, and how its server is reached. */
export interface ToolServer {
  tenantId: string;
  url: string;
  /** The headers that authenticate the call. */
  credential: Record<string, string>;
  post(message: ToolMessage): Promise<EgressResponse>;
}

/** Calls the tools of MCP servers that are operations of actions. */
@Injectable()
export class McpTools {
  constructor(
    private readonly client: McpClient,
    private readonly settings: Settings,
  ) {}

  /**
   * Calls a tool.
   *
   * @param body the arguments as JSON, as they were checked
   * @returns the result as a response of an API, see {@link toolResponse}
   * @throws {CountersignError} `upstream_invalid`
   * @throws what `server.post` throws
   */
  async call(name: string, body: string, server: ToolServer): Promise<EgressResponse> {
    const args = parseJsonExactly(body);
    const params = { name, arguments: isObject(args) ? args : {} };
    const peer = {
      tenantId: server.tenantId,
      id: peerId(server.url, server.credential),
      post: ({ headers, body: message, isComplete }: McpPost) =>
        server.post({ headers, body: message, limit: (head) => this.limit(isComplete(head)) }),
    };
    try {
      return toolResponse(await this.client.request(peer, { method: 'tools/call', params }));
    } catch (error) {
      if (!(error instanceof McpServerError)) throw error;
      throw new CountersignError('upstream_invalid', error.message, [], { cause: error });
    }
  }

  /** A result may have all the files and all the text of a response, as JSON. */
  private limit(isComplete: ResponseLimit['isComplete']): ResponseLimit {
    const { maxResponseCharacters, maxTotalFileBytes } = this.settings.call;
    const bytes = 6 * maxResponseCharacters + Math.ceil(maxTotalFileBytes / 3) * 4;
    return { bytes, memory: { perByte: MEMORY_PER_BYTE.file, afterBody: 0 }, ...(isComplete && { isComplete }) };
  }
}
