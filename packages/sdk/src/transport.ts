import type { Problem } from './api/index.js';
import { CountersignError } from './errors.js';
import { wait } from './wait.js';

/** A longer `Retry-After` is left to the caller. */
const MAX_RETRY_AFTER_MS = 60_000;
const FIRST_BACKOFF_MS = 500;
/** Default for a single attempt: more than the server gives a call, and more than a long poll takes. */
const ATTEMPT_TIMEOUT_MS = 120_000;
const MAX_RETRIES = 4;

export interface TransportOptions {
  /** The server's `PUBLIC_URL`. */
  url: string;
  /** A runtime key, or an admin key. */
  key: string;
  fetch?: typeof fetch | undefined;
  /** Retries of a request; 4 by default. */
  maxRetries?: number | undefined;
  /** Duration of a single attempt; 120,000 by default. */
  timeoutMs?: number | undefined;
}

export interface ApiRequest {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: object | undefined;
  /** Whether the request may be sent again if its response was lost. */
  idempotent: boolean;
  signal?: AbortSignal | undefined;
}

interface ApiResponse {
  status: number;
  headers: Headers;
  text: string;
}

/** Sends requests with the key, and repeats those that are safe to repeat. */
export class Transport {
  // Private, so that a client that is logged does not show the key.
  readonly #key: string;
  readonly #base: string;
  readonly #fetch: typeof fetch;
  readonly #maxRetries: number;
  readonly #timeoutMs: number;

  constructor({ url, key, fetch: given, maxRetries = MAX_RETRIES, timeoutMs = ATTEMPT_TIMEOUT_MS }: TransportOptions) {
    this.#base = baseOf(url);
    if (typeof key !== 'string' || key === '') throw new TypeError('`key` must be an API key of Countersign');
    this.#key = key;
    // Looked up for each request, so that tests and instrumentation may replace it.
    this.#fetch = given ?? ((...args) => fetch(...args));
    this.#maxRetries = maxRetries;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Sends a request until its response is final.
   *
   * A 429 is repeated after its `Retry-After`, a 503 and, if the request is idempotent, a lost response after a backoff.
   *
   * @returns the parsed body, `undefined` for 204
   * @throws {CountersignError} the request failed; the signal's reason if it is aborted
   */
  async send<T>(request: ApiRequest): Promise<T> {
    for (let attempt = 0; ; attempt++) {
      const canRetry = attempt < this.#maxRetries;
      const response = await this.#attempt(request).catch((cause: unknown) => {
        request.signal?.throwIfAborted();
        if (canRetry && request.idempotent) return undefined;
        const message = `Countersign did not respond to ${request.method} ${request.path}`;
        throw new CountersignError('network_error', message, { cause });
      });
      const delay = response ? retryDelay(response, attempt) : backoff(attempt);
      if (response && (delay === undefined || !canRetry)) {
        // The first attempt deleted it, and its response was lost.
        if (request.method === 'DELETE' && attempt > 0 && response.status === 404) return undefined as T;
        return parse<T>(request, response);
      }
      await wait(delay ?? 0, request.signal);
    }
  }

  async #attempt({ method, path, query = {}, body, signal }: ApiRequest): Promise<ApiResponse> {
    const url = new URL(this.#base + path);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const timeout = AbortSignal.timeout(this.#timeoutMs);
    const response = await this.#fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${this.#key}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      // The API redirects no client: a redirect would take the key elsewhere.
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }
}

function baseOf(url: string): string {
  if (typeof url === 'string' && /^https?:\/\//i.test(url)) {
    const { origin, pathname } = new URL(url);
    return origin + pathname.replace(/\/+$/, '');
  }
  throw new TypeError("`url` must be Countersign's PUBLIC_URL, such as https://countersign.example.com");
}

/** Returns milliseconds until the request may be repeated, `undefined` if it must not be. */
function retryDelay({ status, headers }: ApiResponse, attempt: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = headers.get('retry-after') ?? '';
  if (!/^\d+$/.test(seconds)) return status === 503 ? backoff(attempt) : undefined;
  const delay = Number(seconds) * 1000;
  return delay <= MAX_RETRY_AFTER_MS ? delay : undefined;
}

/** Doubles with each attempt. Random, so that clients do not return together. */
function backoff(attempt: number): number {
  return FIRST_BACKOFF_MS * 2 ** attempt * (0.5 + Math.random() / 2);
}

function parse<T>({ method, path }: ApiRequest, { status, headers, text }: ApiResponse): T {
  if (status === 204) return undefined as T;
  const request_id = headers.get('x-request-id') ?? undefined;
  const body = parsedJson(text);
  if (status >= 200 && status < 300 && isObject(body)) return body as T;
  if (status >= 400 && isProblem(body)) {
    const { code, detail, errors } = body;
    throw new CountersignError(code, detail, { status, request_id: body.request_id ?? request_id, errors });
  }
  const message = `${method} ${path}: the response with status ${status} is not one of Countersign; check \`url\` and the proxies before it`;
  throw new CountersignError('unexpected_response', message, { status, request_id });
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isProblem(value: unknown): value is Omit<Problem, 'request_id'> & { request_id?: string } {
  return isObject(value) && typeof value['code'] === 'string' && typeof value['detail'] === 'string';
}
