import { Injectable } from '@nestjs/common';
import {
  CredentialStrategy,
  staticHeaders,
  UserCredentials,
  type Credential,
  type PlannedCall,
} from '../../credentials/index.js';
import type { OAuthSettings } from '../../oauth/index.js';

/** Authorizes a call with the access token of its user, who signed in at the provider. */
@Injectable()
export class OAuthStrategy extends CredentialStrategy {
  constructor(private readonly users: UserCredentials) {
    super();
  }

  credentialFor(call: PlannedCall): Promise<Credential> {
    const { authSettings } = call.action;
    const settings = authSettings as unknown as OAuthSettings;
    const headerName = headerNameOf(settings);
    return this.users.credentialFor(call, ({ connection, accessToken }) => {
      const value = [prefixOf(settings, connection.tokenType), accessToken].filter(Boolean).join(' ');
      return { headers: { ...staticHeaders(authSettings), [headerName]: value }, secrets: [accessToken] };
    });
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
