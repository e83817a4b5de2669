import type { Schema } from './types';

/** An error response of the API (RFC 9457). `status` is 0 if no response arrived. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly errors: readonly FieldError[] = [],
    readonly requestId?: string,
    /** The upstream request of a failed call, redacted. */
    readonly request?: Schema<'SentRequestDto'>,
  ) {
    super(detail);
    this.name = 'Problem';
  }
}

/** Returns the problem that a response of the API describes. */
export function problemOf(
  status: number,
  { code, detail, errors, request_id, request }: Schema<'CallProblemDto'>,
): Problem {
  return new Problem(status, code, detail, errors, request_id, request);
}

/** One invalid field: a JSON pointer and what is wrong there. */
export interface FieldError {
  pointer: string;
  message: string;
}

/** Whether the server rejected the request, so that a retry would fail in the same way. */
export function isRejection(error: unknown): boolean {
  return error instanceof Problem && error.status >= 400 && error.status < 500;
}

/** Whether the error is a problem of the API with this code. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Problem && error.code === code;
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Maps field names to error messages. With `at` = `/auth`, the error at `/auth/client_id` belongs to `client_id`. */
export function fieldErrors(error: unknown, at = ''): Record<string, string> {
  if (!(error instanceof Problem)) return {};
  const within = error.errors.filter(({ pointer }) => pointer.startsWith(`${at}/`));
  return Object.fromEntries(within.map(({ pointer, message }) => [pointer.slice(at.length + 1), message]));
}

/** Whether the error names fields that a form can show. */
export function hasFieldErrors(error: unknown): boolean {
  return Object.keys(fieldErrors(error)).length > 0;
}
