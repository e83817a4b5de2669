import type { ApiResponse } from '../../support/client.js';
import type { TestGpt } from '../../support/tenant.js';
import type { Ids, World } from './world.js';

/** The caller's own resources, which a request combines with another's id. */
export interface Asker {
  gpt: TestGpt;
  ids: Pick<Ids, 'action_id'>;
}

/** A parameter or field outside the path that may contain an id or a name of another tenant or user. */
export interface ForeignId {
  /** The id or name to send. */
  of: (world: World) => string | Promise<string>;
  /** The name of another end user of the same tenant, if the value names a user. */
  otherUser?: string;
  request: (value: string, asker: Asker) => { path: string; body?: object };
  /** Status of the response to another tenant's admin. */
  answers: number;
  /** Returns whether the response shows that the value was found. */
  found: (answer: ApiResponse) => boolean;
  /** The role that can find it; `admin` by default. */
  finder?: 'operator';
  /** Whether a successful request ends the resource. */
  ends?: true;
}

const id = (name: keyof Ids) => (world: World) => world.ids[name];
const alice = () => 'alice';
const hasRows = ({ body }: ApiResponse) => body.data?.length > 0;
const hasEnded = ({ body }: ApiResponse) => body.revoked > 0;
const isCompleted = ({ body }: ApiResponse) => body.outcome === 'completed';
const query = (path: string) => (value: string) => ({ path: `${path}=${encodeURIComponent(value)}` });
const NOTE = { operation_id: 'createNote', arguments: { body: { title: 'x' } }, user: 'alice' };
const REVOKE = '/v1/connections/revoke';

const LISTING = { type: 'tool_use', id: '1', name: 'listNotes', input: {} };

/** Rows by method, path, location and name. A missing row fails a test. */
export const FOREIGN_IDS: Record<string, ForeignId> = {
  'GET /v1/audit-events query target_id': {
    of: id('action_id'),
    request: query('/v1/audit-events?target_id'),
    answers: 200,
    found: hasRows,
  },
  'GET /v1/audit-events query actor': {
    of: id('admin_key_id'),
    otherUser: 'bob',
    request: query('/v1/audit-events?actor'),
    answers: 200,
    found: hasRows,
  },
  'GET /v1/audit-events query tenant_id': {
    of: id('tenant_id'),
    request: query('/v1/audit-events?tenant_id'),
    answers: 404,
    found: hasRows,
  },
  'GET /v1/audit-events/export query tenant_id': {
    of: id('tenant_id'),
    request: query('/v1/audit-events/export?tenant_id'),
    answers: 404,
    found: ({ status }) => status === 200,
  },
  'GET /v1/statistics query action_id': {
    of: id('action_id'),
    request: query('/v1/statistics?action_id'),
    answers: 200,
    found: ({ body }) => body.total?.sign_ins.connected > 0,
  },
  'POST /v1/keys body gpt_ids': {
    of: id('gpt_id'),
    request: (value) => ({ path: '/v1/keys', body: { role: 'runtime', name: 'x', gpt_ids: [value] } }),
    answers: 400,
    found: ({ status }) => status === 201,
  },
  'POST /v1/keys body operation_ids': {
    of: id('action_id'),
    request: (value) => ({
      path: '/v1/keys',
      body: { role: 'runtime', name: 'x', operation_ids: [`${value}/listNotes`] },
    }),
    answers: 400,
    found: ({ status }) => status === 201,
  },
  'POST /v1/vault/rotations body tenant_id': {
    of: id('tenant_id'),
    request: (value) => ({ path: '/v1/vault/rotations', body: { scope: 'data', tenant_id: value } }),
    answers: 403,
    found: ({ status }) => status === 202,
    finder: 'operator',
  },
  'GET /v1/sign-ins query gpt_id': {
    of: id('gpt_id'),
    request: query('/v1/sign-ins?gpt_id'),
    answers: 200,
    found: hasRows,
  },
  'GET /v1/sign-ins query action_id': {
    of: id('action_id'),
    request: query('/v1/sign-ins?action_id'),
    answers: 200,
    found: hasRows,
  },
  'GET /v1/sign-ins query user': {
    of: alice,
    otherUser: 'nobody',
    request: query('/v1/sign-ins?user'),
    answers: 200,
    found: hasRows,
  },
  'POST /v1/sign-ins body gpt_id': {
    of: id('gpt_id'),
    request: (gpt_id, { ids: { action_id } }) => ({
      path: '/v1/sign-ins',
      body: { gpt_id, action_id, user: 'alice' },
    }),
    answers: 404,
    found: ({ status }) => status === 201,
  },
  'POST /v1/sign-ins body action_id': {
    of: id('action_id'),
    request: (action_id, { gpt }) => ({ path: '/v1/sign-ins', body: { gpt_id: gpt.id, action_id, user: 'alice' } }),
    answers: 404,
    found: ({ status }) => status === 201,
  },
  'POST /v1/connections body action_id': {
    of: id('action_id'),
    request: (action_id) => ({
      path: '/v1/connections',
      body: { action_id, user: 'zoe', access_token: 'a token', replace: true },
    }),
    answers: 404,
    found: ({ status }) => status === 201,
  },
  'GET /v1/gpts/{gpt_id}/tools query action_id': {
    of: id('action_id'),
    request: (value, { gpt }) => ({ path: `${gpt.path}/tools?format=openai&action_id=${value}` }),
    answers: 200,
    found: hasRows,
  },
  'POST /v1/mcp-tokens body gpt_id': {
    of: id('gpt_id'),
    request: (gpt_id) => ({ path: '/v1/mcp-tokens', body: { gpt_id, user: 'alice' } }),
    answers: 404,
    found: ({ status }) => status === 201,
  },
  'GET /v1/connections query gpt_id': {
    of: id('gpt_id'),
    request: query('/v1/connections?gpt_id'),
    answers: 200,
    found: hasRows,
  },
  'GET /v1/connections query action_id': {
    of: id('action_id'),
    request: query('/v1/connections?action_id'),
    answers: 200,
    found: hasRows,
  },
  'GET /v1/connections query user': {
    of: alice,
    otherUser: 'bob',
    request: query('/v1/connections?user'),
    answers: 200,
    found: hasRows,
  },
  'POST /v1/connections/revoke body gpt_id': {
    of: id('gpt_id'),
    request: (gpt_id) => ({ path: REVOKE, body: { gpt_id } }),
    answers: 200,
    found: hasEnded,
    ends: true,
  },
  'POST /v1/connections/revoke body action_id': {
    of: id('action_id'),
    request: (action_id) => ({ path: REVOKE, body: { action_id } }),
    answers: 200,
    found: hasEnded,
    ends: true,
  },
  'POST /v1/connections/revoke body user': {
    of: alice,
    otherUser: 'bob',
    request: (user) => ({ path: REVOKE, body: { user } }),
    answers: 200,
    found: hasEnded,
    ends: true,
  },
  'POST /v1/gpts/{gpt_id}/call body action_id': {
    of: id('action_id'),
    request: (action_id, { gpt }) => ({
      path: `${gpt.path}/call`,
      body: { operation_id: 'listNotes', user: 'alice', action_id },
    }),
    answers: 404,
    found: isCompleted,
  },
  'POST /v1/gpts/{gpt_id}/call body user': {
    of: alice,
    otherUser: 'bob',
    request: (user, { gpt }) => ({ path: `${gpt.path}/call`, body: { operation_id: 'listNotes', user } }),
    answers: 200,
    found: isCompleted,
  },
  'POST /v1/gpts/{gpt_id}/call body confirmation': {
    of: async ({ gpt }) => (await gpt.call('createNote', NOTE)).body.confirmation.token,
    request: (confirmation, { gpt }) => ({ path: `${gpt.path}/call`, body: { ...NOTE, confirmation } }),
    answers: 200,
    found: isCompleted,
  },
  'POST /v1/gpts/{gpt_id}/tool_calls body user': {
    of: alice,
    otherUser: 'bob',
    request: (user, { gpt }) => ({ path: `${gpt.path}/tool_calls`, body: { tool_calls: [LISTING], user } }),
    answers: 200,
    found: ({ body }) => body.results?.length > 0,
  },
};

