import { digest, newId } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { Connection } from '../../src/connections/store/connection.entity.js';
import { TokenSeal } from '../../src/connections/store/token-seal.js';
import type { TestApp } from './app.js';
import type { TestGpt } from './tenant.js';

/** Number of rows that one statement inserts. */
const BATCH = 500;

/**
 * Inserts connections of the users `user-0`, `user-1` … without sign-ins. Their access tokens, `access of user-0` …, do not expire.
 *
 * @param backgroundRefreshAt if given, the connections also have refresh tokens, `refresh of user-0` …, and are due at that time
 */
export async function connectMany(
  app: TestApp,
  gpt: TestGpt,
  action: { id: string },
  count: number,
  backgroundRefreshAt: Date | null = null,
): Promise<void> {
  const owner = { tenantId: gpt.tenant.id, gptId: gpt.id, actionId: action.id };
  for (let from = 0; from < count; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => from + index);
    const rows = await Promise.all(
      numbers.map((number) => connection(app, { ...owner, backgroundRefreshAt }, `user-${number}`)),
    );
    await app
      .get(Database)
      .tenant(owner.tenantId)
      .write((store) => store.insert(Connection, rows));
  }
}

async function connection(
  app: TestApp,
  owner: Pick<Connection, 'tenantId' | 'gptId' | 'actionId' | 'backgroundRefreshAt'>,
  user: string,
): Promise<Connection> {
  const id = newId('conn');
  const createdAt = app.clock.now();
  const hasRefreshToken = owner.backgroundRefreshAt !== null;
  const tokens = { accessToken: `access of ${user}`, ...(hasRefreshToken && { refreshToken: `refresh of ${user}` }) };
  return {
    ...owner,
    id,
    user,
    userDigest: digest(user),
    domain: 'api.example.com',
    bindingVersion: 1,
    epoch: 0,
    status: 'active',
    tokens: await app.get(TokenSeal).seal({ tenantId: owner.tenantId, id }, tokens),
    hasRefreshToken,
    tokenType: 'bearer',
    scope: null,
    expiresAt: null,
    callRefreshAt: null,
    version: 1,
    leaseOwner: null,
    leaseUntil: null,
    refreshFailures: 0,
    requestedScope: null,
    refreshConcern: null,
    unreadableSince: null,
    unreadableResponses: 0,
    rejectedOperations: null,
    retryAt: null,
    createdAt,
    lastRefreshedAt: null,
    lastUsedAt: createdAt,
  };
}
