/** Stable codes of {@link EgressError}s. All but `upstream_too_large` and `aborted` are problem codes of the HTTP API as well. */
export type EgressErrorCode =
  'egress_denied' | 'upstream_unreachable' | 'upstream_timeout' | 'upstream_invalid' | 'upstream_too_large' | 'aborted';

/**
 * The base class of every failure of {@link Egress}, except programming errors, which are `TypeError`s.
 *
 * Messages are written for the person who configured the action: they name the host and the problem, and never contain a path, query string,
 * user information, header or body. There is no `cause`: the parser's errors carry bytes of the response.
 */
export abstract class EgressError extends Error {
  constructor(
    readonly code: EgressErrorCode,
    /** The host name or address without port and brackets; empty if the URL cannot be parsed. */
    readonly host: string,
    message: string,
  ) {
    super(message);
    this.name = new.target.name;
  }

  /** The message for runtime keys and end users. */
  get publicMessage(): string {
    return this.message;
  }
}

export type DenialReason = 'scheme' | 'port' | 'userinfo' | 'address' | 'name' | 'url' | 'redirect';

/**
 * The egress policy denies the request. Nothing was sent.
 *
 * The message says what kind of address the host has and which EGRESS_ALLOW entry would allow it. That describes the operator's network, so it
 * is for operators and admins only; {@link publicMessage} is for everyone else.
 */
export class EgressDeniedError extends EgressError {
  static readonly code = 'egress_denied';

  constructor(
    host: string,
    readonly reason: DenialReason,
    message: string,
    /** The EGRESS_ALLOW entry that would allow the request; `undefined` if none would. */
    readonly allowEntry?: string,
  ) {
    super(EgressDeniedError.code, host, message);
  }

  override get publicMessage(): string {
    return 'the egress policy does not allow this address';
  }
}

export type UnreachableReason = 'dns' | 'proxy' | 'connect' | 'tls' | 'reset';

/**
 * There was no response. After `dns`, `proxy`, `connect` and `tls` the request was not sent; after `reset` the server may have acted on it.
 * (A server that requires a client certificate says so only after the request was sent, TLS 1.3: the reason is `tls` then too, and the server
 * did not act.)
 */
export class EgressUnreachableError extends EgressError {
  static readonly code = 'upstream_unreachable';

  constructor(
    host: string,
    readonly reason: UnreachableReason,
    message: string,
  ) {
    super(EgressUnreachableError.code, host, message);
  }
}

/** The server closed a connection that had served other requests, without a byte of a response: it did so while the request was on its way. */
export class EgressStaleConnectionError extends EgressUnreachableError {}

/** The deadline passed. The server may have acted on the request. */
export class EgressTimeoutError extends EgressError {
  static readonly code = 'upstream_timeout';

  constructor(
    host: string,
    timeoutMs: number,
    message = `${host} did not respond completely within ${Math.max(0, timeoutMs)} ms`,
  ) {
    super(EgressTimeoutError.code, host, message);
  }
}

/** The deadline passed while all of the host's slots that the tenant may have were taken. Nothing was sent. */
export class EgressBusyError extends EgressTimeoutError {
  constructor(host: string, timeoutMs: number, slots: number) {
    const waited = Math.max(0, timeoutMs);
    super(
      host,
      timeoutMs,
      `no slot at ${host} was free for the tenant within ${waited} ms (tenants share ${slots}); the request was not sent`,
    );
  }
}

/** The response is not valid HTTP/1.1, or its compression is corrupt. */
export class EgressInvalidResponseError extends EgressError {
  static readonly code = 'upstream_invalid';

  constructor(host: string, problem: string) {
    super(EgressInvalidResponseError.code, host, `${host} sent an invalid response: ${problem}`);
  }
}

/** The body is larger than the limit, before or after decompression. */
export class EgressTooLargeError extends EgressError {
  static readonly code = 'upstream_too_large';

  constructor(host: string, limit: number) {
    super(EgressTooLargeError.code, host, `${host} sent more than ${limit} bytes`);
  }
}

/** The caller disconnected, or the process is shutting down. */
export class EgressAbortedError extends EgressError {
  static readonly code = 'aborted';

  constructor(host: string) {
    super(EgressAbortedError.code, host, `the request to ${host} was aborted before the response was complete`);
  }
}
