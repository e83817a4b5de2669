import { Injectable } from '@nestjs/common';
import { isObject, type JsonObject, type JsonValue } from '@countersign/openapi';
import { TenantCache } from '../cluster/index.js';
import { digest } from '../common/index.js';
import type { EgressResponse, ResponseHead, ResponseLimit } from '../egress/index.js';
import { answerOf, answerWatcher } from './answer-reader.js';
import { McpServerError } from './mcp-server.error.js';
import {
  encodeHeaderValue,
  HANDSHAKE_VERSIONS,
  IMPLEMENTATION,
  META_KEYS,
  RPC_CODES,
  STATELESS_VERSION,
} from '../mcp-protocol/index.js';
import { writeNotification, writeRequest, type McpError, type McpRequest } from './message.js';

/** One message to an MCP server, as an HTTP request. {@link limitOf} is the limit of its response. */
export interface McpPost {
  headers: Record<string, string>;
  body: string;
  /** The most that is read of the response; `undefined` for what the peer allows. */
  maxBytes?: number;
  /** See `ResponseLimit.isComplete`. */
  isComplete?: (head: ResponseHead) => ((piece: Uint8Array) => boolean) | undefined;
}

/** An MCP server, as one credential sees it. */
export interface McpPeer {
  tenantId: string;
  /** See {@link peerId}. Sessions of different peers and tenants are never mixed. */
  id: string;
  /** Posts a message to the server with the credential. */
  post(message: McpPost): Promise<EgressResponse>;
}

/** Returns the id of a server as a credential sees it. The headers are secret, so they are not kept. */
export function peerId(url: string, headers: Readonly<Record<string, string>> = {}): string {
  return digest(JSON.stringify([url, Object.entries(headers).toSorted()]));
}

/** Returns the limit of the response to a message. @param allowed what a peer reads of responses at most */
export function limitOf(
  { maxBytes = Infinity, isComplete }: McpPost,
  allowed: ResponseLimit,
): (head: ResponseHead) => ResponseLimit {
  return (head) => {
    const watch = isComplete?.(head);
    return { ...allowed, bytes: Math.min(allowed.bytes, maxBytes), ...(watch && { isComplete: watch }) };
  };
}

/** The response to a request. `answerOf` reads its answer, which takes long if it is large. */
export interface McpResponse {
  /** The id of the request. */
  id: number;
  response: EgressResponse;
}

/** What was agreed with a server. */
interface Session {
  version: string;
  /** What `initialize` says about the server. */
  server: JsonObject;
  id?: string;
}

/** A session, or the response of a server that refused it. */
type Opened = { session: Session } | { refusal: McpResponse };

const SESSION_LIFETIME_MS = 3_600_000;
const MAX_SESSIONS = 10_000;

/** The most that is read of a response of the handshake, on the main thread. */
const MAX_HANDSHAKE_BYTES = 131_072;

/** The revisions that use Streamable HTTP. */
const STREAMABLE_VERSIONS: readonly string[] = HANDSHAKE_VERSIONS.filter((version) => version >= '2025-03-26');

/** Statuses that say nothing about the revision: the credential is missing, rejected or not enough. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403]);

const STATELESS: Session = { version: STATELESS_VERSION, server: {} };

/**
 * The client of MCP servers (Streamable HTTP), without capabilities: servers cannot ask it for anything. It uses the stateless revision, and begins with
 * `initialize` at servers that do not know it. Sessions are kept in memory, one per server and credential.
 */
@Injectable()
export class McpClient {
  private readonly sessions = new TenantCache<Session>({
    max: MAX_SESSIONS,
    ttl: SESSION_LIFETIME_MS,
    maxSize: MAX_SESSIONS,
    sizeOf: () => 1,
  });
  private lastId = 0;

  /**
   * Sends a request. The response to the handshake is returned instead if the server refused it, as with 401.
   *
   * @throws {McpServerError} the server speaks no revision that this client knows
   * @throws what `peer.post` throws
   */
  async request(peer: McpPeer, request: McpRequest): Promise<McpResponse> {
    const first = await this.attempt(peer, request);
    // The session has ended (2025-11-25, Transports): the server has not read the request.
    if (first.response.status !== 404 || !first.hadSession) return first;
    this.sessions.invalidate(keyOf(peer));
    return this.attempt(peer, request);
  }

  /** Returns what a server said about itself in the handshake; `{}` for servers without one, and without a session. */
  async handshakeResult(peer: McpPeer): Promise<JsonObject> {
    const opened = await this.open(peer);
    return 'session' in opened ? opened.session.server : {};
  }

