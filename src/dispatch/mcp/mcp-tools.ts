import { Injectable } from '@nestjs/common';
import { isObject, parseJsonExactly } from '@countersign/openapi';
import { CountersignError } from '../../common/index.js';
import { Settings } from '../../config/index.js';
import { MEMORY_PER_BYTE, type EgressResponse, type ResponseHead, type ResponseLimit } from '../../egress/index.js';
import { limitOf, McpClient, McpServerError, peerId, type McpPost, type McpResponse } from '../../mcp-client/index.js';
import { type RunJob, transferable, Workers } from '../../workers/index.js';
import type { CallLimits } from '../call-limits.js';
import { mapLimits, MAX_SMALL_BYTES, responseJob } from '../response/large-responses.js';
import type * as jobs from './tool-jobs.js';
import { toolResponse, type ApiResponse } from './tool-response.js';

/** A message to an MCP server. */
export interface ToolMessage extends Pick<McpPost, 'headers' | 'body'> {
  limit: (head: ResponseHead) => ResponseLimit;
}

/** The server of a tool, and how it is reached. */
export interface ToolServer {
  url: string;
  /** The headers that authenticate the call. */
  credential: Record<string, string>;
  post(message: ToolMessage): Promise<EgressResponse>;
}

/** Calls the tools of MCP servers that are operations of actions. */
@Injectable()
export class McpTools {
  private readonly run: RunJob<typeof jobs>;

  constructor(
    private readonly client: McpClient,
    private readonly settings: Settings,
    workers: Workers,
  ) {
    this.run = workers.jobsOf<typeof jobs>(new URL('./tool-jobs.js', import.meta.url));
  }

  /**
   * Calls a tool.
   *
   * @param body the arguments as JSON, as they were checked
   * @returns the result as a response of an API, see {@link toolResponse}; other responses of the server, such as 401, as they are
   * @throws {CountersignError} `upstream_invalid`
   * @throws what `server.post` throws
   */
  async call(name: string, body: string, server: ToolServer, limits: CallLimits): Promise<EgressResponse> {
    const args = parseJsonExactly(body);
    const params = { name, arguments: isObject(args) ? args : {} };
    const peer = {
      tenantId: limits.memory.tenantId,
      id: peerId(server.url, server.credential),
      post: (message: McpPost) =>
        server.post({ headers: message.headers, body: message.body, limit: limitOf(message, this.limit) }),
    };
    try {
      return await this.read(await this.client.request(peer, { method: 'tools/call', params }), limits);
    } catch (error) {
      if (!(error instanceof McpServerError)) throw error;
      throw invalid(error.message);
    }
  }

  /** Reads small results here, and large ones in worker threads. */
  private async read({ id, response }: McpResponse, limits: CallLimits): Promise<EgressResponse> {
    const { 'mcp-session-id': _, ...headers } = response.headers;
    const { status, truncated, body } = response;
    if (status >= 400) return { ...response, headers };
    if (truncated) throw invalid('the result of the tool is too large');
    const answer = { id, status, headers, body };
    const isSmall = body.length <= MAX_SMALL_BYTES;
    const read = isSmall ? toolResponse(answer) : await this.readInThread(answer, limits);
    if (typeof read === 'string') throw invalid(read);
    return { ...response, ...read };
  }

  private async readInThread(
    answer: { id: number; status: number; headers: Record<string, string>; body: Buffer },
    limits: CallLimits,
  ): Promise<ApiResponse | string> {
    const input = () => ({ ...answer, body: transferable(answer.body) });
    const transfer = ({ body }: { body: Uint8Array<ArrayBuffer> }) => [body.buffer];
    const read = await mapLimits(this.run('readLargeResult', { ...responseJob(limits, input), transfer }));
    return typeof read === 'string' ? read : { ...read, body: Buffer.from(read.body.buffer) };
  }

  /** A result may have all the files and all the text of a response, as JSON. */
  private get limit(): ResponseLimit {
    const { maxResponseCharacters, maxTotalFileBytes } = this.settings.call;
    const bytes = 6 * maxResponseCharacters + Math.ceil(maxTotalFileBytes / 3) * 4;
    return { bytes, memory: { perByte: MEMORY_PER_BYTE.file, afterBody: 0 } };
  }
}

function invalid(message: string): CountersignError {
  return new CountersignError('upstream_invalid', message);
}
