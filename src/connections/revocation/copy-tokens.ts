import type { EntityManager, FindOptionsWhere } from 'typeorm';
import type { Action } from '../../actions/index.js';
import { Connection } from '../connection.entity.js';
import type { OAuthSettings } from '../../oauth/index.js';

/** A client registration, as an action has it stored. */
export type Registration = Pick<Action, 'id' | 'authSettings' | 'authSecrets'>;

/** The columns of an item, and where each comes from. */
const ITEM = {
  tenant_id: 'tenant_id',
  connection_id: 'id',
  version: 'version',
  revocation_id: 'lease_owner',
  action_id: 'action_id',
  host: ':host',
  settings: ':settings',
  secrets: ':secrets',
  tokens: 'tokens',
  status: "'pending'",
  attempts: '0',
  next_at: ':nextAt',
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
  manager: EntityManager,
  claimed: FindOptionsWhere<Connection>,
  registration: Registration,
  nextAt: Date,
): Promise<void> {
  const host = revocationHost(registration);
  if (host === undefined) return;
  const { id, authSettings, authSecrets } = registration;
  const [select, parameters] = manager
    .createQueryBuilder(Connection, 'row')
    .select(Object.values(ITEM))
    .where({ ...claimed, actionId: id })
    .andWhere('tokens IS NOT NULL')
    .setParameters({ host, settings: JSON.stringify(authSettings), secrets: authSecrets, nextAt })
    .getQueryAndParameters();
  await manager.query(`INSERT INTO revocation_items (${Object.keys(ITEM).join(', ')}) ${select}`, parameters);
}
