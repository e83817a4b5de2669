import { Injectable } from '@nestjs/common';
import { SealedTokens, type TokenScope } from '../../vault/index.js';
import type { McpSettings } from '../../mcp/index.js';
import { isClientHost } from '../protocol/client-hosts.js';
import { OAuthError } from '../protocol/oauth-error.js';
import { readClientMetadata, type ClientMetadata, type OAuthClient } from './client.js';

/** The client id holds the metadata, and has to fit into URLs and request heads. */
const MAX_SEALED_CHARACTERS = 3000;

/**
 * Dynamic client registration (RFC 7591) without rows: the client id is the sealed registration. It is valid for one GPT, and as long as the
 * tenant's key for sealed tokens.
 */
@Injectable()
export class Registrations {
  constructor(private readonly tokens: SealedTokens) {}

  /** @throws {OAuthError} `invalid_redirect_uri`, `invalid_client_metadata` */
  async register(
    settings: McpSettings,
    fields: Record<string, unknown>,
  ): Promise<ClientMetadata & { clientId: string }> {
    const metadata = readClientMetadata(fields);
    const foreign = metadata.redirectUris.find((uri) => !isClientHost(uri, settings.clientHosts));
    if (foreign !== undefined)
      throw new OAuthError('invalid_redirect_uri', 'this server does not accept the host of a redirect URI');
    if (JSON.stringify(metadata).length > MAX_SEALED_CHARACTERS)
      throw new OAuthError('invalid_client_metadata', 'the registration is too long; register fewer redirect_uris');
    return { ...metadata, clientId: await this.tokens.seal(scopeOf(settings), metadata) };
  }

  /** @returns `undefined` if the client id was not given by this GPT's authorization server */
  async find(settings: McpSettings, clientId: string): Promise<OAuthClient | undefined> {
    const metadata = await this.tokens.open<ClientMetadata>(scopeOf(settings), clientId);
    if (!metadata) return undefined;
    const { name, redirectUris } = metadata;
    return { id: clientId, facts: { name, publisher: null }, redirectUris };
  }
}

function scopeOf({ tenantId, gptId }: McpSettings): TokenScope {
  return { tenantId, use: 'mcp.client', boundTo: [gptId] };
}
