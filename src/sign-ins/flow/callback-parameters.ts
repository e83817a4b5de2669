import { unnamedDenial } from '../../oauth/index.js';

/** Parameters of an authorization response (RFC 6749, section 4.1.2; RFC 9207, section 2). */
export interface CallbackParameters {
  state?: string;
  code?: string;
  error?: string;
  errorDescription?: string;
  /** A second error code, such as Facebook's `error_reason`. */
  errorReason?: string;
  iss?: string;
  /** All parameters with one value. */
  query: Record<string, string>;
}

/**
 * Reads the callback's query. A repeated parameter is ignored (RFC 6749, section 3.1). A response that has neither `code` nor `error` may say in
 * words of its own that the user denied the access.
 */
export function callbackParameters(query: Record<string, unknown>): CallbackParameters {
  const single = (name: string) => {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const code = single('code');
  return {
    state: single('state'),
    code,
    error: single('error') ?? (code === undefined ? unnamedDenial(query) : undefined),
    errorDescription: single('error_description') ?? single('error_message'),
    errorReason: single('error_reason') ?? single('error_subcode'),
    iss: single('iss'),
    query: Object.fromEntries(
      Object.keys(query).flatMap((name) => {
        const value = single(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}
