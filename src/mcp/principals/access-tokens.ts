import { Injectable } from '@nestjs/common';
import type { HttpRequest, TenantCaller } from '../../common/index.js';
import type { McpSettings } from '../settings/mcp-settings.entity.js';

/** Who sends a request to a GPT's MCP endpoint, as its credential says. */
export interface McpPrincipal {
  kind: 'key' | 'token' | 'jwt' | 'grant';
  /** The id of the key, of the user token or of the grant; issuer and subject of a JWT. Sealed state is bound to it. */
  id: string;
  /** Runs the calls. Its role is `runtime`. */
  caller: TenantCaller;
  /** The tenant's id of the end user; `undefined` if a runtime key names none. */
  user?: string;
}

/** Kinds of principals with an access token. The tenant's server does not see the links that they show. */
export type ClientKind = Extract<McpPrincipal['kind'], 'jwt' | 'grant'>;

/** Returns the kind of a principal with an access token; `undefined` for keys and user tokens. */
export function clientKindOf({ kind }: McpPrincipal): ClientKind | undefined {
  return kind === 'jwt' || kind === 'grant' ? kind : undefined;
}

/** An access token that was verified. */
export interface VerifiedToken {
  principal: McpPrincipal;
  scopes: readonly string[];
}

/** Verifies the access tokens of one kind of authorization. */
export interface AccessTokenVerifier {
  /** @returns `undefined` if the token is invalid, expired, or for another GPT */
  verify(token: string, settings: McpSettings, request: HttpRequest): Promise<VerifiedToken | undefined>;
}

/** The verifiers of access tokens, by the `authorization` of a GPT's settings. */
@Injectable()
export class AccessTokens {
  private readonly verifiers = new Map<McpSettings['authorization'], AccessTokenVerifier>();

  register(authorization: 'jwt' | 'builtin', verifier: AccessTokenVerifier): void {
    this.verifiers.set(authorization, verifier);
  }

  /** @returns `undefined` if the token is not valid for the GPT as it is set up */
  async verify(token: string, settings: McpSettings, request: HttpRequest): Promise<VerifiedToken | undefined> {
    return this.verifiers.get(settings.authorization)?.verify(token, settings, request);
  }
}
