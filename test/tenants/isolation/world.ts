import { Browser } from '../../../examples/notes-provider/browser.js';
import { mintKey, newId } from '../../../src/common/index.js';
import { Client, type ApiResponse } from '../../support/client.js';
import { sendImport } from '../../support/connection-imports.js';
import { connectMany } from '../../support/many-connections.js';
import { AuthorizedGpt, type Attempt } from '../../support/mcp-authorization/authorization-world.js';
import type { TestGpt, TestTenant } from '../../support/tenant.js';
import { NOTES_PATHS } from '../../support/upstream.js';
import type { Role } from './routes.js';
import type { IsolationServices } from './services.js';

export type Ids = Record<
  | 'tenant_id'
  | 'rotation_id'
  | 'gpt_id'
  | 'action_id'
  | 'sign_in_id'
  | 'connection_id'
  | 'revocation_id'
  | 'import_id'
  | 'mcp_token_id'
  | 'key_id'
  | 'authorization_id'
  | 'admin_key_id',
  string
>;

/** A tenant with one of every resource, and clients for every role and for invalid keys. */
export interface World extends Record<Role, Client> {
  tenant: TestTenant;
  gpt: TestGpt;
  invalidClients: Record<string, Client>;
  ids: Ids;
}

/** `alice` is connected; a rotation may still be running. */
export async function newWorld(services: IsolationServices): Promise<World> {
  const { app, api, provider } = services;
  const tenant = await app.tenant();
  const { admin, runtime } = tenant;
  const gpt = await tenant.gpt();
  const action = await gpt.action(JSON.stringify(api.document(NOTES_PATHS)), provider.schema());
  const { id: sign_in_id, connection_id } = await signedIn(gpt, 'alice');
  await connectMany(app, gpt, action, 1);
  const { revocation_id } = (await runtime.post('/v1/connections/revoke', { user: 'user-0' })).body;
  const imported = (await sendImport(admin, ['{}'])).body;
  await admin.put(`${gpt.path}/mcp`, { enabled: true });
  const token = (await runtime.post('/v1/mcp-tokens', { gpt_id: gpt.id, user: 'alice' })).body;
  const key = (await admin.post('/v1/keys', { role: 'runtime', name: 'to be ended' })).body;
  const authorization = await startedAuthorization(services, gpt);
  const rotation = (await app.operator.post('/v1/vault/rotations', { scope: 'kek' })).body;
  const ids = {
    tenant_id: tenant.id,
    rotation_id: rotation.id,
    gpt_id: gpt.id,
    action_id: action.id,
    sign_in_id,
    connection_id,
    revocation_id,
    import_id: imported.id,
    mcp_token_id: token.id,
    key_id: key.id,
    authorization_id: authorization.id,
    admin_key_id: /key-[a-z0-9]+/.exec(admin.key ?? '')?.[0] ?? '',
  };
  return {
    tenant,
    gpt,
    operator: app.operator,
    admin,
    runtime,
    invalidClients: await invalidClients(services, tenant),
    ids,
  };
}

async function startedAuthorization({ app }: IsolationServices, gpt: TestGpt): Promise<Attempt> {
  const authorized = new AuthorizedGpt(app, gpt);
  await authorized.isSetUp();
  const attempt = authorized.attempt(await authorized.client());
  await attempt.startsAuthorizing();
  return attempt;
}

async function signedIn(gpt: TestGpt, user: string): Promise<ApiResponse['body']> {
  const { sign_in } = (await gpt.call('listNotes', { user })).body;
  const browser = new Browser();
  await browser.get(sign_in.url);
  await browser.submit();
  return (await gpt.tenant.runtime.get(`/v1/sign-ins/${sign_in.id}`)).body;
}

async function invalidClients({ app }: IsolationServices, { admin, id }: TestTenant): Promise<Record<string, Client>> {
  const soon = new Date(app.clock.now().getTime() + 1000).toISOString();
  const expired = (await admin.post('/v1/keys', { role: 'admin', name: 'expired', expires_at: soon })).body;
  const revoked = (await admin.post('/v1/keys', { role: 'admin', name: 'revoked' })).body;
  await admin.delete(`/v1/keys/${revoked.id}`);
  app.clock.advance({ seconds: 2 });
  const as = (key?: string) => new Client(app.url, key);
  return {
    'without a key': as(),
    'with garbage': as('garbage'),
    'with an id for a key': as(id),
    'with a wrong checksum': as(`${admin.key?.slice(0, -8)}00000000`),
    'with a key that never was': as(mintKey('admin', newId('key')).key),
    'with an operator key that never was': as(mintKey('operator', newId('key')).key),
    'with an expired key': as(expired.key),
    'with a revoked key': as(revoked.key),
  };
}

/** The ids of a tenant that does not exist. */
export function unknownIds(ids: Ids): Ids {
  const prefixOf = (id: string) => id.slice(0, id.indexOf('-')) as 't';
  return Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, newId(prefixOf(id))])) as Ids;
}
