import type { RegisteredClient, TokenRequest } from './authorization-server.js';
import type { RecordedRequest } from './json-api.js';

export interface NotesProviderOptions {
  /** of Notes; Town weather and Notes statistics take the next two. Free ports where it is left out */
  port?: number;
  /** seconds, 3600 where it is left out */
  accessTokenTtl?: number;
  /** refuse an authorization request without PKCE, as RFC 9700 recommends; true where it is left out */
  requirePkce?: boolean;
  /** in place of the two clients that are made otherwise; the first is the one that `clientId` names */
  clients?: RegisteredClient[];
}

/** An API provider as the world has them: one API that is open, one for a key, one for signed-in users. */
export interface NotesProvider {
  /** where Notes and its authorization server are, `http://127.0.0.1:PORT` */
  url: string;
  weatherUrl: string;
  statisticsUrl: string;
  issuer: string;
  /** a client that sends its secret in the body (client_secret_post) */
  clientId: string;
  clientSecret: string;
  /** every client, among them one that sends its secret in a header (client_secret_basic) */
  clients: RegisteredClient[];
  authorizationUrl: string;
  tokenUrl: string;
  revocationUrl: string;
  /** every scope, separated by spaces */
  scope: string;
  /** opens Notes statistics */
  apiKey: string;
  documents: { weather: object; stats: object; notes: object };
  /** Registers a redirect URI for every client; it is known only once an action exists. */
  registerRedirectUri(uri: string): void;
  /** Makes every access token unusable at once; refresh tokens keep working. */
  expireAccessTokens(): void;
  /** the calls that reached the three APIs, oldest first */
  requests: RecordedRequest[];
  /** the requests that reached the token endpoint, oldest first */
  tokenRequests: TokenRequest[];
  close(): Promise<void>;
}