  private async attempt(peer: McpPeer, request: McpRequest): Promise<McpResponse & { hadSession: boolean }> {
    const opened = await this.open(peer);
    if ('refusal' in opened) return { ...opened.refusal, hadSession: false };
    const { session } = opened;
    const sent = session.version === STATELESS_VERSION ? withMeta(request) : request;
    const sentResponse = await this.post(peer, sent, headersOf(session, request));
    return { ...sentResponse, hadSession: session.id !== undefined };
  }

  private async open(peer: McpPeer): Promise<Opened> {
    let refused: Opened | undefined;
    const session = await this.sessions.get(peer.tenantId, keyOf(peer), async () => {
      const opened = await this.handshake(peer);
      if ('session' in opened) return opened.session;
      refused = opened;
      return undefined;
    });
    if (session) return { session };
    // Another request had begun the handshake, whose refusal is its own.
    return refused ?? this.handshake(peer);
  }

  /** Asks for the stateless revision first, which all its servers answer (`server/discover`), and then for the others. */
  private async handshake(peer: McpPeer): Promise<Opened> {
    const discovery = { method: 'server/discover', params: {} };
    const found = await this.post(peer, withMeta(discovery), headersOf(STATELESS, discovery), MAX_HANDSHAKE_BYTES);
    if (REFUSALS.has(found.response.status)) return { refusal: found };
    const discovered = answerOf(found.id, found.response);
    if (discovered && 'result' in discovered && isStateless(discovered.result['supportedVersions']))
      return { session: { ...STATELESS, server: discovered.result } };
    if (discovered && 'error' in discovered && namesStateless(discovered.error)) return { session: STATELESS };
    const [newest = ''] = STREAMABLE_VERSIONS;
    const params = { protocolVersion: newest, capabilities: {}, clientInfo: IMPLEMENTATION };
    const refusal = await this.post(peer, { method: 'initialize', params }, {}, MAX_HANDSHAKE_BYTES);
    const { response } = refusal;
    const answer = answerOf(refusal.id, response);
    if (!answer || !('result' in answer)) return { refusal };
    const { protocolVersion: version } = answer.result;
    if (typeof version !== 'string' || !STREAMABLE_VERSIONS.includes(version))
      throw new McpServerError(`the server speaks MCP ${String(version).slice(0, 50)}, which is not supported`);
    const id = response.headers['mcp-session-id'];
    const session = { version, server: answer.result, ...(id !== undefined && { id }) };
    await this.notify(peer, session);
    return { session };
  }

  private async notify(peer: McpPeer, session: Session): Promise<void> {
    const method = 'notifications/initialized';
    await peer.post({
      headers: headersOf(session, { method, params: {} }),
      body: writeNotification(method),
      maxBytes: MAX_HANDSHAKE_BYTES,
    });
  }

  private async post(
    peer: McpPeer,
    request: McpRequest,
    more: Record<string, string>,
    maxBytes?: number,
  ): Promise<McpResponse> {
    const id = ++this.lastId;
    const response = await peer.post({
      headers: { ...HEADERS, ...more },
      body: writeRequest(id, request),
      isComplete: (head) => answerWatcher(id, head),
      ...(maxBytes !== undefined && { maxBytes }),
    });
    return { id, response };
  }
}

/** Servers that list no revisions have the one in which they answer. */
function isStateless(supported: JsonValue | undefined): boolean {
  return !Array.isArray(supported) || supported.includes(STATELESS_VERSION);
}

function namesStateless({ code, data }: McpError): boolean {
  const supported = isObject(data) ? data['supported'] : undefined;
  return code === RPC_CODES.unsupportedProtocolVersion && Array.isArray(supported) && isStateless(supported);
}

function keyOf({ tenantId, id }: McpPeer): string {
  return `${tenantId} ${id}`;
}

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };

function headersOf({ version, id }: Session, { method, params }: McpRequest): Record<string, string> {
  const name = params['name'];
  return {
    ...HEADERS,
    'mcp-protocol-version': version,
    ...(id !== undefined && { 'mcp-session-id': id }),
    ...(version === STATELESS_VERSION && { 'mcp-method': method }),
    ...(version === STATELESS_VERSION && typeof name === 'string' && { 'mcp-name': encodeHeaderValue(name) }),
  };
}

/** Adds what every request of the stateless revision has. */
function withMeta({ method, params }: McpRequest): McpRequest {
  const own = isObject(params['_meta']) ? params['_meta'] : {};
  const _meta = {
    ...own,
    [META_KEYS.protocolVersion]: STATELESS_VERSION,
    [META_KEYS.clientInfo]: IMPLEMENTATION,
    [META_KEYS.clientCapabilities]: {},
  };
  return { method, params: { ...params, _meta } };
}
