import { NOTES_PATHS } from '../../support/upstream.js';
import type { LeakWorld } from './world.js';

/** A request that succeeds. */
export interface GoodRequest {
  as?: 'operator' | 'admin' | 'runtime';
  query?: string;
  /** `<action_id>` and the like stand for the ids of the tenant. */
  body?: Record<string, unknown>;
  /** A body that is not JSON. */
  text?: { type: string; body: string };
  answers: number;
}

const DOCUMENT = { openapi: '3.1.0', info: { title: 'B', version: '1' }, servers: [{ url: 'https://b.example.com' }] };
const PATHS = { '/x': { get: { responses: { 200: { description: '' } } } } };

/** A tool of an exported GPT. */
function exportedTool(name: string, metadata: object): object {
  const json_schema = { ...DOCUMENT, servers: [{ url: `https://${name}.example.com` }], paths: PATHS };
  return { type: 'plugins_prototype', metadata: { json_schema, ...metadata } };
}

/** Returns successful requests for every route that requires a key, with secrets wherever one is accepted. A missing route fails a test. */
export function goodRequests({
  api,
  provider,
  metadata,
  canaries,
  operator,
}: LeakWorld): Record<string, GoodRequest[]> {
  const apiKey = (auth_type: string, more: object = {}) => ({
    type: 'api_key',
    auth_type,
    api_key: canaries.make('API key'),
    ...more,
  });
  const basic = { type: 'api_key', auth_type: 'basic', username: 'me', password: canaries.make('password') };
  const inQuery = apiKey('bearer', { location: 'query', parameter_name: 'k' });
  const inHeader = apiKey('custom', { custom_header_name: 'X-Key' });
  const auths = [apiKey('bearer'), basic, inQuery, inHeader];
  const oauth = provider.schema({ client_id: 'another', client_secret: canaries.make('client secret') });
  const stored = provider.schema({ revocation_url: `${provider.url}/revoke` });
  const read = { answers: 200 };
  return {
    'GET /v1/audit-events': [
      { ...read, query: 'limit=200' },
      { as: 'operator', ...read },
    ],
    'GET /v1/audit-events/export': [read],
    'POST /v1/console-session': [{ body: { key: operator.key }, answers: 201 }],
    'GET /v1/console-session': [read],
    'DELETE /v1/console-session': [{ answers: 204 }],
    'POST /v1/sign-ins': [
      { as: 'runtime', body: { gpt_id: '<gpt_id>', action_id: '<action_id>', user: 'alice' }, answers: 201 },
    ],
    'GET /v1/sign-ins': [read],
    'POST /v1/connected-accounts-links': [{ as: 'runtime', body: { user: 'alice' }, answers: 201 }],
    'POST /v1/openapi/check': [{ body: { openapi: { ...DOCUMENT, paths: PATHS } }, answers: 200 }],
    'POST /v1/openapi/format': [{ body: { openapi: 'a: 1' }, answers: 200 }],
    'GET /v1/statistics': [{ ...read, query: 'step_minutes=60' }],
    'POST /v1/tenants': [{ as: 'operator', body: { name: 'Another' }, answers: 201 }],
    'GET /v1/tenants': [{ as: 'operator', ...read }],
    'GET /v1/tenants/{tenant_id}': [read],
    'PATCH /v1/tenants/{tenant_id}': [{ body: { name: 'Changed' }, answers: 200 }],
    'POST /v1/tenants/{tenant_id}/keys': [{ as: 'operator', body: { role: 'admin', name: 'x' }, answers: 201 }],
    'DELETE /v1/tenants/{tenant_id}': [{ as: 'operator', answers: 204 }],
    'POST /v1/keys': [{ body: { role: 'runtime', name: 'x' }, answers: 201 }],
    'GET /v1/keys': [read],
    'POST /v1/keys/{key_id}/rotate': [{ body: {}, answers: 201 }],
    'DELETE /v1/keys/{key_id}': [{ answers: 204 }],
    'POST /v1/vault/rotations': [{ as: 'operator', body: { scope: 'data' }, answers: 202 }],
    'GET /v1/vault/rotations': [{ as: 'operator', ...read }],
    'GET /v1/vault/rotations/{rotation_id}': [{ as: 'operator', ...read }],
    'POST /v1/gpts': [{ body: { name: 'Another' }, answers: 201 }],
    'GET /v1/gpts': [read],
    'GET /v1/gpts/{gpt_id}': [read],
    'PATCH /v1/gpts/{gpt_id}': [{ body: { name: 'Changed' }, answers: 200 }],
    'DELETE /v1/gpts/{gpt_id}': [{ answers: 204 }],
    'POST /v1/gpts/{gpt_id}/actions': [...auths, oauth].map((auth, index) => ({
      body: { openapi: { ...DOCUMENT, servers: [{ url: `https://b${index}.example.com` }], paths: PATHS }, auth },
      answers: 201,
    })),
    'GET /v1/gpts/{gpt_id}/actions': [read],
    'GET /v1/gpts/{gpt_id}/actions/{action_id}': [read],
    'PATCH /v1/gpts/{gpt_id}/actions/{action_id}': [
      { body: { openapi: api.document(NOTES_PATHS) }, answers: 200 },
      { body: { privacy_policy_url: 'https://b.example.com' }, answers: 200 },
    ],
    'DELETE /v1/gpts/{gpt_id}/actions/{action_id}': [{ answers: 204 }],
    'GET /v1/gpts/{gpt_id}/actions/{action_id}/openapi': [read],
    'GET /v1/gpts/{gpt_id}/actions/{action_id}/openapi/source': [read],
    'GET /v1/gpts/{gpt_id}/actions/{action_id}/auth': [read],
    'PUT /v1/gpts/{gpt_id}/actions/{action_id}/auth': [
      // The placeholder keeps the stored secret.
      { body: { ...stored, client_secret: '[HIDDEN]' }, answers: 200 },
      ...auths.flatMap((auth) => [
        { body: { ...auth }, answers: 200 },
        { body: { ...auth, [auth === basic ? 'password' : 'api_key']: '[HIDDEN]' }, answers: 200 },
      ]),
      { body: { type: 'none' }, answers: 200 },
    ],
    'GET /v1/gpts/{gpt_id}/actions/{action_id}/policy': [read],
    'PUT /v1/gpts/{gpt_id}/actions/{action_id}/policy': [
      { body: { operations: { listNotes: { name: 'search', fixed_arguments: { '/limit': 5 } } } }, answers: 200 },
    ],
    'POST /v1/gpts/{gpt_id}/imports': [
      { body: { auth: { type: 'none' }, json_schema: { ...DOCUMENT, paths: PATHS } }, answers: 201 },
      {
        body: {
          gizmo: { instructions: 'Be brief.' },
          tools: [
            exportedTool('c', {
              auth: {
                type: 'oauth',
                client_url: `${provider.url}/authorize`,
                authorization_url: `${provider.url}/token`,
              },
              oauth_client_id: 'another',
              oauth_client_secret: canaries.make('client secret of an export'),
            }),
            exportedTool('d', { auth: { type: 'service_http' }, api_key: canaries.make('API key of an export') }),
          ],
        },
        answers: 201,
      },
    ],
    'GET /v1/sign-ins/{sign_in_id}': [read],
    'GET /v1/sign-ins/{sign_in_id}/trace': [read],
    // The sign-in does not await verification; the successful case is tested with the pages.
    'POST /v1/sign-ins/{sign_in_id}/verify': [
      { body: { user: 'alice', browser_token: canaries.make('browser token that is none') }, answers: 409 },
    ],
    'POST /v1/mcp-authorizations/{authorization_id}/verify': [
      { body: { user: 'alice', browser_token: canaries.make('browser token of no authorization') }, answers: 404 },
    ],
    'POST /v1/connections': [
      {
        body: {
          action_id: '<action_id>',
          user: 'zoe',
          access_token: canaries.make('imported access token'),
          refresh_token: canaries.make('imported refresh token'),
        },
        answers: 201,
      },
    ],
    'POST /v1/connections/import': [
      {
        text: {
          type: 'application/x-ndjson',
          body: ['zoe', 'zoe']
            .map((user) => ({ action_id: '<action_id>', user, access_token: canaries.make('token in a line') }))
            .map((line) => `${JSON.stringify(line)}\n{"access_token":"${canaries.make('token in a bad line')}"\n`)
            .join(''),
        },
        answers: 202,
      },
    ],
    'GET /v1/connections/imports/{import_id}': [read],
    'GET /v1/connections': [read, { ...read, query: 'user=alice' }],
    'GET /v1/connections/{connection_id}': [read],
    'DELETE /v1/connections/{connection_id}': [{ answers: 204 }],
    'GET /v1/connections/{connection_id}/trace': [read],
    'POST /v1/connections/revoke': [{ body: { user: 'alice' }, answers: 200 }],
    'GET /v1/connections/revocations': [read],
    'GET /v1/connections/revocations/{revocation_id}': [read],
    'POST /v1/gpts/{gpt_id}/actions/{action_id}/auth/check': [{ answers: 200 }],
    'POST /v1/oauth/discover': [{ body: { issuer: metadata.url }, answers: 200 }],
    'GET /v1/providers': [read, { ...read, query: 'q=git' }],
    'GET /v1/providers/{provider_id}': [read],
    // The action has a document and no MCP server; test/mcp-servers has those that have one.
    'GET /v1/gpts/{gpt_id}/actions/{action_id}/mcp_tools': [{ answers: 400 }],
    'PUT /v1/gpts/{gpt_id}/actions/{action_id}/mcp_tools': [{ body: { digest: 'x' }, answers: 400 }],
    'POST /v1/gpts/{gpt_id}/actions/{action_id}/mcp_authorization': [{ body: {}, answers: 400 }],
    'GET /v1/gpts/{gpt_id}/mcp': [read],
    'PUT /v1/gpts/{gpt_id}/mcp': [{ body: { enabled: true, confirmation: 'client' }, answers: 200 }],
    'POST /v1/mcp-tokens': [{ as: 'runtime', body: { gpt_id: '<gpt_id>', user: 'alice' }, answers: 201 }],
    'DELETE /v1/mcp-tokens/{mcp_token_id}': [{ as: 'runtime', answers: 204 }],
    'POST /mcp/{gpt_id}': [
      { as: 'runtime', body: { jsonrpc: '2.0', id: 1, method: 'tools/list' }, answers: 200 },
      {
        as: 'runtime',
        body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'about', arguments: {} } },
        answers: 200,
      },
    ],
    'POST /v1/gpts/{gpt_id}/call': [
      { as: 'runtime', body: { operation_id: 'listNotes', user: 'alice' }, answers: 200 },
      { as: 'runtime', body: { operation_id: 'deleteNote', user: 'alice', arguments: { id: '1' } }, answers: 200 },
    ],
    'POST /v1/gpts/{gpt_id}/tool_calls': [
      {
        as: 'runtime',
        body: {
          tool_calls: [
            { type: 'tool_use', id: '1', name: 'listNotes', input: {} },
            { type: 'tool_use', id: '2', name: 'deleteNote', input: { id: '1' } },
          ],
          user: 'alice',
          response_id: 'msg_1',
        },
        answers: 200,
      },
    ],
    'GET /v1/gpts/{gpt_id}/tools': [read, { ...read, query: 'format=anthropic' }],
  };
}
