import type { IsolationServices } from './services.js';
import type { Ids } from './world.js';

export type Role = 'operator' | 'admin' | 'runtime';

export interface AccessRow {
  /** Roles that the route accepts. */
  for: Role[];
  /** Status of the response to these roles. */
  answers: number;
  body?: object | string | ((services: IsolationServices, ids: Ids) => object);
  /** The media type of the body; JSON by default. */
  contentType?: string;
  /** Status of the response to another tenant's admin; 404 by default. If it is successful, it contains nothing of this tenant. */
  stranger?: 200 | 201 | 202 | 204 | 403 | 404;
}

const OPERATOR: Role[] = ['operator'];
const ADMIN: Role[] = ['admin'];
const RUNTIME: Role[] = ['admin', 'runtime'];
const DOCUMENT = { openapi: '3.1.0', info: { title: 'B', version: '1' }, servers: [{ url: 'https://b.example.com' }] };
const CALL = { operation_id: 'listNotes', user: 'alice' };
const TOOL_CALLS = { tool_calls: [{ type: 'tool_use', id: '1', name: 'listNotes', input: {} }], user: 'alice' };

/** Every route that requires a key. A missing row fails a test. */
export const ROWS: Record<string, AccessRow> = {
  'POST /v1/tenants': { for: OPERATOR, answers: 201, body: { name: 'Another' }, stranger: 403 },
  'GET /v1/tenants': { for: OPERATOR, answers: 200, stranger: 403 },
  'GET /v1/tenants/{tenant_id}': { for: ['operator', 'admin'], answers: 200 },
  'PATCH /v1/tenants/{tenant_id}': { for: ['operator', 'admin'], answers: 200, body: { name: 'Changed' } },
  'DELETE /v1/tenants/{tenant_id}': { for: OPERATOR, answers: 204, stranger: 403 },
  'POST /v1/tenants/{tenant_id}/keys': {
    for: OPERATOR,
    answers: 201,
    body: { role: 'admin', name: 'x' },
    stranger: 403,
  },
  'POST /v1/keys': { for: ADMIN, answers: 201, body: { role: 'admin', name: 'x' }, stranger: 201 },
  'GET /v1/keys': { for: ADMIN, answers: 200, stranger: 200 },
  'POST /v1/keys/{key_id}/rotate': { for: ADMIN, answers: 201, body: {} },
  'DELETE /v1/keys/{key_id}': { for: ADMIN, answers: 204 },
  'GET /v1/console-session': { for: ['operator', 'admin'], answers: 200, stranger: 200 },
  'DELETE /v1/console-session': { for: ['operator', 'admin'], answers: 204, stranger: 204 },
  'GET /v1/statistics': { for: ADMIN, answers: 200, stranger: 200 },
  'GET /v1/audit-events': { for: ['operator', 'admin'], answers: 200, stranger: 200 },
  'GET /v1/audit-events/export': { for: ['operator', 'admin'], answers: 200, stranger: 200 },
  'POST /v1/vault/rotations': { for: OPERATOR, answers: 202, body: { scope: 'kek' }, stranger: 403 },
  'GET /v1/vault/rotations': { for: OPERATOR, answers: 200, stranger: 403 },
  'GET /v1/vault/rotations/{rotation_id}': { for: OPERATOR, answers: 200, stranger: 403 },
  'POST /v1/gpts': { for: ADMIN, answers: 201, body: { name: 'Another' }, stranger: 201 },
  'GET /v1/gpts': { for: ADMIN, answers: 200, stranger: 200 },
  'GET /v1/gpts/{gpt_id}': { for: ADMIN, answers: 200 },
  'PATCH /v1/gpts/{gpt_id}': { for: ADMIN, answers: 200, body: { name: 'Changed' } },
  'DELETE /v1/gpts/{gpt_id}': { for: ADMIN, answers: 204 },
  'POST /v1/gpts/{gpt_id}/actions': {
    for: ADMIN,
    answers: 201,
    body: { openapi: { ...DOCUMENT, paths: { '/x': { get: { responses: { 200: { description: '' } } } } } } },
  },
  'POST /v1/gpts/{gpt_id}/imports': {
    for: ADMIN,
    answers: 201,
    body: (_, { action_id }) => ({
      tools: ['b', 'c'].map((name) => ({
        type: 'plugins_prototype',
        metadata: {
          action_id,
          auth: { type: 'service_http' },
          json_schema: {
            ...DOCUMENT,
            servers: [{ url: `https://${name}.example.com` }],
            paths: { '/x': { get: { responses: { 200: { description: '' } } } } },
          },
        },
      })),
    }),
  },
  'GET /v1/gpts/{gpt_id}/actions': { for: RUNTIME, answers: 200 },
  'GET /v1/gpts/{gpt_id}/actions/{action_id}': { for: RUNTIME, answers: 200 },
  'PATCH /v1/gpts/{gpt_id}/actions/{action_id}': {
    for: ADMIN,
    answers: 200,
    body: { privacy_policy_url: 'https://b.example.com' },
  },
  'DELETE /v1/gpts/{gpt_id}/actions/{action_id}': { for: ADMIN, answers: 204 },
  'GET /v1/gpts/{gpt_id}/tools': { for: RUNTIME, answers: 200 },
  'GET /v1/gpts/{gpt_id}/actions/{action_id}/openapi': { for: ADMIN, answers: 200 },
  'GET /v1/gpts/{gpt_id}/actions/{action_id}/openapi/source': { for: ADMIN, answers: 200 },
  'GET /v1/gpts/{gpt_id}/actions/{action_id}/auth': { for: RUNTIME, answers: 200 },
  'PUT /v1/gpts/{gpt_id}/actions/{action_id}/auth': { for: ADMIN, answers: 200, body: { type: 'none' } },
  'GET /v1/gpts/{gpt_id}/actions/{action_id}/policy': { for: ADMIN, answers: 200 },
  'PUT /v1/gpts/{gpt_id}/actions/{action_id}/policy': {
    for: ADMIN,
    answers: 200,
    body: { operations: { listNotes: { description: 'Lists notes' } } },
  },
  'POST /v1/gpts/{gpt_id}/actions/{action_id}/auth/check': { for: ADMIN, answers: 200 },
  // The action has a document and no MCP server.
  'GET /v1/gpts/{gpt_id}/actions/{action_id}/mcp_tools': { for: ADMIN, answers: 400 },
  'PUT /v1/gpts/{gpt_id}/actions/{action_id}/mcp_tools': { for: ADMIN, answers: 400, body: { digest: 'x' } },
  'POST /v1/gpts/{gpt_id}/actions/{action_id}/mcp_authorization': { for: ADMIN, answers: 400, body: {} },
  'GET /v1/gpts/{gpt_id}/mcp': { for: ADMIN, answers: 200 },
  'PUT /v1/gpts/{gpt_id}/mcp': { for: ADMIN, answers: 200, body: { enabled: true } },
  'POST /v1/mcp-tokens': { for: RUNTIME, answers: 201, body: (_, { gpt_id }) => ({ gpt_id, user: 'alice' }) },
  'DELETE /v1/mcp-tokens/{mcp_token_id}': { for: RUNTIME, answers: 204 },
  // Admin keys are rejected before the GPT is looked for; test/mcp/admission.e2e.ts has runtime keys of other tenants.
  'POST /mcp/{gpt_id}': {
    for: ['runtime'],
    answers: 200,
    body: { jsonrpc: '2.0', id: 1, method: 'tools/list' },
    stranger: 403,
  },
  'POST /v1/gpts/{gpt_id}/call': { for: RUNTIME, answers: 200, body: CALL },
  'POST /v1/gpts/{gpt_id}/tool_calls': { for: RUNTIME, answers: 200, body: TOOL_CALLS },
  'POST /v1/sign-ins': {
    for: RUNTIME,
    answers: 201,
    body: (_, { gpt_id, action_id }) => ({ gpt_id, action_id, user: 'alice' }),
  },
  'GET /v1/sign-ins': { for: ADMIN, answers: 200, stranger: 200 },
  'GET /v1/sign-ins/{sign_in_id}': { for: RUNTIME, answers: 200 },
  'GET /v1/sign-ins/{sign_in_id}/trace': { for: ADMIN, answers: 200 },
  // The sign-in does not await verification.
  'POST /v1/sign-ins/{sign_in_id}/verify': {
    for: RUNTIME,
    answers: 409,
    body: { user: 'alice', browser_token: 'x' },
  },
  // The token is of another authorization.
  'POST /v1/mcp-authorizations/{authorization_id}/verify': {
    for: RUNTIME,
    answers: 403,
    body: { user: 'alice', browser_token: 'x' },
  },
  'GET /v1/providers': { for: RUNTIME, answers: 200, stranger: 200 },
  'GET /v1/providers/{provider_id}': { for: RUNTIME, answers: 200, stranger: 200 },
  'POST /v1/connections': {
    for: ADMIN,
    answers: 201,
    body: (_, { action_id }) => ({ action_id, user: 'zoe', access_token: 'a token' }),
  },
  'POST /v1/connections/import': {
    for: ADMIN,
    answers: 202,
    body: '{"user":"zoe"}\n',
    contentType: 'application/x-ndjson',
    stranger: 202,
  },
  'GET /v1/connections/imports/{import_id}': { for: ADMIN, answers: 200 },
  'GET /v1/connections': { for: RUNTIME, answers: 200, stranger: 200 },
  'GET /v1/connections/{connection_id}': { for: RUNTIME, answers: 200 },
  'GET /v1/connections/{connection_id}/trace': { for: ADMIN, answers: 200 },
  'DELETE /v1/connections/{connection_id}': { for: RUNTIME, answers: 204 },
  'GET /v1/connections/revocations': { for: RUNTIME, answers: 200, stranger: 200 },
  'GET /v1/connections/revocations/{revocation_id}': { for: RUNTIME, answers: 200 },
  'POST /v1/connections/revoke': { for: RUNTIME, answers: 200, body: { user: 'alice' }, stranger: 200 },
  'POST /v1/connected-accounts-links': { for: RUNTIME, answers: 201, body: { user: 'alice' }, stranger: 201 },
  'POST /v1/openapi/check': { for: ADMIN, answers: 200, body: { openapi: DOCUMENT }, stranger: 200 },
  'POST /v1/openapi/format': { for: ADMIN, answers: 200, body: { openapi: 'a: 1' }, stranger: 200 },
  'POST /v1/oauth/discover': {
    for: ADMIN,
    answers: 200,
    body: ({ metadata }) => ({ issuer: metadata.url }),
    stranger: 200,
  },
};

