import createClient from 'openapi-fetch';
import { basePath } from './base-path';
import { Problem, problemOf } from './problem';
import type { paths } from './schema';
import type { Schema } from './types';

/** The API's client. Paths, parameters, bodies and responses are typed by the generated API document. */
export const api = createClient<paths>({
  baseUrl: basePath,
  headers: { 'x-countersign-console': '1' },
  credentials: 'same-origin',
  redirect: 'error',
});

interface ApiResult<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * Awaits a request of `api` and returns the response body.
 *
 * @throws {Problem} the API responded with an error, or did not respond (status 0)
 * @throws {DOMException} the request was aborted
 */
export async function send<T>(request: Promise<ApiResult<T>>): Promise<T> {
  return (await sendForVersion(request)).data;
}

/** Awaits a request as `send` does, and returns the entity tag of the response as well, to send it as `If-Match`. */
export async function sendForVersion<T>(
  request: Promise<ApiResult<T>>,
): Promise<{ data: T; etag: string | undefined }> {
  const { data, error, response } = await request.catch((cause: unknown) => {
    // `fetch` rejects with a TypeError if no response arrives.
    if (!(cause instanceof TypeError)) throw cause;
    throw new Problem(0, 'unreachable', 'Countersign did not respond. Check that the server is running.');
  });
  if (!response.ok) throw problemFrom(response, error);
  return { data: data as T, etag: response.headers.get('etag') ?? undefined };
}

function problemFrom(response: Response, body: unknown): Problem {
  if (typeof body !== 'object' || body === null) {
    return new Problem(response.status, 'unreadable', `Unexpected response: ${response.status} ${response.statusText}`);
  }
  return problemOf(response.status, body as Schema<'CallProblemDto'>);
}
