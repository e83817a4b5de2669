/** A request as received by the server. */
export interface EndpointRequest {
  method: string;
  /** Path with query. */
  path: string;
  headers: Record<string, string>;
  /** Form fields or JSON members of the body. */
  params: Record<string, string>;
}

/** The response of an endpoint. Placeholders `{{…}}` in body and headers are filled in: see `fillIn`. */
export interface TokenResponse {
  status?: number;
  contentType?: string;
  headers?: Record<string, string>;
  body: string;
}

/** Client authentication methods, by their names in metadata (RFC 8414, section 2). */
export type AuthenticationMethod = 'client_secret_post' | 'client_secret_basic' | 'none';

/**
 * Deviations of a server from the standards; by default there are none.
 *
 * The fields are plain data, so that a provider quirk is an entry in `behaviors.ts`. Functions are used only for waiting and counting.
 */
export interface Behavior {
  /** Accepted client authentication methods; all by default. */
  authentication?: AuthenticationMethod[];
  /** Whether the code is validated before the client, so that an invalid code hides a wrong secret. */
  validatesCodeFirst?: boolean;
  /** Whether the pair of Basic is compared without form-decoding it. */
  comparesRawPairs?: boolean;
  /** The only method of token requests; POST by default. */
  tokenMethod?: 'GET';
  /** Headers that token and revocation requests must have. */
  wantedHeaders?: Record<string, string>;
  /** Parameters that a token request with this grant type must have. */
  wantedTokenParams?: Record<string, Record<string, string>>;
  /** Required content type of token requests; form and JSON are accepted by default. */
  contentType?: string;
  /** Whether PKCE is required, or refused at the authorization endpoint or at the token endpoint. */
  pkce?: 'required' | 'refused' | 'refused at the token endpoint';
  /** Separator of scopes. If set, unknown scopes are rejected. */
  scopeSeparator?: string;
  /** Whether an empty `scope` parameter is an error. */
  refusesEmptyScope?: boolean;
  /** Additional parameters that an authorization request must have. */
  wantedParams?: Record<string, string>;

  /** The `expires_in` of tokens; `null` omits it. */
  expiresIn?: unknown;
  /** Whether a code is exchanged for a refresh token too. */
  issuesRefreshTokens?: boolean;
  /** Whether each refresh replaces the refresh token and invalidates the old one. */
  rotates?: boolean;
  /** Whether reuse of an old refresh token revokes all tokens of its grant. */
  reuseEndsGrant?: boolean;
  /** Grant type, and parameter, that exchanges an access token for a newer one. No refresh tokens are issued then. */
  exchangeGrant?: string;
  /** Path of the refresh URL, if it differs from the token URL. */
  refreshPath?: string;
  /** Suffix of every code and token. */
  padding?: string;
  /** Members merged into a token response. */
  extra?: Record<string, unknown>;

  /** Replaces token responses. If it contains a `granted` placeholder, only successful ones. */
  tokenResponse?: TokenResponse;
  /** Replaces responses to refreshes. */
  refreshResponse?: TokenResponse;
  /** Replaces token responses depending on the request; `undefined` keeps the response. */
  tokenResponseFor?: (params: Record<string, string>) => TokenResponse | undefined;
  /** Whether the token endpoint closes connections without a response. */
  dropsConnections?: boolean;
  /** Status of every revocation response; nothing is revoked then. */
  revocationStatus?: number;
  /** Replaces revocation responses depending on the request; `undefined` keeps the response. */
  revocationResponseFor?: (params: Record<string, string>) => TokenResponse | undefined;
  /** Delays the revocation endpoint. */
  beforeRevocation?: (params: Record<string, string>) => Promise<void>;
  /** Overrides parameters of the redirect; an empty value removes one. `{{issuer}}`, `{{code}}` and `{{state}}` are filled in. */
  redirectWith?: Record<string, string>;
  /** Fragment of the redirect. */
  redirectFragment?: string;
  /** Offset of the server's clock in the `Date` header of token responses; negative if it is behind. */
  clockAheadSeconds?: number;
  /** Overrides members of the metadata. */
  metadata?: Record<string, unknown>;
  /** Delays the token endpoint before it processes the request. */
  before?: () => Promise<void>;
  /** Delays the token endpoint after it has processed the request. */
  after?: () => Promise<void>;
}