/** Parameters and fields with the name of an id or an end user that are tested elsewhere or are not ids. */
export const TESTED_ELSEWHERE: Record<string, string> = {
  'body operation_id': "a name of the action's document",
  'body conversation_id': "the caller's own; not used for lookups",
  'body response_id': "the caller's own; results are looked up with the tenant, the GPT and the user",
  'body client_id': "the provider's id of the tenant",
  'PUT /v1/gpts/{gpt_id}/mcp body confirmation': 'who asks the user; not a token',
  'POST /v1/sign-ins/{sign_in_id}/verify body user':
    'test/sign-ins/verification: another user cannot complete the sign-in',
  'POST /v1/sign-ins/{sign_in_id}/verify body browser_token':
    'test/sign-ins/verification: the token of another sign-in is rejected',
  'POST /v1/mcp-tokens body user': "any name; test/mcp/tokens: the token acts for that tenant's user",
  'POST /v1/mcp-authorizations/{authorization_id}/verify body user': 'any name; the tenant says who its user is',
  'POST /v1/mcp-authorizations/{authorization_id}/verify body browser_token':
    'test/mcp-authorization/authorize: a wrong token is refused',
  'GET /v1/gpts/{gpt_id}/actions/{action_id}/mcp_tools query user':
    "any name; test/mcp-servers/authorization: the connection is that of the action's user",
  'PUT /v1/gpts/{gpt_id}/actions/{action_id}/mcp_tools body user':
    "any name; test/mcp-servers/authorization: the connection is that of the action's user",
  'POST /v1/sign-ins body user': "any name; test/sign-ins/requested: the link connects that tenant's user",
  'POST /v1/connections body user': "any name; test/connections/import: connects that tenant's user",
  'POST /v1/connected-accounts-links body user':
    "any name; test/connections/connected-accounts: the page lists only connections of that tenant's user",
  'query cursor': 'foreign-ids.e2e.ts: every list',
};
