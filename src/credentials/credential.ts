import type { EgressResponse } from '../egress/index.js';
import type { SignInRequiredError } from './sign-in-required.error.js';

/** The headers and query parameters that authenticate one call. Header names are lower case. */
export interface Credential {
  headers: Record<string, string>;
  /** Query parameters; they replace parameters of the same name. */
  query?: Record<string, string>;
  /** The server URL of the user's connection, if that of the action contains values of the connection. */
  serverUrl?: string;
  /** The values of the user's connection by name, which arguments may be fixed to. */
  connectionValues?: Readonly<Record<string, string>>;
  /** Every secret of the credential, in each form in which it is sent, for redaction. */
  secrets: readonly string[];
  /** Whether a response says that the upstream rejects the credential, besides 401 and `invalid_token` (RFC 6750, section 3.1). */
  isRejectedBy?(response: EgressResponse): boolean;
  /**
   * Returns the next credential after the upstream rejected this one; absent if there can be no other.
   *
   * @returns `undefined` if another credential would be rejected too: the response is the API's last word
   * @throws {SignInRequiredError} the user has to sign in again
   */
  renew?(): Promise<Credential | undefined>;
  /** Records that the upstream accepted the credential; absent if it was not rejected before. */
  recordAccepted?(): Promise<void>;
  /** Offers a sign-in for more scope; absent if the last sign-in asked for all that the schema asks for. */
  requestMoreScope?(): Promise<SignInRequiredError>;
}
