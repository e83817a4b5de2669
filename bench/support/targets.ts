import { signInAsBrowser } from '../../examples/notes-provider/browser.js';
import type { NotesProvider } from '../../examples/notes-provider/index.js';
import type { Countersign } from './countersign.js';
import type { Target } from './load.js';

const EXPECTS = 'Notes statistics';

/** An API with one operation that requires a credential. */
function document(url: string): object {
  const since = { name: 'since', in: 'query', schema: { type: 'string' } };
  const operation = {
    operationId: 'getStatistics',
    parameters: [since],
    responses: { 200: { description: 'Figures' } },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Notes statistics', version: '1' },
    servers: [{ url }],
    paths: { '/stats': { get: operation } },
  };
}

/** The bare proxy gets the same request as Countersign, and ignores its content. */
export function proxyTarget(url: string): Target {
  return { origin: url, path: '/', body: callOf(), expects: EXPECTS };
}

/** The same call of an action without authentication. */
export async function openTarget(countersign: Countersign, upstreamUrl: string): Promise<Target> {
  const { id, keys } = await gptWith(countersign, upstreamUrl, { type: 'none' });
  return callTarget(countersign, id, keys.runtime, callOf());
}

export async function apiKeyTarget(countersign: Countersign, upstreamUrl: string): Promise<Target> {
  const { id, keys } = await gptWith(countersign, upstreamUrl, API_KEY);
  return callTarget(countersign, id, keys.runtime, callOf());
}

/** The same call as `tools/call` of the Model Context Protocol. */
export async function mcpTarget(countersign: Countersign, upstreamUrl: string): Promise<Target> {
  const { id, keys } = await gptWith(countersign, upstreamUrl, API_KEY);
  await countersign.put(`/v1/gpts/${id}/mcp`, keys.admin, { enabled: true });
  const params = { name: 'getStatistics', arguments: { since: '2030-01-01' } };
  return {
    origin: countersign.url,
    path: `/mcp/${id}`,
    headers: { authorization: `Bearer ${keys.runtime}`, accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    expects: EXPECTS,
  };
}

const API_KEY = { type: 'api_key', auth_type: 'bearer', api_key: 'bench-key' };

async function gptWith(countersign: Countersign, upstreamUrl: string, auth: object) {
  const keys = await countersign.tenant();
  const { id } = await countersign.post<{ id: string }>('/v1/gpts', keys.admin, { name: 'Bench' });
  await countersign.post(`/v1/gpts/${id}/actions`, keys.admin, { openapi: document(upstreamUrl), auth });
  return { id, keys };
}

/**
 * Tool calls of the operation that a target calls.
 *
 * @param isRepeatable whether each request has an id of its own, so that its results are stored
 */
export function toolCallsTarget(call: Target, count: number, isRepeatable = false): Target {
  const calls = Array.from({ length: count }, (_, index) => ({
    type: 'tool_use',
    id: `call_${index}`,
    name: 'getStatistics',
    input: { since: '2030-01-01' },
  }));
  const path = call.path.replace(/call$/, 'tool_calls');
  let number = 0;
  const body = (more: object = {}) => JSON.stringify({ tool_calls: calls, ...more });
  const nextBody = () => body({ response_id: `msg_${number++}` });
  return { ...call, path, body: body(), ...(isRepeatable && { nextBody }) };
}

/** The same call with the token of a user who has signed in. */
export async function oauthTarget(
  countersign: Countersign,
  upstreamUrl: string,
  provider: NotesProvider,
): Promise<Target> {
  const keys = await countersign.tenant();
  const { id } = await countersign.post<{ id: string }>('/v1/gpts', keys.admin, { name: 'Bench' });
  const auth = {
    type: 'oauth',
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
    authorization_url: provider.authorizationUrl,
    token_url: provider.tokenUrl,
    scope: provider.scope,
  };
  const path = `/v1/gpts/${id}/actions`;
  const action = await countersign.post<{ auth: { callback_url: string } }>(path, keys.admin, {
    openapi: document(upstreamUrl),
    auth,
  });
  provider.registerRedirectUri(action.auth.callback_url);
  const body = callOf({ user: 'alice' });
  const target = callTarget(countersign, id, keys.runtime, body);
  const { sign_in } = await countersign.post<{ sign_in: { url: string } }>(target.path, keys.runtime, JSON.parse(body));
  await signInAsBrowser(sign_in, 'alice');
  return target;
}

function callTarget(countersign: Countersign, gptId: string, key: string, body: string): Target {
  return {
    origin: countersign.url,
    path: `/v1/gpts/${gptId}/call`,
    headers: { 'x-api-key': key },
    body,
    expects: EXPECTS,
  };
}

function callOf(more: object = {}): string {
  return JSON.stringify({ operation_id: 'getStatistics', arguments: { since: '2030-01-01' }, ...more });
}
