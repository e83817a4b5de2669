import type { SignInRequiredError } from './sign-in-required.error.js';

/** The headers and query parameters that authenticate one call. Header names are lower case. */
export interface Credential {
  headers: Record<string, string>;
  /** Query parameters; they replace parameters of the same name. */
  query?: Record<string, string>;
  /** The server URL of the user's connection, if that of the action contains values of the connection. */
  serverUrl?: string;
  /** Every secret of the credential, in each form in which it is sent, for redaction. */
  secrets: readonly string[];
  /**
   * Returns the next credential after the upstream answered 401; absent if there can be no other.
   *
   * @throws {SignInRequiredError} the user has to sign in again
   */
  renew?(): Promise<Credential>;
  /** Offers a sign-in for more scope; absent if the user has already granted all that the schema asks for. */
  requestMoreScope?(): Promise<SignInRequiredError>;
}
