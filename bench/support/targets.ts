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

export async function apiKeyTarget(countersign: Countersign, upstreamUrl: string): Promise<Target> {
  const keys = await countersign.tenant();
  const { id } = await countersign.post<{ id: string }>('/v1/gpts', keys.admin, { name: 'Bench' });
  const auth = { type: 'api_key', auth_type: 'bearer', api_key: 'bench-key' };
  await countersign.post(`/v1/gpts/${id}/actions`, keys.admin, { openapi: document(upstreamUrl), auth });
  return callTarget(countersign, id, keys.runtime, callOf());
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
