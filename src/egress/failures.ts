import { EgressError, EgressInvalidResponseError, EgressUnreachableError, type UnreachableReason } from './errors.js';

/** OpenSSL's and Node's names for what is wrong with a certificate, in words. */
const CERTIFICATE_PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'has been revoked',
  CERT_REJECTED: 'is not made for servers',
  INVALID_PURPOSE: 'is not made for servers',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that is not trusted (self-signed)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'was issued for another host name',
  HOSTNAME_MISMATCH: 'was issued for another host name',
  UNABLE_TO_GET_ISSUER_CERT: 'cannot be traced to a trusted authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'cannot be traced to a trusted authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'cannot be traced to a trusted authority (the server may not send the intermediate certificates)',
};

const BROKEN_ANSWERS: Readonly<Record<string, string>> = {
  UND_ERR_HEADERS_OVERFLOW: 'its headers are too large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'its length is not what it says',
};

/** Errors of Node's own modules are not `instanceof Error` in every context (workers, test runners): read, do not ask. */
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
      ? `no secure connection to ${host} could be made (${code})`
      : `the certificate of ${host} ${problem}`;
  return new EgressUnreachableError(host, 'tls', message);
}

/** A name that could not be looked up. */
export function lookupFailure(host: string, error: unknown): EgressUnreachableError {
  const code = textOf(error, 'code');
  const message =
    code === 'ENOTFOUND' || code === '' ? `${host} has no address` : `${host} could not be looked up (${code})`;
  return new EgressUnreachableError(host, 'dns', message);
}

/** A connection that could not be made: refused, no route, reset or not trusted before anything was sent. */
export function connectFailure(host: string, error: unknown): EgressError {
  if (error instanceof EgressError) return error;
  const code = textOf(error, 'code');
  if (isTlsCode(code)) return tlsFailure(host, code);
  // A reset during the handshake is neither a refusal nor a certificate problem.
  const [reason, problem]: [UnreachableReason, string] =
    code === 'ECONNRESET' ? ['reset', 'closed the connection at once'] : ['connect', 'did not accept the connection'];
  return new EgressUnreachableError(host, reason, code === '' ? `${host} ${problem}` : `${host} ${problem} (${code})`);
}

/**
 * A request that failed on an open connection.
 *
 * @returns a `TypeError` where the request itself cannot be written, such as a header with a line break in it
 */
export function exchangeFailure(host: string, error: unknown): EgressError | TypeError {
  if (error instanceof EgressError) return error;
  const [code, message] = [textOf(error, 'code'), textOf(error, 'message')];
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED')
    return new TypeError(`${message} (call to ${host})`);
  // Not by its code, which undici leaves undefined for some.
  if (textOf(error, 'name') === 'HTTPParserError') return new EgressInvalidResponseError(host, 'it is not HTTP/1.1');
  if (code in BROKEN_ANSWERS) return new EgressInvalidResponseError(host, BROKEN_ANSWERS[code] ?? '');
  if (code === 'UND_ERR_SOCKET' && message.startsWith('bad ')) {
    return new EgressInvalidResponseError(host, 'it is not an answer to the request');
  }
  if (isTlsCode(code)) return tlsFailure(host, code);
  return brokenOff(host);
}

export function brokenOff(host: string): EgressUnreachableError {
  return new EgressUnreachableError(host, 'reset', `${host} closed the connection before its answer was complete`);
}
