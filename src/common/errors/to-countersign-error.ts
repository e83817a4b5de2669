import { HttpException } from '@nestjs/common';
import { withoutLikelySecrets } from '../redaction/likely-secrets.js';
import { CountersignError } from './errors.js';
import type { ProblemCode } from './problems.js';

/** What the framework throws, in our words; anything unexpected becomes `internal`, its cause for the log only. */
export function asCountersignError(thrown: unknown): CountersignError {
  if (thrown instanceof CountersignError) return thrown;
  const status = statusOf(thrown);
  const code = status === undefined ? undefined : FRAMEWORK_CODES[status];
  if (code === undefined) return new CountersignError('internal', 'the failure has been logged', [], { cause: thrown });
  return new CountersignError(code, FRAMEWORK_DETAILS[code] ?? detailOf(thrown as Error));
}

/** Its messages may quote what was sent. */
function detailOf(thrown: Error & { code?: string }): string {
  return thrown.code === 'FST_ERR_BAD_URL'
    ? 'the path is not percent-encoded properly'
    : withoutLikelySecrets(thrown.message);
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
  // An id that is longer than any.
  414: 'not_found',
  415: 'unsupported_media_type',
  503: 'unavailable',
};

const FRAMEWORK_DETAILS: Partial<Record<ProblemCode, string>> = {
  not_found: 'there is no such route',
  request_too_large: 'the body is larger than this route takes',
  unsupported_media_type: 'send the body as application/json',
};
