import { IsNull, Not, type FindOptionsWhere } from 'typeorm';
import type { Action } from '../../../actions/index.js';
import type { TenantStore } from '../../../database/index.js';
import { Connection } from '../../store/connection.entity.js';
import type { OAuthSettings } from '../../../oauth/index.js';
import { RevocationItem } from './revocation-item.entity.js';

/** The stored OAuth client of an action, as needed to revoke its tokens. */
export type RevocableClient = Pick<Action, 'id' | 'authSettings' | 'authSecrets' | 'bindingVersion'>;

/** The columns of an item, each as an SQL expression on the connection. */
const ITEM = {
  connectionId: 'id',
  version: 'version',
  revocationId: 'lease_owner',
  actionId: 'action_id',
  host: ':host',
  authSettings: ':authSettings',
  authSecrets: ':authSecrets',
  tokens: 'tokens',
  status: "'pending'",
  attempts: '0',
  nextAttemptAt: ':nextAttemptAt',
};

/** Returns the host of the revocation endpoint; `undefined` if the provider has none. */
export function revocationHost({ authSettings }: RevocableClient): string | undefined {
  const { revocation_url } = authSettings as Partial<OAuthSettings>;
  return revocation_url === undefined ? undefined : new URL(revocation_url).host;
}

/**
 * Inserts a revocation item for each claimed connection of an action that has tokens, in one statement.
 *
 * @param claimed selects connections whose `leaseOwner` is the revocation
 */
export async function copyTokens(
  store: TenantStore,
  claimed: FindOptionsWhere<Connection>,
  client: RevocableClient,
  nextAttemptAt: Date,
): Promise<void> {
  const host = revocationHost(client);
  if (host === undefined) return;
  const { id, authSettings, authSecrets } = client;
  await store.insertSelect({
    into: RevocationItem,
    from: Connection,
    where: { ...claimed, actionId: id, tokens: Not(IsNull()) },
    columns: ITEM,
    parameters: { host, authSettings: JSON.stringify(authSettings), authSecrets, nextAttemptAt },
  });
}

/** Tokens that no connection has, sealed. */
type LooseTokens = Pick<RevocationItem, 'connectionId' | 'version' | 'revocationId' | 'tokens'>;

/** Inserts the revocation item of tokens that no connection has, if the provider has a revocation endpoint. */
export async function addTokens(
  store: TenantStore,
  tokens: LooseTokens,
  client: RevocableClient,
  nextAttemptAt: Date,
): Promise<void> {
  const host = revocationHost(client);
  if (host === undefined) return;
  const { id: actionId, authSettings, authSecrets } = client;
  const due = { status: 'pending' as const, settledToken: null, attempts: 0, nextAttemptAt, errorCode: null };
  await store.insert(RevocationItem, [{ ...tokens, actionId, host, authSettings, authSecrets, ...due }]);
}
