import { Injectable } from '@nestjs/common';
import {
  CredentialStrategy,
  staticHeaders,
  UserCredentials,
  type Credential,
  type PlannedCall,
} from '../../credentials/index.js';
import type { Action } from '../../actions/index.js';
import { CountersignError } from '../../common/index.js';
import type { EgressResponse } from '../../egress/index.js';
import {
  connectionServerUrl,
  ConnectionValueRefusedError,
  fillConnectionValues,
  usesConnectionValues,
  type ConnectionValues,
  type OAuthSettings,
} from '../../oauth/index.js';
import { isTokenRefused } from './token-refused-when.js';

/** Authorizes a call with the access token of its user, who signed in at the provider. */
@Injectable()
export class OAuthStrategy extends CredentialStrategy {
  constructor(private readonly users: UserCredentials) {
    super();
  }

  credentialFor(call: PlannedCall): Promise<Credential> {
    const { authSettings } = call.action;
    const settings = authSettings as unknown as OAuthSettings;
    const { token_refused_when } = settings;
    const isRejectedBy =
      token_refused_when && ((response: EgressResponse) => isTokenRefused(response, token_refused_when));
    const headerName = headerNameOf(settings);
    return this.users.credentialFor(call, ({ connection, accessToken, values = {} }) => {
      const value = [prefixOf(settings, connection.tokenType), accessToken].filter(Boolean).join(' ');
      const filled = withValues(call.action, values);
      const headers = { ...filled.headers, [headerName]: value };
      const connectionValues = settings.connection_values && values;
      return {
        ...filled,
        headers,
        secrets: [accessToken],
        ...(connectionValues && { connectionValues }),
        ...(isRejectedBy && { isRejectedBy }),
      };
    });
  }
}

/**
 * Returns the static headers and the server URL with the values of a connection.
 *
 * @throws {CountersignError} `credential_unavailable`: the connection lacks a value, or its server is not allowed
 */
function withValues(
  { authSettings, serverUrl }: Action,
  values: ConnectionValues,
): Pick<Credential, 'headers' | 'serverUrl'> {
  if (authSettings['connection_values'] === undefined) return { headers: staticHeaders(authSettings) };
  try {
    const headers = Object.entries(staticHeaders(authSettings)).map(([name, text]) => [
      name,
      fillConnectionValues(text, values),
    ]);
    const rules = { ...(authSettings as unknown as OAuthSettings), serverUrl };
    return {
      headers: Object.fromEntries(headers) as Record<string, string>,
      ...(usesConnectionValues(serverUrl) && { serverUrl: connectionServerUrl(rules, values) }),
    };
  } catch (error) {
    if (!(error instanceof ConnectionValueRefusedError)) throw error;
    throw new CountersignError('credential_unavailable', error.message);
  }
}

function headerNameOf({ token_header_name = 'authorization' }: OAuthSettings): string {
  return token_header_name.toLowerCase();
}

/**
 * Returns the text before the token: `token_prefix`, or the scheme.
 *
 * The scheme is `Bearer` unless the schema, or with `auto` the provider's `token_type`, says `basic`. A missing or unknown type counts as a
 * bearer token (provider quirk 18). Another header than `Authorization` has no scheme by itself.
 */
function prefixOf(settings: OAuthSettings, tokenType: string): string {
  const { token_prefix, token_scheme } = settings;
  if (token_prefix !== undefined) return token_prefix;
  if (token_scheme === 'auto' && headerNameOf(settings) !== 'authorization') return '';
  const scheme = token_scheme === 'auto' ? tokenType.toLowerCase() : token_scheme;
  return scheme === 'basic' ? 'Basic' : 'Bearer';
}
