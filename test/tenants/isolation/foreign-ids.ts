import type { Answer } from '../../support/client.js';
import type { TestGpt } from '../../support/tenant.js';
import type { Ids, World } from './world.js';

/** Who asks, and what they have of their own to put another's id into. */
export interface Asker {
  gpt: TestGpt;
}

/** A place outside the path where a request carries an id or a name that may be another's. */
export interface ForeignId {
  /** What of another is sent. */
  of: (world: World) => string | Promise<string>;
  /** Where it is another end user's of the same tenant, what is sent instead. */
  otherUser?: string;
  request: (value: string, asker: Asker) => { path: string; body?: object };
  /** What another tenant's admin is answered. */
  answers: number;
  /** Whether an answer shows that what was sent was found: so for who may find it, never for anybody else. */
  found: (answer: Answer) => boolean;
  /** Who may; `admin` where nothing is said. */
  finder?: 'operator';
  /** What it finds is no more afterwards. */
  ends?: true;
}

const id = (name: keyof Ids) => (world: World) => world.ids[name];
const alice = () => 'alice';
const hasRows = ({ body }: Answer) => body.data?.length > 0;
const hasEnded = ({ body }: Answer) => body.revoked > 0;
const isCompleted = ({ body }: Answer) => body.outcome === 'completed';
const query = (path: string) => (value: string) => ({ path: `${path}=${encodeURIComponent(value)}` });
const NOTE = { operation_id: 'createNote', arguments: { body: { title: 'x' } }, user: 'alice' };
const REVOKE = '/v1/connections/revoke';

/** By method, path, where it stands and what it is called. One that is missing here fails a test. */
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
};

/** What is called like an id of ours, or a name of an end user, and is proved elsewhere or is none. */
export const OTHERWISE: Record<string, string> = {
  'body operation_id': "a name of the action's document",
  'body conversation_id': "the caller's own; nothing is looked for by it",
  'body client_id': "the provider's id of the tenant",
  'POST /v1/sign-ins/{sign_in_id}/verify body user': 'test/oauth/verification: another user ends the sign-in',
  'POST /v1/sign-ins/{sign_in_id}/verify body browser_token': "test/oauth/verification: another sign-in's is refused",
  'POST /v1/connected-accounts-links body user':
    "anybody's name; test/oauth/connected-accounts: the page shows those of that tenant's user alone",
  'query cursor': 'below: every list',
};
