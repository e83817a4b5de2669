import { Database } from '../../src/database/index.js';
import { Connection } from '../../src/connections/store/connection.entity.js';
import { TokenSeal, type Tokens } from '../../src/connections/store/token-seal.js';
import type { TestApp } from './app.js';
import type { EndUser } from './end-user.js';

/** Returns a user's refresh token from the database, because no API shows it. */
export async function refreshTokenOf(app: TestApp, user: EndUser): Promise<string> {
  return (await tokensOf(app, user)).refreshToken ?? '';
}

/** Returns a user's access token from the database, because no API shows it. */
export async function accessTokenOf(app: TestApp, user: EndUser): Promise<string> {
  return (await tokensOf(app, user)).accessToken;
}

async function tokensOf(app: TestApp, user: EndUser): Promise<Tokens> {
  const { id } = await user.connection();
  const row = await app.get(Database).read((manager) => manager.findOneByOrFail(Connection, { id }));
  return app.get(TokenSeal).unseal({ ...row, tokens: row.tokens ?? '' });
}

/** Uses a refresh token as a thief of the token and the client secret could. */
export function useRefreshToken(
  { tokenUrl, clientId, clientSecret }: { tokenUrl: string; clientId: string; clientSecret: string },
  refreshToken: string,
): Promise<Response> {
  const client = { client_id: clientId, client_secret: clientSecret };
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, ...client });
  return fetch(tokenUrl, { method: 'POST', body });
}
