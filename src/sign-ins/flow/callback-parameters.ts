/** Parameters of an authorization response (RFC 6749, section 4.1.2; RFC 9207, section 2). */
export interface CallbackParameters {
  state?: string;
  code?: string;
  error?: string;
  errorDescription?: string;
  iss?: string;
  /** All parameters with one value. */
  query: Record<string, string>;
}

/** Reads the callback's query. A repeated parameter is ignored (RFC 6749, section 3.1). */
export function callbackParameters(query: Record<string, unknown>): CallbackParameters {
  const single = (name: string) => {
    const value = query[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    state: single('state'),
    code: single('code'),
    error: single('error'),
    errorDescription: single('error_description'),
    iss: single('iss'),
    query: Object.fromEntries(
      Object.keys(query).flatMap((name) => {
        const value = single(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  };
}
