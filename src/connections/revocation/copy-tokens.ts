import { IsNull, Not, type FindOptionsWhere } from 'typeorm';
import type { Action } from '../../actions/index.js';
import type { TenantStore } from '../../database/index.js';
import { Connection } from '../store/connection.entity.js';
import type { OAuthSettings } from '../../oauth/index.js';
import { RevocationItem } from './revocation-item.entity.js';

/** A client registration, as an action has it stored. */
export type Registration = Pick<Action, 'id' | 'authSettings' | 'authSecrets'>;

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

/** The host that is told of revoked tokens; `undefined` where the provider has no endpoint for it. */
export function revocationHost({ authSettings }: Registration): string | undefined {
  const { revocation_url } = authSettings as Partial<OAuthSettings>;
  return revocation_url === undefined ? undefined : new URL(revocation_url).host;
}

/**
 * Makes an item of each connection of an action that has tokens, without taking them out of the database.
 *
 * @param claimed connections whose `leaseOwner` is the revocation
 */
export async function copyTokens(
  store: TenantStore,
  claimed: FindOptionsWhere<Connection>,
  registration: Registration,
  nextAttemptAt: Date,
): Promise<void> {
  const host = revocationHost(registration);
  if (host === undefined) return;
  const { id, authSettings, authSecrets } = registration;
  await store.insertSelect({
    into: RevocationItem,
    from: Connection,
    where: { ...claimed, actionId: id, tokens: Not(IsNull()) },
    columns: ITEM,
    parameters: { host, authSettings: JSON.stringify(authSettings), authSecrets, nextAttemptAt },
  });
}
