import type { FieldError } from './api/index.js';

/** The details of a {@link CountersignError}. */
export interface ErrorDetails {
  status?: number | undefined;
  request_id?: string | undefined;
  errors?: readonly FieldError[] | undefined;
  cause?: unknown;
}

/**
 * A request that failed.
 *
 * `code` is that of the problem (`invalid_request`, `not_found`, …), or one of the SDK's own: `network_error` (no response arrived),
 * `unexpected_response` (the response is not one of Countersign) and `call_in_progress` (a call did not end in time). The message never
 * contains the key.
 */
export class CountersignError extends Error {
  override readonly name = 'CountersignError';
  readonly code: string;
  /** The status of the response, `undefined` if none arrived. */
  readonly status: number | undefined;
  /** The response's `X-Request-Id`, by which the server's log names the request. */
  readonly request_id: string | undefined;
  /** The mistakes in the input, empty for other failures. */
  readonly errors: readonly FieldError[];

  constructor(code: string, message: string, { status, request_id, errors = [], cause }: ErrorDetails = {}) {
    super(message, { cause });
    this.code = code;
    this.status = status;
    this.request_id = request_id;
    this.errors = errors;
  }
}
