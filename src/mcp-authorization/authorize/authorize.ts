import { Injectable } from '@nestjs/common';
import { randomSecret } from '../../common/index.js';
import { Clients } from '../clients/clients.js';
import type { OAuthClient } from '../clients/client.js';
import { AuthorizationRefusedError } from '../protocol/authorization-refused.error.js';
import { isClientHost } from '../protocol/client-hosts.js';
import { OAuthError } from '../protocol/oauth-error.js';
import { quotable } from '../protocol/oauth-error.filter.js';
import { Parameters } from '../protocol/parameters.js';
import { isSameRedirectUri, redirectUriProblem, redirectWith } from '../protocol/redirect-uri.js';
import { supportedScopes } from '../protocol/scope.js';
import { BuiltInServers, type BuiltInServer } from '../servers/built-in-servers.js';
import { Authorizations } from '../store/authorizations.js';
import { readAuthorizationRequest, readState, type AuthorizationRequest } from './authorization-request.js';

/** A valid authorization request. */
interface CheckedRequest extends AuthorizationRequest {
  server: BuiltInServer;
  client: OAuthClient;
  redirectUri: string;
  state: string | undefined;
}

/** Checks authorization requests and stores the valid ones. */
@Injectable()
export class Authorize {
  constructor(
    private readonly servers: BuiltInServers,
    private readonly clients: Clients,
    private readonly authorizations: Authorizations,
  ) {}

  /**
   * Checks an authorization request. Errors are sent to the redirect URI only after it was found at the client.
   *
   * @returns the request, or where to send the browser with an error
   * @throws {AuthorizationRefusedError} the GPT has no authorization server, or the client or its redirect URI is invalid
   */
  async check(gptId: string, query: unknown): Promise<CheckedRequest | { location: string }> {
    const server = await this.servers.find(gptId);
    if (!server) throw new AuthorizationRefusedError('unknown');
    const parameters = new Parameters(query);
    const { client, redirectUri } = await this.clientOf(server, parameters).catch((error: unknown) => {
      if (!(error instanceof OAuthError)) throw error;
      throw new AuthorizationRefusedError('client', server.settings.tenantId, error.message);
    });
    let state: string | undefined;
    try {
      state = readState(parameters);
      const request = readAuthorizationRequest(parameters, server.issuer, supportedScopes(server.settings));
      return { ...request, server, client, redirectUri, state };
    } catch (error) {
      return { location: errorLocation(error, redirectUri, state, server) };
    }
  }

  /**
   * Stores a request and returns the URL of the tenant's login page for it, or of the redirect URI with an error.
   *
   * @param browserDigest digest of the cookie that the browser has now
   */
  async start(request: CheckedRequest, browserDigest: string): Promise<string> {
    const { server, client, redirectUri, state, codeChallenge, scope } = request;
    const { tenantId, gptId, authorizationVersion, loginUrl } = server.settings;
    const browserToken = randomSecret();
    const about = { clientId: client.id, client: client.facts, redirectUri, state: state ?? null };
    const row = { tenantId, gptId, authorizationVersion, ...about, codeChallenge, scope, browserDigest, browserToken };
    try {
      return loginLocation(loginUrl, await this.authorizations.create(row), browserToken);
    } catch (error) {
      return errorLocation(error, redirectUri, state, server);
    }
  }

  private async clientOf({ settings }: BuiltInServer, parameters: Parameters) {
    const redirectUri = parameters.require('redirect_uri');
    const problem = redirectUriProblem(redirectUri);
    if (problem !== undefined) throw new OAuthError('invalid_request', `the redirect_uri ${problem}`);
    const client = await this.clients.find(settings, parameters.require('client_id'));
    if (!client.redirectUris.some((registered) => isSameRedirectUri(registered, redirectUri)))
      throw new OAuthError('invalid_request', 'the redirect_uri is not one of the redirect_uris of the client');
    if (!isClientHost(redirectUri, settings.clientHosts))
      throw new OAuthError('invalid_request', 'this server does not accept the host of the redirect_uri');
    return { client, redirectUri };
  }
}

/** Returns the error response (RFC 6749, section 4.1.2.1) with the issuer (RFC 9207, section 2). @throws anything but an OAuth error */
function errorLocation(
  error: unknown,
  redirectUri: string,
  state: string | undefined,
  { issuer: iss }: BuiltInServer,
): string {
  if (!(error instanceof OAuthError)) throw error;
  return redirectWith(redirectUri, { error: error.code, error_description: quotable(error.message), state, iss });
}

function loginLocation(loginUrl: string, id: string, browserToken: string): string {
  const url = new URL(loginUrl);
  url.searchParams.set('authorization', id);
  url.searchParams.set('browser_token', browserToken);
  return url.href;
}
