import { digest, newId } from '../../src/common/index.js';
import { Database } from '../../src/database/index.js';
import { Connection } from '../../src/connections/connection.entity.js';
import { TokenSeal } from '../../src/connections/token-seal.js';
import type { TestApp } from './app.js';
import type { TestGpt } from './tenant.js';

/** How many rows one statement inserts. */
const BATCH = 500;

/**
 * Writes connections of users `user-0`, `user-1` … past the sign-in. Each has one token, `access of user-0`, that does not expire.
 *
 * @param refreshAt where it is given, they have refresh tokens too, `refresh of user-0` …, and are due by then
 */
export async function connectMany(
  app: TestApp,
  gpt: TestGpt,
  action: { id: string },
  count: number,
  refreshAt: Date | null = null,
): Promise<void> {
  const owner = { tenantId: gpt.tenant.id, gptId: gpt.id, actionId: action.id };
  for (let from = 0; from < count; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => from + index);
    const rows = await Promise.all(numbers.map((number) => connection(app, { ...owner, refreshAt }, `user-${number}`)));
    await app
      .get(Database)
      .tenant(owner.tenantId)
      .write((store) => store.insert(Connection, rows));
  }
}

async function connection(
  app: TestApp,
  owner: Pick<Connection, 'tenantId' | 'gptId' | 'actionId' | 'refreshAt'>,
  user: string,
): Promise<Connection> {
  const id = newId('conn');
  const createdAt = app.clock.now();
  const hasRefreshToken = owner.refreshAt !== null;
  const tokens = { accessToken: `access of ${user}`, ...(hasRefreshToken && { refreshToken: `refresh of ${user}` }) };
  return {
    ...owner,
    id,
    user,
    userDigest: digest(user),
    domain: 'api.example.com',
    binding: 1,
    status: 'active',
    tokens: await app.get(TokenSeal).seal({ tenantId: owner.tenantId, id }, tokens),
    hasRefreshToken,
    tokenType: 'bearer',
    scope: null,
    expiresAt: null,
    dueAt: null,
    version: 1,
    leaseOwner: null,
    leaseUntil: null,
    failures: 0,
    retryAt: null,
    createdAt,
    lastRefreshedAt: null,
    lastUsedAt: createdAt,
  };
}
