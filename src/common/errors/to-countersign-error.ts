import { HttpException } from '@nestjs/common';
import { redactLikelySecrets } from '../redaction/redact-likely-secrets.js';
import { CountersignError } from './countersign-error.js';
import type { ProblemCode } from './problems.js';

/** Converts framework errors to our own; anything unexpected becomes `internal`, with its cause for the log only. */
export function toCountersignError(thrown: unknown): CountersignError {
  if (thrown instanceof CountersignError) return thrown;
  const status = statusOf(thrown);
  const code = status === undefined ? undefined : FRAMEWORK_CODES[status];
  if (code === undefined) {
    const detail = 'an unexpected error occurred; the log has the details under this `request_id`';
    return new CountersignError('internal', detail, [], { cause: thrown });
  }
  return new CountersignError(code, FRAMEWORK_DETAILS[code] ?? detailOf(thrown as Error));
}

/** Returns a framework error's message, which may quote the request. */
function detailOf(thrown: Error & { code?: string }): string {
  return thrown.code === 'FST_ERR_BAD_URL'
    ? 'the path is not valid percent-encoding'
    : redactLikelySecrets(thrown.message);
}

function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const { statusCode } = (thrown ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' ? statusCode : undefined;
}

const FRAMEWORK_CODES: Partial<Record<number, ProblemCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'request_too_large',
  // A path parameter that is longer than any id.
  414: 'not_found',
  415: 'unsupported_media_type',
  503: 'unavailable',
};

const FRAMEWORK_DETAILS: Partial<Record<ProblemCode, string>> = {
  not_found: 'route not found; check the method and the path',
  request_too_large: 'the body exceeds the size limit of this route',
  unsupported_media_type: 'send the body as application/json',
};
