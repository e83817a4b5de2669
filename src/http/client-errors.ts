import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { problem, type ProblemCode } from '../common/index.js';
import { requestId } from './request-id.js';
import { MINIMAL_SECURITY_HEADERS } from './security-headers.js';

const CODES: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

const DETAILS: Readonly<Record<string, string>> = {
  headers_too_large: 'the headers of the request have more than 16 KiB',
  request_timeout: 'the request did not arrive in time',
  invalid_request: 'the request is not valid HTTP/1.1',
};

/** Answers what Node's HTTP parser rejects, which never becomes a request, with a problem (RFC 9457), and closes the connection. */
export function answerClientError({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const id = requestId({ headers: {} });
  const problemCode = CODES[code] ?? 'invalid_request';
  const body = problem(problemCode, DETAILS[problemCode] ?? '', id);
  const text = JSON.stringify(body);
  const headers = {
    ...MINIMAL_SECURITY_HEADERS,
    'x-request-id': id,
    'cache-control': 'no-store',
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}`, ...lines, '', text].join('\r\n'));
  socket.destroySoon();
}
