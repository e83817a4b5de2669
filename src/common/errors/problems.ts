/**
 * Every failure a client can see: its stable code, the HTTP status it answers with, and its title (RFC 9457, section 3.1).
 *
 * The `type` of a problem is `urn:countersign:problem:<code>`. A code is never renamed or reused: clients branch on it.
 */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_arguments: { status: 400, title: 'The arguments do not fit the operation' },
  user_required: { status: 400, title: 'This operation needs a user' },
  ambiguous_operation: { status: 400, title: 'More than one action has this operation' },
  unauthenticated: { status: 401, title: 'A valid key is needed' },
  forbidden: { status: 403, title: 'The key may not do this' },
  egress_denied: { status: 403, title: 'The address may not be reached' },
  user_mismatch: { status: 403, title: 'The sign-in is for another user' },
  verification_refused: { status: 403, title: 'The browser is not the one that signed in' },
  not_found: { status: 404, title: 'There is no such resource' },
  operation_not_found: { status: 404, title: 'There is no such operation' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  conflict: { status: 409, title: 'The resource has changed meanwhile' },
  slug_taken: { status: 409, title: 'The slug belongs to another tenant' },
  duplicate_domain: { status: 409, title: 'Two actions of a GPT cannot share a domain' },
  secrets_required: { status: 409, title: 'The secrets have to be given again' },
  request_too_large: { status: 413, title: 'The request is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  invalid_openapi: { status: 422, title: 'The OpenAPI document cannot be used' },
  discovery_failed: { status: 422, title: "The provider's metadata cannot be used" },
  invalid_import: { status: 422, title: 'The form cannot be imported' },
  rate_limited: { status: 429, title: 'Too many requests' },
  internal: { status: 500, title: 'Something went wrong inside Countersign' },
  upstream_unreachable: { status: 502, title: 'The upstream could not be reached' },
  upstream_invalid: { status: 502, title: "The upstream's answer could not be read" },
  unavailable: { status: 503, title: 'Countersign is not available right now' },
  credential_unavailable: { status: 503, title: 'The credential is not available right now' },
  upstream_timeout: { status: 504, title: 'The upstream did not answer in time' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** The body of a failure as RFC 9457 has it, `application/problem+json`. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  request_id: string;
  errors?: readonly FieldError[];
}

/** One thing that is wrong with the input. `pointer` is a JSON pointer into it (RFC 6901); `''` is the whole. */
export interface FieldError {
  pointer: string;
  message: string;
  /** Where it is in a document that was sent as text, from 1. */
  line?: number;
  column?: number;
}

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
