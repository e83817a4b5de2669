import type { Agent, Dispatcher } from 'undici';
import type { EgressAllowList } from './allow-list.js';
import { Bulkhead } from './bulkhead.js';
import type { HeldBody, Holding, ResponseHead, ResponseLimit } from './cap.js';
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
  /** The bulkhead: requests under way per scheme, host and port; 64 by default. */
  readonly placesPerHost?: number;
  /** And beside them those of OAuth; 16 by default. */
  readonly oauthPlacesPerHost?: number;
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
  /** Counts what is held of bodies, and makes wait who would hold too much. */
  readonly holding?: Holding;
  /** Whose places at the host it takes; `calls` by default. Slow calls do not hold up the requests of `oauth`, nor those calls. */
  readonly lane?: Lane;
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

export type Lane = 'calls' | 'oauth';

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
  readonly #bulkheads: Readonly<Record<Lane, Bulkhead>>;
  #underWay = 0;
  #onIdle: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: EgressOptions) {
    const {
      allow,
      lookup,
      ca,
      placesPerHost = 64,
      oauthPlacesPerHost = 16,
      connectTimeoutMs = 10_000,
      userAgent = 'Countersign',
    } = options;
    this.#allow = allow;
    this.#userAgent = userAgent;
    this.#connector = new Connector({ allow, lookup, ca, timeoutMs: connectTimeoutMs });
    this.#agent = openPool(this.#connector.connect);
    this.#bulkheads = { calls: new Bulkhead(placesPerHost), oauth: new Bulkhead(oauthPlacesPerHost) };
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
      const held = request.holding?.open(hop.url.host);
      const response = await this.#attempt(hop, method, request, lifetime, held).catch((error: unknown) => {
        throw hop === first ? error : refusedRedirect(first, error);
      });
      const location = REDIRECTS.has(response.status) ? response.headers['location'] : undefined;
      if (left <= 0 || location === undefined) return response;
      held?.drop();
      hop = nextHop(first, hop, location);
    }
  }

  /** Refuses before anything waits; the connector judges again, with the addresses. */
  async #attempt(
    hop: Hop,
    method: string,
    request: EgressRequest,
    lifetime: Lifetime,
    held: HeldBody | undefined,
  ): Promise<EgressResponse> {
    admitTarget(hop.target, this.#allow);
    lifetime.check();
    const { origin, href: url } = hop.url;
    const { maxResponseBytes: most, overflow } = request;
    const limit = typeof most === 'function' ? most : () => ({ bytes: most });
    return new Promise((resolve, reject) => {
      let release = (): void => undefined;
      const exchange = new Exchange(
        { host: hop.target.host, url, method, limit, cut: overflow === 'truncate', held },
        (error, response) => (response === undefined ? reject(error) : resolve(response)),
        () => release(),
      );
      const options = dispatchOptions(hop, method, request, exchange);
      const start = (leave: () => void): void => {
        release = leave;
        lifetime.onEnd((error) => exchange.fail(error));
        this.#agent.dispatch(options, exchange);
      };
      const stopWaiting = this.#enter(origin, request, start);
      if (stopWaiting === undefined) return;
      lifetime.onEnd((error) => {
        stopWaiting();
        const isLate = error instanceof EgressTimeoutError;
        const { places } = this.#bulkheads[request.lane ?? 'calls'];
        reject(isLate ? new EgressBusyError(hop.target.host, request.timeoutMs, places) : error);
      });
    });
  }

  /**
   * Takes a place at the host, now or when one is free. A call that holds something of bodies needs none, and leaves the line as soon as it
   * does: others with places may wait for what it holds, and it must not wait for them. The room for bodies bounds how many such calls there are.
   *
   * @param start called once, with what gives the place back
   * @returns stops waiting; `undefined` where it has started
   */
  #enter(origin: string, request: EgressRequest, start: (leave: () => void) => void): (() => void) | undefined {
    const { holding, lane = 'calls' } = request;
    const bulkhead = this.#bulkheads[lane];
    const leave = (): void => bulkhead.leave(origin);
    const withoutPlace = (): void => start(() => undefined);
    if (holding?.isHolding === true) return void withoutPlace();
    if (bulkhead.tryEnter(origin)) return void start(leave);
    const stops: (() => void)[] = [];
    const stopWaiting = (): void => {
      for (const stop of stops) stop();
    };
    const startInstead = (how: () => void) => (): void => {
      stopWaiting();
      how();
    };
    stops.push(
      bulkhead.wait(
        origin,
        startInstead(() => start(leave)),
      ),
    );
    if (holding) stops.push(holding.whenHolding(startInstead(withoutPlace)));
    return stopWaiting;
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