/** Path parameters that are the same for every tenant. */
export const SHARED: Record<string, string> = { provider_id: 'github' };

/** Public routes for probes, and for browsers with a ticket or a state. */
export const PUBLIC = [
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /signin/{ticket}',
  'POST /signin/{ticket}',
  'GET /signin/done/{sign_in_id}',
  'GET /connected/{ticket}',
  'POST /connected/{ticket}',
  'POST /connected/{ticket}/done',
  'GET /connected/{ticket}/{connection_id}',
  'POST /connected/{ticket}/{connection_id}',
  'GET /aip/{callback_id}/oauth/callback',
  'POST /aip/{callback_id}/oauth/callback',
  'GET /aip/{callback_id}/oauth/client.json',
  'POST /v1/console-session',
  'GET /.well-known/oauth-protected-resource/mcp/{gpt_id}',
  'GET /mcp/confirm/{ticket}',
  'POST /mcp/confirm/{ticket}',
  'GET /.well-known/oauth-authorization-server/mcp/{gpt_id}',
  'GET /.well-known/openid-configuration/mcp/{gpt_id}',
  'GET /mcp/{gpt_id}/.well-known/oauth-authorization-server',
  'GET /mcp/{gpt_id}/.well-known/openid-configuration',
  'GET /mcp/{gpt_id}/authorize',
  'GET /mcp/{gpt_id}/consent/{authorization_id}',
  'POST /mcp/{gpt_id}/consent/{authorization_id}',
  'POST /mcp/{gpt_id}/register',
  'POST /mcp/{gpt_id}/revoke',
  'POST /mcp/{gpt_id}/token',
];
