import { Injectable } from '@nestjs/common';
import type { AuthFields, CompletedFields } from '../../auth-registry/index.js';
import { Discovery, DiscoveryError, discoveredSettings, knownMetadata, type FoundServer } from '../../oauth/index.js';

/**
 * Fills the gaps of an OAuth schema. What the client typed wins over what the issuer's metadata says, and that over what the document,
 * or the form that the action was made from, suggests. That is never a secret.
 */
@Injectable()
export class OAuthCompletion {
  constructor(private readonly discovery: Discovery) {}

  /** @throws {CountersignError} `invalid_request`, `discovery_failed`: of the issuer */
  async complete(typed: AuthFields, suggestion: Record<string, unknown> = {}): Promise<CompletedFields> {
    const { issuer: suggestedIssuer, ...others } = suggestion;
    // Who types both endpoints needs no metadata, and no trouble with the metadata of an issuer that only the document names.
    const suggested =
      typed['authorization_url'] && typed['token_url'] ? others : { issuer: suggestedIssuer, ...others };
    const fields: AuthFields = { ...suggested, ...typed };
    const server = await this.discover(fields);
    if (!server) return { fields };
    const { issuer, token_exchange_method, ...urls } = discoveredSettings(server.metadata);
    // A public client has nothing to authenticate with.
    const method = typed['client_secret'] ? { token_exchange_method } : {};
    return {
      fields: { ...suggested, ...urls, ...method, ...typed, issuer },
      found: { metadata: knownMetadata(server.metadata) },
    };
  }

  /**
   * @returns `undefined` where there is no issuer to ask about, which the validation judges; and where the server has no metadata at all
   *   but both endpoints are known: then the issuer is taken as it is, for the comparison with `iss` (RFC 9207, 2.4)
   */
  private async discover({ issuer, authorization_url, token_url }: AuthFields): Promise<FoundServer | undefined> {
    if (typeof issuer !== 'string' || issuer.length > 2000) return undefined;
    try {
      return await this.discovery.find(issuer);
    } catch (error) {
      const isDispensable = typeof authorization_url === 'string' && typeof token_url === 'string';
      if (error instanceof DiscoveryError && error.isAbsent && isDispensable) return undefined;
      throw error;
    }
  }
}
