/** A request as the server received it. */
export interface EndpointRequest {
  method: string;
  /** With its query. */
  path: string;
  headers: Record<string, string>;
  /** Form fields or JSON members of the body. */
  params: Record<string, string>;
}

/** What an endpoint answers. Places in `{{…}}` are filled in, in the body and in headers: see `fillIn`. */
export interface TokenResponse {
  status?: number;
  contentType?: string;
  headers?: Record<string, string>;
  body: string;
}

/** Ways of client authentication, by their names in metadata (RFC 8414, section 2). */
export type AuthenticationMethod = 'client_secret_post' | 'client_secret_basic' | 'none';

/**
 * What is particular about a server; with nothing set it does what the standards say.
 *
 * Plain data, so that a provider's quirk is an entry in `behaviours.ts`; only what has to wait or to count is a function.
 */
export interface Behaviour {
  /** The ways of client authentication that it takes; all of them where it is left out. */
  authentication?: AuthenticationMethod[];
  /** The content type that token requests must have; form and JSON where it is left out. */
  contentType?: string;
  /** `refused` at the authorization endpoint, or only when the verifier comes. */
  pkce?: 'required' | 'refused' | 'refused with the code';
  /** What stands between scopes. Each of them then has to be one that it knows. */
  scopeSeparator?: string;
  /** Whether `scope=` is an error. */
  refusesEmptyScope?: boolean;
  /** What an authorization request must have besides. */
  wantedParams?: Record<string, string>;

  /** Of the tokens; `null` leaves it out. */
  expiresIn?: unknown;
  /** Whether a refresh token is issued with a code. */
  issuesRefreshTokens?: boolean;
  /** Whether each refresh replaces the refresh token, and the old one ends. */
  rotates?: boolean;
  /** Whether an old refresh token that is used again ends all that its grant has given. */
  reuseEndsGrant?: boolean;
  /** The grant type, and parameter, by which access tokens are exchanged for newer ones. There are no refresh tokens then. */
  exchangeGrant?: string;
  /** Where tokens are renewed, when that is not the token URL. */
  refreshPath?: string;
  /** At the end of every code and token. */
  padding?: string;
  /** Merged into a token answer. */
  extra?: Record<string, unknown>;

  /** What the token endpoint answers in place of the right answer. Where it tells what is granted, only to right requests. */
  tokenAnswer?: TokenResponse;
  /** The same, for refreshes alone. */
  refreshAnswer?: TokenResponse;
  /** The same, by what is asked; where it answers nothing, the right answer is given. */
  tokenAnswers?: (params: Record<string, string>) => TokenResponse | undefined;
  /** Closes the connection instead of answering at the token endpoint. */
  dropsConnections?: boolean;
  /** What the revocation endpoint answers with; nothing is revoked then. */
  revocationStatus?: number;
  /** What it answers by what is to be revoked; where it answers nothing, the right answer is given. */
  revocationAnswers?: (params: Record<string, string>) => TokenResponse | undefined;
  /** Waits before the revocation endpoint answers. */
  beforeRevocation?: (params: Record<string, string>) => Promise<void>;
  /** Over the parameters of the redirect back; an empty one is left out. `{{issuer}}`, `{{code}}` and `{{state}}` are filled in. */
  redirectWith?: Record<string, string>;
  /** Of the redirect back. */
  redirectFragment?: string;
  /** How far its clock, as the `Date` of token answers shows it, is ahead; behind where it is negative. */
  clockAheadSeconds?: number;
  /** Over the members of the metadata. */
  metadata?: Record<string, unknown>;
  /** Waits before the token endpoint answers. */
  before?: () => Promise<void>;
  /** Waits when the token endpoint has decided, before it answers. */
  after?: () => Promise<void>;
}
