import { readBody, send, type Pages } from './json-api.js';

/** Serves `POST /redirect-uris`, which registers the redirect URI `uri`, as a provider's developer console does. */
export function registrationPage(registerRedirectUri: (uri: string) => void): Pages {
  return async (request, response, path) => {
    if (path !== '/redirect-uris' || request.method !== 'POST') return false;
    const uri = new URLSearchParams(await readBody(request)).get('uri') ?? '';
    const isValid = URL.canParse(uri);
    if (isValid) registerRedirectUri(uri);
    send(
      response,
      isValid ? { status: 200, body: { registered: uri } } : { status: 400, body: { error: 'invalid uri' } },
    );
    return true;
  };
}
