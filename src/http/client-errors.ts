import type { Socket } from 'node:net';
import { problem, type ProblemCode } from '../common/index.js';
import { requestId } from './request-id.js';
import { MINIMAL_SECURITY_HEADERS } from './security-headers.js';

interface Rejection {
  code: ProblemCode;
  reason: string;
  detail: string;
}

const INVALID: Rejection = {
  code: 'invalid_request',
  reason: 'Bad Request',
  detail: 'the request is not valid HTTP/1.1',
};

/** By the code of the parser's error. */
const REJECTIONS: Readonly<Record<string, Rejection>> = {
  HPE_HEADER_OVERFLOW: {
    code: 'headers_too_large',
    reason: 'Request Header Fields Too Large',
    detail: 'the headers of the request have more than 16 KiB',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    code: 'request_timeout',
    reason: 'Request Timeout',
    detail: 'the request did not arrive in time',
  },
};

/** Answers what Node's HTTP parser rejects, which never becomes a request, with a problem (RFC 9457), and closes the connection. */
export function answerClientError({ code = '' }: NodeJS.ErrnoException, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const id = requestId({ headers: {} });
  const rejection = REJECTIONS[code] ?? INVALID;
  const body = problem(rejection.code, rejection.detail, id);
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
  socket.end([`HTTP/1.1 ${body.status} ${rejection.reason}`, ...lines, '', text].join('\r\n'));
  socket.destroySoon();
}
