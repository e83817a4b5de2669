import { Injectable } from '@nestjs/common';
import {
  CredentialStrategy,
  staticHeaders,
  UserCredentials,
  type Credential,
  type PlannedCall,
} from '../../credentials/index.js';
import type { EgressResponse } from '../../egress/index.js';
import type { OAuthSettings } from '../../oauth/index.js';
import { isTokenRefused } from './token-refused-when.js';

/** Authorizes a call with the access token of its user, who signed in at the provider. */
@Injectable()
export class OAuthStrategy extends CredentialStrategy {
  constructor(private readonly users: UserCredentials) {
    super();
  }

  credentialFor(call: PlannedCall): Promise<Credential> {
    const { authSettings } = call.action;
    const { token_scheme, token_refused_when } = authSettings as unknown as OAuthSettings;
    const isRejectedBy =
      token_refused_when && ((response: EgressResponse) => isTokenRefused(response, token_refused_when));
    return this.users.credentialFor(call, ({ connection, accessToken }) => {
      const authorization = `${schemeOf(token_scheme, connection.tokenType)} ${accessToken}`;
      const headers = { ...staticHeaders(authSettings), authorization };
      return { headers, secrets: [accessToken], ...(isRejectedBy && { isRejectedBy }) };
    });
  }
}

/**
 * Returns `Bearer` unless the schema, or with `auto` the provider's `token_type`, says `basic`. A missing or unknown type counts as a bearer
 * token (provider quirk 18).
 */
function schemeOf(setting: OAuthSettings['token_scheme'], tokenType: string): 'Bearer' | 'Basic' {
  const scheme = setting === 'auto' ? tokenType.toLowerCase() : setting;
  return scheme === 'basic' ? 'Basic' : 'Bearer';
}
