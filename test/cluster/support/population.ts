import { Client, type ApiResponse } from '../../support/client.js';
import type { AuthorizationServer } from '../../support/authorization-server.js';
import { eventually } from '../../support/eventually.js';
import { NOTES_PATHS, type Upstream } from '../../support/upstream.js';

const TENANTS = 3;
const USERS_PER_TENANT = 8;

/** A tenant of the load, with a GPT whose action needs a sign-in. */
export interface LoadTenant {
  id: string;
  adminKey: string;
  runtimeKey: string;
  gptId: string;
  actionId: string;
  users: LoadUser[];
}

/**
 * An end user of the load.
 *
 * - `absent`: has no connection, or a response said so
 * - `connected`: a response said that the connection exists
 * - `unknown`: a response that would say so is missing
 */
export interface LoadUser {
  name: string;
  tenant: LoadTenant;
  state: 'absent' | 'connected' | 'unknown';
  /** Whether a sign-in or revocation is under way. */
  isBusy: boolean;
  callsInFlight: number;
}

/** Creates the tenants of the load. */
export async function populate(
  url: string,
  operatorKey: string,
  provider: AuthorizationServer,
  api: Upstream,
): Promise<LoadTenant[]> {
  const tenants: LoadTenant[] = [];
  for (let index = 1; index <= TENANTS; index++) {
    tenants.push(await createTenant(url, operatorKey, `Tenant ${index}`, provider, api));
  }
  return tenants;
}

async function createTenant(
  url: string,
  operatorKey: string,
  name: string,
  provider: AuthorizationServer,
  api: Upstream,
): Promise<LoadTenant> {
  const created = await accepted(() => new Client(url, operatorKey).post('/v1/tenants', { name }));
  const admin = new Client(url, created.admin_key.key);
  const { key } = await accepted(() => admin.post('/v1/keys', { role: 'runtime', name: 'load' }));
  const { id: gptId } = await accepted(() => admin.post('/v1/gpts', { name: 'Notes' }));
  const auth = provider.schema({ revocation_url: `${provider.url}/revoke` });
  const body = { openapi: api.document(NOTES_PATHS), auth };
  const { id: actionId } = await accepted(() => admin.post(`/v1/gpts/${gptId}/actions`, body));
  const tenant: LoadTenant = {
    id: created.id,
    adminKey: created.admin_key.key,
    runtimeKey: key,
    gptId,
    actionId,
    users: [],
  };
  for (let index = 1; index <= USERS_PER_TENANT; index++) {
    // The same names at every tenant, so that a mix-up would show.
    tenant.users.push({ name: `user-${index}`, tenant, state: 'absent', isBusy: false, callsInFlight: 0 });
  }
  return tenant;
}

/** Repeats a request until it succeeds: the load has not begun yet. */
async function accepted(request: () => Promise<ApiResponse>): Promise<ApiResponse['body']> {
  const response = await eventually(request, ({ status }) => status === 201, 30_000);
  return response.body;
}

/** Names a user across tenants. */
export function fullName({ name, tenant }: LoadUser): string {
  return `${tenant.id}/${name}`;
}
