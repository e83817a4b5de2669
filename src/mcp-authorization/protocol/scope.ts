import { MCP_SCOPE } from '../../mcp/index.js';
import { OAuthError } from './oauth-error.js';

/** Returns the scopes that the authorization server of a GPT grants. */
export function supportedScopes({ requiredScope }: { requiredScope: string | null }): string[] {
  return [...new Set([MCP_SCOPE, ...scopesOf(requiredScope ?? '')])];
}

/** Splits a scope into its tokens (RFC 6749, section 3.3). */
export function scopesOf(scope: string): string[] {
  return scope.split(' ').filter((token) => token !== '');
}

/**
 * Returns the scope to grant: the requested scopes that are in `allowed`, or all of them if none is requested. Others are ignored, as RFC 6749,
 * section 3.3, allows: clients ask for `openid` or `offline_access` by habit.
 *
 * @throws {OAuthError} `invalid_scope`: none of the requested scopes can be granted
 */
export function grantScope(requested: string | undefined, allowed: readonly string[]): string {
  const scopes = requested === undefined ? allowed : allowed.filter((scope) => scopesOf(requested).includes(scope));
  if (scopes.length > 0) return scopes.join(' ');
  throw new OAuthError('invalid_scope', `request one of these scopes: ${allowed.join(' ')}`);
}
