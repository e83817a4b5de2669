/**
 * Every failure that a client can see: its stable code, its HTTP status and its title (RFC 9457, section 3.1).
 *
 * The `type` of a problem is `urn:countersign:problem:<code>`. Codes are never renamed or reused: clients branch on them.
 */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is invalid' },
  invalid_arguments: { status: 400, title: 'The arguments do not match the operation' },
  user_required: { status: 400, title: 'The operation requires an end user' },
  ambiguous_operation: { status: 400, title: 'Several actions of the GPT have this operation' },
  unauthenticated: { status: 401, title: 'A valid API key is required' },
  forbidden: { status: 403, title: 'The API key does not allow this' },
  egress_denied: { status: 403, title: 'The egress policy blocks this address' },
  user_mismatch: { status: 403, title: 'The sign-in belongs to another end user' },
  verification_refused: { status: 403, title: 'This browser did not complete the sign-in' },
  not_found: { status: 404, title: 'Resource not found' },
  operation_not_found: { status: 404, title: 'Operation not found' },
  method_not_allowed: { status: 405, title: 'Method not allowed' },
  request_timeout: { status: 408, title: 'The request did not arrive in time' },
  conflict: { status: 409, title: 'The request conflicts with the state of the resource' },
  last_admin_key: { status: 409, title: 'The tenant would have no admin key left' },
  limit_reached: { status: 409, title: 'There are as many of these resources as allowed' },
  slug_taken: { status: 409, title: 'Another tenant already uses this slug' },
  duplicate_domain: { status: 409, title: 'Another action of the GPT already uses this domain' },
  credentials_missing: { status: 409, title: 'The credentials of the action have not been set yet' },
  secrets_required: { status: 409, title: 'The stored secrets must be entered again' },
  precondition_failed: { status: 412, title: 'The resource has changed since it was read' },
  request_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  invalid_openapi: { status: 422, title: 'The OpenAPI document is invalid or not supported' },
  discovery_failed: { status: 422, title: "The provider's metadata is invalid or unreachable" },
  invalid_import: { status: 422, title: 'The source cannot be imported' },
  rate_limited: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers of the request are too large' },
  internal: { status: 500, title: 'Internal server error' },
  upstream_unreachable: { status: 502, title: 'The upstream API is unreachable' },
  upstream_invalid: { status: 502, title: "The upstream API's response is invalid" },
  unavailable: { status: 503, title: 'Countersign is temporarily unavailable' },
  credential_unavailable: { status: 503, title: 'The credential is temporarily unavailable' },
  upstream_timeout: { status: 504, title: 'The upstream API did not respond in time' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The body of a failure, `application/problem+json` (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  request_id: string;
  errors?: readonly FieldError[];
}

/** One invalid part of the input. */
export interface FieldError {
  /** JSON pointer into the input (RFC 6901); `''` is the whole input. */
  pointer: string;
  message: string;
  /** JSON pointer into the document at `pointer`, if the input has several documents. */
  document_pointer?: string;
  /** Position in a document that was sent as text, from 1. */
  line?: number;
  column?: number;
}

/** Builds the body of a failure. */
export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  errors: readonly FieldError[] = [],
): Problem {
  const { status, title } = PROBLEMS[code];
  const type = `urn:countersign:problem:${code}`;
  return { type, title, status, detail, code, request_id: requestId, ...(errors.length > 0 && { errors }) };
}
