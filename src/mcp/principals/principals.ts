import { Injectable } from '@nestjs/common';
import { addressOf, bearerToken, type HttpRequest, type Role, type TenantCaller } from '../../common/index.js';
import { Keyring, type KeyHolder } from '../../tenants/index.js';
import type { McpSettings } from '../settings/mcp-settings.entity.js';
import { McpTokens, type TokenWithKey } from '../tokens/mcp-tokens.service.js';
import { AccessTokens, type McpPrincipal } from './access-tokens.js';
import { namedUser } from './end-user.js';

/**
 * What a request's credential says. `none`: it has no credential. `invalid`: the credential is unknown, expired, revoked, or for another GPT.
 * `role`: the key is valid, and of a role that MCP clients must not have.
 */
export type Identified =
  | { outcome: 'none' | 'invalid' }
  | { outcome: 'role'; role: Role }
  | { outcome: 'valid'; principal: McpPrincipal; scopes?: readonly string[] };

type LoadSettings = () => Promise<McpSettings | undefined>;

const NO_CREDENTIAL = { outcome: 'none' } as const;
const INVALID = { outcome: 'invalid' } as const;

/** Identifies who sends a request to an MCP endpoint. The end user follows from the credential alone. */
@Injectable()
export class Principals {
  constructor(
    private readonly keyring: Keyring,
    private readonly tokens: McpTokens,
    private readonly accessTokens: AccessTokens,
  ) {}

  /**
   * Identifies the sender of a request.
   *
   * @param gptId the GPT whose endpoint the request was sent to; it may not exist
   * @param settings loads those of that GPT
   * @throws {InvalidRequestError} a runtime key names its user with an invalid header
   */
  async identify(request: HttpRequest, gptId: string, settings: LoadSettings): Promise<Identified> {
    const { 'x-api-key': key, authorization } = request.headers;
    if (typeof key === 'string') return this.identifyKey(request, key);
    if (authorization === undefined) return NO_CREDENTIAL;
    const bearer = bearerToken(authorization);
    if (bearer === undefined) return INVALID;
    if (bearer.startsWith('cs_mcp_')) return this.identifyToken(request, bearer, gptId);
    if (bearer.startsWith('cs_')) {
      const byKey = await this.identifyKey(request, bearer);
      if (byKey.outcome !== 'invalid') return byKey;
    }
    const ofGpt = await settings();
    const verified = ofGpt && (await this.accessTokens.verify(bearer, ofGpt, request));
    if (!verified) return INVALID;
    const { principal, scopes } = verified;
    const caller = { ...principal.caller, verifiesOpener: true };
    return { outcome: 'valid', principal: { ...principal, caller }, scopes };
  }

  private async identifyKey(request: HttpRequest, key: string): Promise<Identified> {
    const holder = await this.keyring.holderOf(key);
    if (!holder) return INVALID;
    if (holder.role !== 'runtime' || holder.tenantId === undefined) return { outcome: 'role', role: holder.role };
    const caller = callerOf(request, { ...holder, tenantId: holder.tenantId });
    return { outcome: 'valid', principal: { kind: 'key', id: holder.keyId, caller, user: namedUser(request) } };
  }

  private async identifyToken(request: HttpRequest, text: string, gptId: string): Promise<Identified> {
    const found = await this.tokens.verify(text);
    if (!found || found.token.gptId !== gptId) return INVALID;
    const { token } = found;
    const caller = callerOf(request, holderOf(found));
    return { outcome: 'valid', principal: { kind: 'token', id: token.id, caller, user: token.user } };
  }
}

type TenantHolder = Omit<KeyHolder, 'role'> & { tenantId: string };

/** A user token may do what the key that created it may do, at one GPT. */
function holderOf({ token, key }: TokenWithKey): TenantHolder {
  const { tenantId, gptId } = token;
  return {
    keyId: key.id,
    tenantId,
    gptIds: (key.gptIds ?? [gptId]).filter((id) => id === gptId),
    ...(key.operationIds && { operationIds: key.operationIds }),
  };
}

function callerOf(request: HttpRequest, holder: TenantHolder): TenantCaller {
  return { ...holder, role: 'runtime', requestId: request.id, address: addressOf(request) };
}
