import type { Agent, Dispatcher } from 'undici';
import { Bulkhead } from '../common/index.js';
import type { EgressProxySettings } from '../config/index.js';
import { Connector } from './connection/connector.js';
import { Deadline } from './connection/deadline.js';
import { openPool, type ExchangeDispatch } from './connection/pool.js';
import {
  EgressAbortedError,
  EgressBusyError,
  EgressStaleConnectionError,
  EgressTimeoutError,
} from './errors/egress-error.js';
import type { ResponseHead, ResponseLimit } from './exchange/body-limit.js';
import { Exchange, type EgressResponse } from './exchange/exchange.js';
import type { BodyMemory, MemoryReservation } from './exchange/memory-reservation.js';
import { flattenHeaders, normalizeMethod } from './exchange/request-head.js';
import type { Lookup } from './lookup/system-lookup.js';
import type { EgressAllowList } from './policy/allow-list.js';
import { checkBrowserTarget, checkTarget, parseTarget } from './policy/url-policy.js';
import { type Hop, hopWithinOrigin, nextHop, redirectError, redirectLocation } from './redirects.js';

export interface EgressOptions {
  readonly allow: EgressAllowList;
  /** Resolves a name; {@link SystemLookup} by default. Replaceable for tests. */
  readonly lookup?: Lookup;
  /** Requests in flight per scheme, host and port; 64 by default. */
  readonly slotsPerHost?: number;
  /** OAuth requests in flight per scheme, host and port, counted separately; 16 by default. */
  readonly oauthSlotsPerHost?: number;
  /** Covers DNS lookup, connection and TLS handshake together; 10,000 by default. */
  readonly connectTimeoutMs?: number;
  /** The proxy that everything goes through but hosts and addresses that `allow` lists. */
  readonly proxy?: EgressProxySettings | undefined;
  /** Lets the proxy resolve names, so that their addresses are not checked; `false` by default. */
  readonly proxyResolves?: boolean;
  /** A certificate authority (PEM) to trust in addition to the usual ones, for tests. Operators set NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
  /** `Countersign` by default. */
  readonly userAgent?: string;
}

export interface EgressRequest {
  /** The tenant whose share of slots, lookups and memory the request takes; the server's own requests are one tenant more. */
  readonly tenantId?: string;
  /** Absolute. */
  readonly url: string;
  /** GET by default. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** One deadline for everything: the wait for a slot, DNS lookup, connection, headers, body and redirects. */
  readonly timeoutMs: number;
  /** Limits the body before and after decompression. A function is called with the head of the response. */
  readonly maxResponseBytes: number | ((head: ResponseHead) => ResponseLimit);
  /** Counts the memory of response bodies and delays reading when too much is in use. */
  readonly memory?: MemoryReservation;
  /** The class whose slots the request takes; `calls` by default. Slow calls do not delay `oauth` requests, nor the other way around. */
  readonly trafficClass?: TrafficClass;
  /** What happens at the limit: `error` (default), or `truncate`, which stops reading and sets `truncated`. */
  readonly overflow?: 'error' | 'truncate';
  /**
   * The maximum number of redirects of a GET or HEAD to follow, each checked like the first URL; 0 by default. A redirect that is not followed
   * is returned as the response.
   */
  readonly redirects?: number;
  /** The request carries a secret and must not be redirected, except with {@link redirectWithinOrigin}. */
  readonly credential?: boolean;
  /**
   * Decides on a redirect to the same scheme, host and port, which is the only one that is followed then. The request is sent again with all its
   * headers.
   *
   * @returns the URL to request, at the same origin; `undefined` to return the redirect as the response
   */
  readonly redirectWithinOrigin?: (location: URL) => string | undefined;
  /** Aborts the request when the caller disconnects. */
  readonly signal?: AbortSignal;
}

export type TrafficClass = 'calls' | 'oauth';

/** RFC 9110, 9.2.1 */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The tenant id of requests that the server makes for itself. */
const SERVER = '';

