import { Injectable } from '@nestjs/common';
import type { AuthFields, CompletedFields } from '../../auth-registry/index.js';
import { Discovery, DiscoveryError, discoveredSettings, knownMetadata, type FoundServer } from '../../oauth/index.js';

/**
 * Fills missing fields of an OAuth schema. The client's fields take precedence over the issuer's metadata, and the metadata over the
 * suggestion of the document or the imported manifest. A suggestion contains no secret.
 */
@Injectable()
export class OAuthCompletion {
  constructor(private readonly discovery: Discovery) {}

  /** @throws {CountersignError} `invalid_request`, `discovery_failed` */
  async complete(
    typed: AuthFields,
    tenantId: string,
    suggestion: Record<string, unknown> = {},
  ): Promise<CompletedFields> {
    const { issuer: suggestedIssuer, ...others } = suggestion;
    // With both endpoints sent, an issuer from the document is ignored: its metadata is not needed and may be unavailable.
    const suggested =
      typed['authorization_url'] && typed['token_url'] ? others : { issuer: suggestedIssuer, ...others };
    // A secret in a query is more likely to be logged than one in a header.
    const isGet = typed['token_request_method'] === 'GET' && typed['client_secret'] !== undefined;
    const ofGet = isGet ? { token_exchange_method: 'basic_auth_header' } : {};
    const fields: AuthFields = { ...ofGet, ...suggested, ...typed };
    const server = await this.discover(fields, tenantId);
    if (!server) return { fields };
    const { issuer, token_exchange_method, ...urls } = discoveredSettings(server.metadata);
    // A public client has no secret.
    const method = typed['client_secret'] ? { token_exchange_method } : {};
    return {
      fields: { ...ofGet, ...suggested, ...urls, ...method, ...typed, issuer },
      found: { metadata: knownMetadata(server.metadata) },
    };
  }

  /**
   * @returns `undefined` if there is no valid issuer, or if the server has no metadata but both endpoints are known. In the second case the
   *   issuer is used only for the comparison with `iss` (RFC 9207, section 2.4)
   */
  private async discover(
    { issuer, authorization_url, token_url }: AuthFields,
    tenantId: string,
  ): Promise<FoundServer | undefined> {
    if (typeof issuer !== 'string' || issuer.length > 2000) return undefined;
    try {
      return await this.discovery.find(tenantId, issuer);
    } catch (error) {
      const hasEndpoints = typeof authorization_url === 'string' && typeof token_url === 'string';
      if (error instanceof DiscoveryError && error.isAbsent && hasEndpoints) return undefined;
      throw error;
    }
  }
}
