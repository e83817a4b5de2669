import {
  EgressError,
  EgressInvalidResponseError,
  EgressStaleConnectionError,
  EgressUnreachableError,
  type UnreachableReason,
} from './egress-error.js';

/** Plain-language descriptions of OpenSSL's and Node's certificate error codes. */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'has been revoked',
  CERT_REJECTED: 'is not made for servers',
  INVALID_PURPOSE: 'is not made for servers',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'was issued by an authority that is not trusted (self-signed)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'was issued for another host name',
  HOSTNAME_MISMATCH: 'was issued for another host name',
  UNABLE_TO_GET_ISSUER_CERT: 'cannot be traced to a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'cannot be traced to a trusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'cannot be traced to a trusted authority (the server may not send the intermediate certificates)',
};

const INVALID_RESPONSES: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_OVERFLOW: 'its headers are too large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'its body does not have the length that content-length declares',
};

/** Reads a property without `instanceof`: errors of Node's own modules are not `instanceof Error` in every realm (workers, test runners). */
function textOf(error: unknown, key: 'code' | 'message' | 'name'): string {
  const value: unknown = typeof error === 'object' && error !== null && key in error ? error[key as never] : undefined;
  return typeof value === 'string' ? value : '';
}

function isTlsCode(code: string): boolean {
  return (
    code in CERTIFICATE_PROBLEMS || code === 'EPROTO' || code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')
  );
}

function tlsFailure(host: string, code: string): EgressUnreachableError {
  const problem = CERTIFICATE_PROBLEMS[code];
  const message =
    problem === undefined
      ? `no secure connection to ${host} could be established (${code})`
      : `the certificate of ${host} ${problem}`;
  return new EgressUnreachableError(host, 'tls', message);
}

/** Maps an error of a DNS lookup. */
export function lookupFailure(host: string, error: unknown): EgressUnreachableError {
  const code = textOf(error, 'code');
  const message =
    code === 'ENOTFOUND' || code === '' ? `${host} has no IP address` : `the DNS lookup of ${host} failed (${code})`;
  return new EgressUnreachableError(host, 'dns', message);
}

/** Maps an error that occurred before the request was sent: connection refused, no route, reset or an untrusted certificate. */
export function connectFailure(host: string, error: unknown): EgressError {
  if (error instanceof EgressError) return error;
  const code = textOf(error, 'code');
  if (isTlsCode(code)) return tlsFailure(host, code);
  // A reset during the handshake is neither a refused connection nor a certificate problem.
  const [reason, problem]: [UnreachableReason, string] =
    code === 'ECONNRESET'
      ? ['reset', 'closed the connection during the handshake']
      : ['connect', 'did not accept the connection'];
  return new EgressUnreachableError(host, reason, code === '' ? `${host} ${problem}` : `${host} ${problem} (${code})`);
}

/**
 * Maps an error that occurred on an open connection.
 *
 * @param isStale the connection has served other requests, and nothing of the response has arrived
 * @returns a `TypeError` if the request itself cannot be written, such as a header that contains a line break
 */
export function exchangeFailure(host: string, error: unknown, isStale: boolean): EgressError | TypeError {
  if (error instanceof EgressError) return error;
  const [code, message] = [textOf(error, 'code'), textOf(error, 'message')];
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED')
    return new TypeError(`${message} (request to ${host})`);
  // undici sets no code on some parser errors.
  if (textOf(error, 'name') === 'HTTPParserError') return new EgressInvalidResponseError(host, 'it is not HTTP/1.1');
  if (code in INVALID_RESPONSES) return new EgressInvalidResponseError(host, INVALID_RESPONSES[code] ?? '');
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) {
    return new EgressInvalidResponseError(host, 'it does not answer the request');
  }
  if (isTlsCode(code)) return tlsFailure(host, code);
  return connectionClosed(host, isStale);
}

export function connectionClosed(host: string, isStale = false): EgressUnreachableError {
  const ErrorClass = isStale ? EgressStaleConnectionError : EgressUnreachableError;
  return new ErrorClass(host, 'reset', `${host} closed the connection before the response was complete`);
}
