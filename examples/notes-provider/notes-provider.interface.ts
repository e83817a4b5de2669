import type { RegisteredClient, TokenRequest } from './authorization-server.js';
import type { RecordedRequest } from './json-api.js';

export interface NotesProviderOptions {
  /** port of Notes; Town weather and Notes statistics use the next two. Free ports by default */
  port?: number;
  /** in seconds, 3600 by default */
  accessTokenTtl?: number;
  /** whether authorization requests must use PKCE, as RFC 9700 recommends; true by default */
  requirePkce?: boolean;
  /** replaces the two default clients; `clientId` names the first */
  clients?: RegisteredClient[];
  /** the API key of Notes statistics; random by default */
  apiKey?: string;
  /** whether `POST /redirect-uris` registers redirect URIs; false by default */
  hasRegistrationPage?: boolean;
}

/** A typical API provider: an open API, one that requires an API key, and one that requires users to sign in. */
export interface NotesProvider {
  /** base URL of Notes and its authorization server, `http://127.0.0.1:PORT` */
  url: string;
  weatherUrl: string;
  statisticsUrl: string;
  issuer: string;
  /** a client that sends its secret in the body (client_secret_post) */
  clientId: string;
  clientSecret: string;
  /** all clients, including one that sends its secret in a header (client_secret_basic) */
  clients: RegisteredClient[];
  authorizationUrl: string;
  tokenUrl: string;
  revocationUrl: string;
  /** all scopes, separated by spaces */
  scope: string;
  /** the API key of Notes statistics */
  apiKey: string;
  documents: { weather: object; stats: object; notes: object };
  /** Registers a redirect URI for every client. It is known only after an action was created. */
  registerRedirectUri(uri: string): void;
  /** Invalidates all access tokens; refresh tokens keep working. */
  expireAccessTokens(): void;
  /** the calls that reached the three APIs, oldest first */
  requests: RecordedRequest[];
  /** the requests that reached the token endpoint, oldest first */
  tokenRequests: TokenRequest[];
  close(): Promise<void>;
}
