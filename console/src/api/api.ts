import type { components } from './schema';
import { Problem } from './problem';

/** An answer's or a body's type by the name that `/docs-json` gives it. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

export interface Page<T> {
  data: T[];
  next_cursor: string | null;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * Asks the API as the browser's console session.
 *
 * @throws {Problem} the API refused, or did not answer (status 0)
 */
async function ask<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(method, path, body, signal);
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

async function send(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { 'x-countersign-console': '1' };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const init = { method, headers, signal, credentials: 'same-origin' as const, redirect: 'error' as const };
  let response: Response;
  try {
    response = await fetch(path, { ...init, ...(body !== undefined && { body: JSON.stringify(body) }) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(0, 'unreachable', 'Countersign does not answer. Is it still running?');
  }
  if (response.ok) return response;
  throw problemOf(response, await response.text());
}

function problemOf(response: Response, text: string): Problem {
  if (!response.headers.get('content-type')?.includes('json')) {
    return new Problem(response.status, 'unreadable', `the answer was ${response.status} ${response.statusText}`);
  }
  const { code, detail, errors, request_id, request } = JSON.parse(text) as Schema<'CallProblemDto'>;
  return new Problem(response.status, code, detail, errors, request_id, request);
}

export const api = {
  get: <T>(path: string, signal?: AbortSignal) => ask<T>('GET', path, undefined, signal),
  text: async (path: string, signal?: AbortSignal) => (await send('GET', path, undefined, signal)).text(),
  post: <T>(path: string, body: unknown = {}, signal?: AbortSignal) => ask<T>('POST', path, body, signal),
  put: <T>(path: string, body: unknown) => ask<T>('PUT', path, body),
  patch: <T>(path: string, body: unknown) => ask<T>('PATCH', path, body),
  delete: (path: string) => ask<void>('DELETE', path),
  /** What is to be kept as a file: no link can send the header that the session wants. */
  download: async (path: string) => (await send('GET', path)).blob(),
};

/** Every item of a list that is short by nature, page after page, at most 2,000. */
export async function all<T>(path: string, signal?: AbortSignal): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null = ''; cursor !== null && items.length < 2000;) {
    const page: Page<T> = await api.get<Page<T>>(
      `${path}${path.includes('?') ? '&' : '?'}${new URLSearchParams({ limit: '200', ...(cursor && { cursor }) })}`,
      signal,
    );
    items.push(...page.data);
    cursor = page.next_cursor;
  }
  return items;
}
