import type { Actor } from '../../audit/index.js';
import { addressOf, type HttpRequest } from '../../common/index.js';
import { OAuthError } from '../protocol/oauth-error.js';
import type { Parameters } from '../protocol/parameters.js';
import type { BuiltInServer } from '../servers/built-in-servers.js';
import type { McpAuthorization } from '../store/mcp-authorization.entity.js';

/** A request of a client to the token or revocation endpoint. */
export interface ClientRequest {
  server: BuiltInServer;
  parameters: Parameters;
  address: string;
  requestId: string;
}

export function clientRequest(server: BuiltInServer, parameters: Parameters, request: HttpRequest): ClientRequest {
  return { server, parameters, address: addressOf(request), requestId: request.id };
}

/** Returns the end user that a grant acts for, as the actor of what its client does. */
export function actorOf({ user }: McpAuthorization, { address, requestId }: ClientRequest): Actor {
  return { user: user ?? '', address, requestId };
}

/** Returns whether an authorization is of the mode that the GPT has now. */
export function isOfCurrentMode(row: McpAuthorization, { settings }: Pick<BuiltInServer, 'settings'>): boolean {
  return row.authorizationVersion === settings.authorizationVersion;
}

/** RFC 6749, section 5.2. One message for all reasons: the client cannot do anything but authorize again. */
export function invalidGrant(what: 'code' | 'refresh token'): OAuthError {
  return new OAuthError('invalid_grant', `the ${what} is invalid, expired or was already used; authorize again`);
}
