import { Injectable } from '@nestjs/common';
import { isObject, type JsonObject } from '@countersign/openapi';
import { TenantCache } from '../cluster/index.js';
import { digest } from '../common/index.js';
import type { EgressResponse, ResponseHead } from '../egress/index.js';
import { answerOf, answerWatcher } from './answer-reader.js';
import { McpServerError } from './mcp-server.error.js';
import { writeNotification, writeRequest, type McpAnswer, type McpError, type McpRequest } from './message.js';
import { HANDSHAKE_VERSIONS, STATELESS_VERSION } from './versions.js';

/** One message to an MCP server, as an HTTP request. */
export interface McpPost {
  headers: Record<string, string>;
  body: string;
  /** For the limit of the response: see `ResponseLimit.isComplete`. */
  isComplete: (head: ResponseHead) => ((piece: Uint8Array) => boolean) | undefined;
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

/** The response to a request, and the answer that it has; `undefined` if the server answered with something else. */
export interface McpResponse {
  response: EgressResponse;
  answer?: McpAnswer;
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

const CLIENT_INFO = { name: 'countersign', version: '0.1.0' };
const META = 'io.modelcontextprotocol/';

/** Statuses that say nothing about the revision: the credential is missing, rejected or not enough. */
const REFUSALS: ReadonlySet<number> = new Set([401, 403]);

/** The code of an error that lists the supported revisions (2026-07-28). */
const UNSUPPORTED_VERSION = -32022;

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
    return { ...(await this.post(peer, sent, headersOf(session, request))), hadSession: session.id !== undefined };
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
    const found = await this.post(peer, withMeta(discovery), headersOf(STATELESS, discovery));
    if (REFUSALS.has(found.response.status)) return { refusal: found };
    if (found.answer && 'result' in found.answer) return { session: { ...STATELESS, server: found.answer.result } };
    if (found.answer && supportsStateless(found.answer.error)) return { session: STATELESS };
    const [newest = ''] = HANDSHAKE_VERSIONS;
    const params = { protocolVersion: newest, capabilities: {}, clientInfo: CLIENT_INFO };
    const refusal = await this.post(peer, { method: 'initialize', params }, {});
    const { response, answer } = refusal;
    if (!answer || !('result' in answer)) return { refusal };
    const { protocolVersion: version } = answer.result;
    if (typeof version !== 'string' || !HANDSHAKE_VERSIONS.includes(version))
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
      isComplete: () => undefined,
    });
  }

  private async post(peer: McpPeer, request: McpRequest, more: Record<string, string>): Promise<McpResponse> {
    const id = ++this.lastId;
    const headers = { ...HEADERS, ...more };
    const isComplete = (head: ResponseHead) => answerWatcher(id, head);
    const response = await peer.post({ headers, body: writeRequest(id, request), isComplete });
    const answer = answerOf(id, response);
    return { response, ...(answer && { answer }) };
  }
}

function supportsStateless({ code, data }: McpError): boolean {
  const supported = isObject(data) ? data['supported'] : undefined;
  return code === UNSUPPORTED_VERSION && Array.isArray(supported) && supported.includes(STATELESS_VERSION);
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
    ...(version === STATELESS_VERSION && typeof name === 'string' && { 'mcp-name': headerValue(name) }),
  };
}

/** Writes a value that is not plain ASCII as UTF-8 in base64 (2026-07-28, Transports). */
function headerValue(value: string): string {
  const isPlain = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value) && !value.startsWith('=?');
  return isPlain ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`;
}

/** Adds what every request of the stateless revision has. */
function withMeta({ method, params }: McpRequest): McpRequest {
  const own = isObject(params['_meta']) ? params['_meta'] : {};
  const _meta = {
    ...own,
    [`${META}protocolVersion`]: STATELESS_VERSION,
    [`${META}clientInfo`]: CLIENT_INFO,
    [`${META}clientCapabilities`]: {},
  };
  return { method, params: { ...params, _meta } };
}
