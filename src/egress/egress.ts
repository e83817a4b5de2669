import type { Agent, Dispatcher } from 'undici';
import type { EgressAllowList } from './allow-list.js';
import { Bulkhead } from './bulkhead.js';
import type { LargeBody, ResponseHead, ResponseLimit } from './cap.js';
import { Connector, type Lookup } from './connector.js';
import { EgressAbortedError, EgressBusyError, EgressDeniedError, EgressTimeoutError } from './errors.js';
import { Exchange, type EgressResponse } from './exchange.js';
import { Lifetime } from './lifetime.js';
import { openPool, type ExchangeDispatch } from './pool.js';
import { readMethod, withoutSecrets, writeHeaders } from './request-head.js';
import { admitBrowser, admitTarget, parseTarget, type Target } from './url-policy.js';

export interface EgressOptions {
  readonly allow: EgressAllowList;
  /** Finds the addresses of a name; the system's resolver by default. Replaceable for tests. */
  readonly lookup?: Lookup;
  /** The bulkhead: connections, and requests under way, per scheme, host and port; 64 by default. */
  readonly connectionsPerHost?: number;
  /** For look-up, connection and TLS handshake together; 10,000 by default. */
  readonly connectTimeoutMs?: number;
  /** A certificate authority (PEM) to trust beside the usual ones, for tests. Operators set NODE_EXTRA_CA_CERTS. */
  readonly ca?: string;
  /** `Countersign` by default. */
  readonly userAgent?: string;
}

export interface EgressRequest {
  /** Absolute. */
  readonly url: string;
  /** GET by default. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** One deadline for everything: a place in the bulkhead, look-up, connection, headers, body, redirects. */
  readonly timeoutMs: number;
  /** Caps the body after decompression, and before it too. A function is asked when the head of the answer is there. */
  readonly maxResponseBytes: number | ((head: ResponseHead) => ResponseLimit);
  /** Asked before much of a body is held. */
  readonly large?: LargeBody;
  /** What happens at the cap: `error` (default) or `truncate`, which stops reading and says so. */
  readonly overflow?: 'error' | 'truncate';
  /**
   * How many redirects of a GET or HEAD to follow, each checked like the first URL; 0 by default. A redirect that is not followed is the
   * result.
   */
  readonly redirects?: number;
  /** The request carries a secret, so that it may not be redirected. */
  readonly credential?: boolean;
  /** The caller went away. */
  readonly signal?: AbortSignal;
}

/** What goes out in one hop. */
interface Hop {
  readonly url: URL;
  readonly target: Target;
  readonly headers: string[];
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** The one HTTP client of the process. */
export class Egress {
  readonly #allow: EgressAllowList;
  readonly #userAgent: string;
  readonly #connector: Connector;
  readonly #agent: Agent;
  readonly #bulkhead: Bulkhead;
  readonly #places: number;
  #underWay = 0;
  #onIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EgressOptions) {
    const {
      allow,
      lookup,
      ca,
      connectionsPerHost = 64,
      connectTimeoutMs = 10_000,
      userAgent = 'Countersign',
    } = options;
    this.#allow = allow;
    this.#userAgent = userAgent;
    this.#connector = new Connector({ allow, lookup, ca, timeoutMs: connectTimeoutMs });
    this.#agent = openPool(this.#connector.connect, connectionsPerHost);
    this.#places = connectionsPerHost;
    this.#bulkhead = new Bulkhead(connectionsPerHost);
  }

