import { Injectable } from '@nestjs/common';
import { stringifyExactly } from '@countersign/openapi';
import { CountersignError, InvalidRequestError } from '../../common/index.js';
import { BufferMemory, Egress, EgressError, MEMORY_PER_BYTE, type CallReservation } from '../../egress/index.js';
import {
  limitOf,
  listTools,
  MAX_LIST_BYTES,
  McpClient,
  McpServerError,
  peerId,
  type McpPeer,
  type McpResponse,
  type ToolList,
} from '../../mcp-client/index.js';
import { DocumentImport } from '../documents/document-import.js';
import { fetchFailed } from '../documents/fetch-bytes.js';
import type { ImportedDocument } from '../documents/read-document.js';
import { pack } from '../store/packed-document.js';
import { toolDocument } from './tool-document.js';

/** How an MCP server is asked. */
export interface McpAccess {
  tenantId: string;
  url: string;
  /** The headers of a credential. */
  headers?: Record<string, string>;
  /** Where the URL is in the request, for errors. */
  pointer: string;
}

/** What a server lists, or its response if it lists nothing without another credential. */
export type ListedTools = ToolList | { refusal: McpResponse };

const TIMEOUT_MS = 20_000;
const MEMORY = { perByte: MEMORY_PER_BYTE.text, afterBody: 0 };

/** Lists the tools of MCP servers, and reads them as documents. */
@Injectable()
export class ToolImport {
  constructor(
    private readonly egress: Egress,
    private readonly bufferMemory: BufferMemory,
    private readonly client: McpClient,
    private readonly documents: DocumentImport,
  ) {}

  /**
   * Lists the tools of a server, for 20 s at most.
   *
   * @throws {CountersignError} `egress_denied`, `upstream_*`; `upstream_invalid` also if the server does not speak MCP
   */
  async list(access: McpAccess): Promise<ListedTools> {
    const memory = this.bufferMemory.openCall(access.tenantId);
    try {
      return await listTools(this.client, this.peer(access, memory, Date.now() + TIMEOUT_MS));
    } catch (error) {
      if (error instanceof EgressError) throw fetchFailed(error, access.pointer);
      if (!(error instanceof McpServerError)) throw error;
      const { message } = error;
      throw new CountersignError('upstream_invalid', message, [{ pointer: access.pointer, message }]);
    } finally {
      memory.end();
    }
  }

  /**
   * Reads the tools of a server without a credential. If the server wants one, the document has no operations and a warning.
   *
   * @throws {InvalidRequestError} the URL has a query, a fragment or user information
   * @throws as {@link list}
   */
  async readUrl(tenantId: string, url: string): Promise<ImportedDocument> {
    requirePlainUrl(url);
    const list = await this.list({ tenantId, url, pointer: '/mcp_url' });
    if (!('refusal' in list)) return this.read(tenantId, url, list);
    const empty = await this.read(tenantId, url, { title: new URL(url).host, version: '0', tools: [], rejected: [] });
    return { ...empty, warnings: [NEEDS_CREDENTIAL] };
  }

  /** Reads a list as the document of an action. A list of no tools is a document without operations. */
  async read(tenantId: string, url: string, list: ToolList): Promise<ImportedDocument> {
    const document = toolDocument(list, url);
    const rejections = list.rejected.map((message) => ({ code: 'tool_rejected', message, pointer: '' }));
    if (list.tools.length > 0) {
      const imported = await this.documents.read(tenantId, { openapi: document });
      return { ...imported, servers: [], mcpUrl: url, warnings: [...imported.warnings, ...rejections] };
    }
    const { href, origin, host } = new URL(url);
    return {
      description: {
        title: list.title,
        server: { url: href.replace(/\/$/, ''), origin, domain: host },
        operations: [],
      },
      parts: await pack(stringifyExactly(document)),
      source: [],
      format: null,
      warnings: rejections,
      url: null,
      serverChoice: null,
      servers: [],
      suggestedAuth: null,
      scopeDescriptions: null,
      mcpUrl: url,
    };
  }

  private peer({ tenantId, url, headers }: McpAccess, memory: CallReservation, deadline: number): McpPeer {
    return {
      tenantId,
      id: peerId(url, headers),
      post: (message) =>
        this.egress.request({
          tenantId,
          url,
          method: 'POST',
          headers: { ...message.headers, ...headers },
          body: message.body,
          timeoutMs: Math.max(1, deadline - Date.now()),
          credential: headers !== undefined,
          memory: memory.responses,
          overflow: 'truncate',
          maxResponseBytes: limitOf(message, { bytes: MAX_LIST_BYTES, memory: MEMORY }),
        }),
    };
  }
}

const NEEDS_CREDENTIAL = {
  code: 'tools_not_listed',
  message: 'the MCP server lists its tools only with a credential: set auth, then review its tools',
  pointer: '',
};

/** A query could hold a secret, which belongs in the authentication schema. */
function requirePlainUrl(given: string): void {
  const { search, hash, username, password } = new URL(given);
  if ([search, hash, username, password].every((part) => part === '')) return;
  throw InvalidRequestError.at(
    '/mcp_url',
    'mcp_url must have no query, fragment or user information; a key belongs in auth',
  );
}
