/** What a provider sends a browser back with (RFC 6749, 4.1.2; RFC 9207, 2). */
export interface CallbackParameters {
  state?: string;
  code?: string;
  error?: string;
  errorDescription?: string;
  iss?: string;
}

/** A parameter that is there twice counts as not there (RFC 6749, 3.1). */
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
  };
}