/** The HTTP client: the process's single egress point. */
export class Egress {
  readonly #allowList: EgressAllowList;
  readonly #userAgent: string;
  readonly #connector: Connector;
  readonly #agent: Agent;
  /** Opens a new connection for each request. */
  readonly #freshAgent: Agent;
  readonly #bulkheads: Readonly<Record<TrafficClass, Bulkhead>>;
  #inFlight = 0;
  #onIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EgressOptions) {
    const {
      allow,
      lookup,
      ca,
      proxy,
      proxyResolves,
      slotsPerHost = 64,
      oauthSlotsPerHost = 16,
      connectTimeoutMs = 10_000,
      userAgent = 'Countersign',
    } = options;
    this.#allowList = allow;
    this.#userAgent = userAgent;
    this.#connector = new Connector({ allow, lookup, ca, proxy, proxyResolves, timeoutMs: connectTimeoutMs });
    this.#agent = openPool(this.#connector.connect, true);
    this.#freshAgent = openPool(this.#connector.connect, false);
    this.#bulkheads = { calls: new Bulkhead(slotsPerHost), oauth: new Bulkhead(oauthSlotsPerHost) };
  }

  /**
   * Checks a URL as far as possible without a DNS lookup, for validating settings.
   *
   * @throws {EgressDeniedError} a request to it would be denied whatever its name resolves to
   */
  check(url: string): void {
    checkTarget(parseTarget(url).target, this.#allowList);
  }

  /**
   * Checks a URL that browsers are sent to and that is never requested from here.
   *
   * @throws {EgressDeniedError} as {@link check}, and for plain http to any host that is not listed by name: a DNS lookup here would not tell
   *   which address the browser connects to
   */
  checkForBrowser(url: string): void {
    checkBrowserTarget(parseTarget(url).target, this.#allowList);
  }

  /**
   * Sends one request: to public addresses, over https with a verified certificate (TLS 1.2 or later), on port 443. The allow list lifts the
   * rules on address, port and plain http, but not the rule on certificates.
   *
   * Sends a GET, HEAD or OPTIONS once more, on a new connection, if the server closed a kept connection without a byte of a response (RFC 9110,
   * 9.2.2). Never retries otherwise: after an error with reason `reset` or a timeout, the caller decides whether that is safe.
   *
   * @returns any HTTP response, whatever its status
   * @throws {EgressDeniedError} the egress policy denies the request
   * @throws {EgressUnreachableError} no connection, or it broke
   * @throws {EgressTimeoutError} the deadline passed; {@link EgressBusyError} if nothing was sent because no slot was free
   * @throws {EgressInvalidResponseError} broken HTTP or compression
   * @throws {EgressTooLargeError} larger than `maxResponseBytes`, unless `overflow` is `truncate`
   * @throws {EgressAbortedError} `signal` was aborted, or {@link close} was called before
   * @throws {TypeError} a programming error: a reserved header, a forbidden method, redirects with a credential to other origins
   */
  async request(request: EgressRequest): Promise<EgressResponse> {
    const method = normalizeMethod(request.method);
    const headers = flattenHeaders(request.headers ?? {}, this.#userAgent);
    const redirects = request.redirects ?? 0;
    if (redirects > 0 && request.credential === true && request.redirectWithinOrigin === undefined) {
      throw new TypeError('a request with a credential must not follow redirects to other origins');
    }
    const hop: Hop = { ...parseTarget(request.url), headers };
    if (this.#closing !== undefined) throw new EgressAbortedError(hop.target.host);
    const deadline = new Deadline(hop.target.host, request.timeoutMs, request.signal);
    this.#inFlight++;
    try {
      const maxRedirects = method === 'GET' || method === 'HEAD' ? redirects : 0;
      return await this.#follow(hop, method, request, deadline, maxRedirects);
    } finally {
      deadline.close();
      if (--this.#inFlight === 0) this.#onIdle?.();
    }
  }

  /** Rejects new requests, waits for those in flight (bounded by their deadlines) and closes all connections. */
  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    if (this.#inFlight > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#connector.close();
    await Promise.all([this.#agent.destroy(), this.#freshAgent.destroy()]);
  }

  async #follow(first: Hop, method: string, request: EgressRequest, deadline: Deadline, redirects: number) {
    let hop = first;
    for (let left = redirects; ; left--) {
      let memory: BodyMemory | undefined;
      const attempt = (agent: Agent): Promise<EgressResponse> => {
        memory = request.memory?.open(hop.url.host);
        return this.#send(hop, method, request, deadline, memory, agent);
      };
      const response = await attempt(this.#agent)
        .catch((error: unknown) => {
          if (!(error instanceof EgressStaleConnectionError && SAFE_METHODS.has(method))) throw error;
          return attempt(this.#freshAgent);
        })
        .catch((error: unknown) => {
          throw hop === first ? error : redirectError(first, error);
        });
      const location = redirectLocation(response);
      if (left <= 0 || location === undefined) return response;
      const { redirectWithinOrigin } = request;
      const next = redirectWithinOrigin
        ? hopWithinOrigin(hop, location, redirectWithinOrigin)
        : nextHop(first, hop, location);
      if (next === undefined) return response;
      memory?.release();
      hop = next;
    }
  }

  /** Checks the target before anything waits; the connector checks it again, with its resolved addresses. */
  async #send(
    hop: Hop,
    method: string,
    request: EgressRequest,
    deadline: Deadline,
    memory: BodyMemory | undefined,
    agent: Agent,
  ): Promise<EgressResponse> {
    checkTarget(hop.target, this.#allowList);
    deadline.check();
    const { origin, href: url } = hop.url;
    const { maxResponseBytes, overflow } = request;
    const limit = typeof maxResponseBytes === 'function' ? maxResponseBytes : () => ({ bytes: maxResponseBytes });
    return new Promise((resolve, reject) => {
      let releaseSlot = (): void => undefined;
      const exchange = new Exchange(
        {
          host: hop.target.host,
          tenantId: request.tenantId ?? SERVER,
          url,
          method,
          limit,
          truncate: overflow === 'truncate',
          memory,
        },
        (error, response) => (response === undefined ? reject(error) : resolve(response)),
        () => releaseSlot(),
      );
      const options = dispatchOptions(hop, method, request, exchange);
      const start = (release: () => void): void => {
        releaseSlot = release;
        deadline.onExceeded((error) => exchange.expire(error));
        agent.dispatch(options, exchange);
      };
      const cancelWait = this.#acquireSlot(origin, request, start);
      if (cancelWait === undefined) return;
      deadline.onExceeded((error) => {
        cancelWait();
        const { slots } = this.#bulkheads[request.trafficClass ?? 'calls'];
        const isTimeout = error instanceof EgressTimeoutError;
        reject(isTimeout ? new EgressBusyError(hop.target.host, request.timeoutMs, slots) : error);
      });
    });
  }

  /**
   * Takes a slot at the host, now or when one is free. A call that holds memory needs no slot, and stops waiting for one when it gets memory:
   * requests that have slots may be waiting for its memory, so it must not wait for them. The memory limit bounds the number of such calls.
   *
   * @param start called once, with a function that releases the slot
   * @returns cancels the wait; `undefined` if the request has started
   */
  #acquireSlot(origin: string, request: EgressRequest, start: (release: () => void) => void): (() => void) | undefined {
    const { memory, trafficClass = 'calls', tenantId = SERVER } = request;
    const bulkhead = this.#bulkheads[trafficClass];
    const startWithSlot = (): void => start(() => bulkhead.release(origin, tenantId));
    const startWithoutSlot = (): void => start(() => undefined);
    if (memory?.isHolding === true) return void startWithoutSlot();
    if (bulkhead.tryAcquire(origin, tenantId)) return void startWithSlot();
    const cancels: (() => void)[] = [];
    const cancelAll = (): void => {
      for (const cancel of cancels) cancel();
    };
    const startOnce = (startRequest: () => void) => (): void => {
      cancelAll();
      startRequest();
    };
    cancels.push(bulkhead.wait(origin, tenantId, startOnce(startWithSlot)));
    if (memory) cancels.push(memory.onGranted(startOnce(startWithoutSlot)));
    return cancelAll;
  }
}

function dispatchOptions(
  { url, headers }: Hop,
  method: string,
  request: EgressRequest,
  exchange: Exchange,
): ExchangeDispatch {
  const { body } = request;
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: method as Dispatcher.HttpMethod,
    headers,
    body:
      body === undefined || typeof body === 'string'
        ? body
        : Buffer.from(body.buffer, body.byteOffset, body.byteLength),
    exchange,
  } as ExchangeDispatch;
}
