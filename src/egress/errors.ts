/**
 * What can go wrong on the way out. Messages are plain English for the person who set the action up; they name the host and the reason,
 * and hold no path, query string, user information, header or body. Nothing is attached as `cause` either: the parser's errors carry the
 * bytes of the answer.
 */
export type EgressErrorCode =
  'egress_denied' | 'upstream_unreachable' | 'upstream_timeout' | 'upstream_invalid' | 'upstream_too_large' | 'aborted';

/** Every failure of {@link Egress}, except programming errors, which are `TypeError`s. */
export abstract class EgressError extends Error {
  constructor(
    readonly code: EgressErrorCode,
    /** The host name or address without port and brackets; empty where the URL cannot be read. */
    readonly host: string,
    message: string,
  ) {
    super(message);
    this.name = new.target.name;
  }
}

export type DenialReason = 'scheme' | 'port' | 'userinfo' | 'address' | 'name' | 'url' | 'redirect';

/** The address policy forbids the call. Nothing was sent. */
export class EgressDeniedError extends EgressError {
  static readonly code = 'egress_denied';

  constructor(
    host: string,
    readonly reason: DenialReason,
    message: string,
  ) {
    super(EgressDeniedError.code, host, message);
  }
}

export type UnreachableReason = 'dns' | 'connect' | 'tls' | 'reset';

/**
 * No answer could be had. After `dns`, `connect` and `tls` the request was not sent; after `reset` the other side may have acted on it.
 * (A server that wants a client certificate says so only after the request was written, TLS 1.3: that is `tls` too, and it did not act.)
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

/** The deadline of the whole call passed. The other side may have acted on the request. */
export class EgressTimeoutError extends EgressError {
  static readonly code = 'upstream_timeout';

  constructor(
    host: string,
    timeoutMs: number,
    message = `${host} did not answer in full within ${Math.max(0, timeoutMs)} ms`,
  ) {
    super(EgressTimeoutError.code, host, message);
  }
}

/** The deadline passed while as many calls as the host has places for were under way. The other side has not heard of this one. */
export class EgressBusyError extends EgressTimeoutError {
  constructor(host: string, timeoutMs: number, others: number) {
    const waited = `this one was not sent within ${Math.max(0, timeoutMs)} ms`;
    super(host, timeoutMs, `${host} has not answered ${others} other calls that are under way; ${waited}`);
  }
}

/** The answer is not HTTP/1.1 or its compression is broken. */
export class EgressInvalidResponseError extends EgressError {
  static readonly code = 'upstream_invalid';

  constructor(host: string, problem: string) {
    super(EgressInvalidResponseError.code, host, `${host} sent an answer that cannot be read: ${problem}`);
  }
}

/** The body, as sent or after decompression, is larger than the caller's cap. */
export class EgressTooLargeError extends EgressError {
  static readonly code = 'upstream_too_large';

  constructor(host: string, limit: number) {
    super(EgressTooLargeError.code, host, `${host} sent more than ${limit} bytes`);
  }
}

/** The caller went away, or the process is stopping. */
export class EgressAbortedError extends EgressError {
  static readonly code = 'aborted';

  constructor(host: string) {
    super(EgressAbortedError.code, host, `the call to ${host} was given up before it was answered`);
  }
}
