import { Injectable } from '@nestjs/common';
import type { McpSettings } from '../../mcp/index.js';
import { isClientHost } from '../protocol/client-hosts.js';
import { OAuthError } from '../protocol/oauth-error.js';
import type { OAuthClient } from './client.js';
import { isDocumentUrl } from './metadata-document.js';
import { MetadataDocuments } from './metadata-documents.js';
import { Registrations } from './registrations.js';

/** The clients of the built-in authorization servers: those that publish a metadata document, and those that registered. */
@Injectable()
export class Clients {
  constructor(
    private readonly documents: MetadataDocuments,
    private readonly registrations: Registrations,
  ) {}

  /** @throws {OAuthError} `invalid_client`: unknown, of another GPT, or its host is not in `client_hosts`; as `MetadataDocuments.find` */
  async find(settings: McpSettings, clientId: string): Promise<OAuthClient> {
    if (!isDocumentUrl(clientId)) {
      const registered = await this.registrations.find(settings, clientId);
      if (registered) return registered;
      throw new OAuthError('invalid_client', 'the client_id is unknown here; register the client again');
    }
    if (!isClientHost(clientId, settings.clientHosts))
      throw new OAuthError('invalid_client', 'this server does not accept the host of the client_id');
    return this.documents.find(settings.tenantId, clientId);
  }
}