  /**
   * Checks a URL as far as can be done without a look-up: for saving settings.
   *
   * @throws {EgressDeniedError} a call to it would be refused whatever its name resolves to
   */
  check(url: string): void {
    admitTarget(parseTarget(url).target, this.#allow);
  }

  /**
   * Checks a URL that a browser is sent to, and nobody here ever calls.
   *
   * @throws {EgressDeniedError} as {@link check}, and for plain http to any host but those that the allow list names itself: no look-up of
   *   ours would find the addresses of others
   */
  checkForBrowser(url: string): void {
    admitBrowser(parseTarget(url).target, this.#allow);
  }

  /**
   * Makes one call: to public addresses, over https with a verified certificate (TLS 1.2 or later), on port 443. The allow list lifts the
   * rules on address, port and plain http, never the one on certificates.
   *
   * No request is ever sent twice: after a failure with reason `reset` or a timeout it is up to the caller whether that is safe.
   *
   * @returns any HTTP answer, whatever its status
   * @throws {EgressDeniedError} the address policy forbids it
   * @throws {EgressUnreachableError} no connection, or it broke
   * @throws {EgressTimeoutError} the deadline passed; {@link EgressBusyError} where nothing was sent, for want of a place
   * @throws {EgressInvalidResponseError} broken HTTP or compression
   * @throws {EgressTooLargeError} larger than `maxResponseBytes`, unless `overflow` is `truncate`
   * @throws {EgressAbortedError} `signal`, or {@link close} was called before
   * @throws {TypeError} a programming error: a header or method that is not the caller's to set, redirects with a credential
   */
  async request(request: EgressRequest): Promise<EgressResponse> {
    const method = readMethod(request.method);
    const headers = writeHeaders(request.headers ?? {}, this.#userAgent);
    const redirects = request.redirects ?? 0;
    if (redirects > 0 && request.credential === true) throw new TypeError('a credential follows no redirects');
    const hop: Hop = { ...parseTarget(request.url), headers };
    if (this.#closing !== undefined) throw new EgressAbortedError(hop.target.host);
    const lifetime = new Lifetime(hop.target.host, request.timeoutMs, request.signal);
    this.#underWay++;
    try {
      const followed = method === 'GET' || method === 'HEAD' ? redirects : 0;
      return await this.#follow(hop, method, request, lifetime, followed);
    } finally {
      lifetime.close();
      if (--this.#underWay === 0) this.#onIdle?.();
    }
  }

  /** Takes no more calls, waits for those under way (their deadlines bound it) and closes all connections. */
  close(): Promise<void> {
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #drain(): Promise<void> {
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve));
    this.#connector.close();
    await this.#agent.destroy();
  }

  async #follow(first: Hop, method: string, request: EgressRequest, lifetime: Lifetime, redirects: number) {
    let hop = first;
    for (let left = redirects; ; left--) {
      const response = await this.#attempt(hop, method, request, lifetime).catch((error: unknown) => {
        throw hop === first ? error : refusedRedirect(first, error);
      });
      const location = REDIRECTS.has(response.status) ? response.headers['location'] : undefined;
      if (left <= 0 || location === undefined) return response;
      hop = nextHop(first, hop, location);
    }
  }

  /** Refuses before anything waits; the connector judges again, with the addresses. */
  async #attempt(hop: Hop, method: string, request: EgressRequest, lifetime: Lifetime): Promise<EgressResponse> {
    admitTarget(hop.target, this.#allow);
    lifetime.check();
    const { origin, href: url } = hop.url;
    const { maxResponseBytes: most, overflow, large } = request;
    const limit = typeof most === 'function' ? most : () => ({ bytes: most });
    return new Promise((resolve, reject) => {
      const exchange = new Exchange(
        { host: hop.target.host, url, method, limit, cut: overflow === 'truncate', large },
        (error, response) => (response === undefined ? reject(error) : resolve(response)),
        () => this.#bulkhead.leave(origin),
      );
      const options = dispatchOptions(hop, method, request, exchange);
      const start = (): void => {
        lifetime.onEnd((error) => exchange.fail(error));
        this.#agent.dispatch(options, exchange);
      };
      if (this.#bulkhead.tryEnter(origin)) return start();
      const leave = this.#bulkhead.wait(origin, start);
      lifetime.onEnd((error) => {
        leave();
        const isLate = error instanceof EgressTimeoutError;
        reject(isLate ? new EgressBusyError(hop.target.host, request.timeoutMs, this.#places) : error);
      });
    });
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

/** @throws {EgressDeniedError} `redirect`: it leads nowhere that may be called */
function nextHop(first: Hop, from: Hop, location: string): Hop {
  try {
    const to = parseTarget(location, from.url);
    to.url.hash = '';
    return { ...to, headers: to.url.origin === from.url.origin ? from.headers : withoutSecrets(from.headers) };
  } catch (error) {
    throw refusedRedirect(first, error);
  }
}

function refusedRedirect(first: Hop, error: unknown): unknown {
  if (!(error instanceof EgressDeniedError)) return error;
  const { host } = first.target;
  return new EgressDeniedError(
    error.host,
    'redirect',
    `${host} redirects to an address that is refused: ${error.message}`,
  );
}
