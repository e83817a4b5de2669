import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../../common/index.js';
import { Egress, EgressError } from '../../egress/index.js';
import { OAuthError } from '../protocol/oauth-error.js';
import type { OAuthClient } from './client.js';
import { checkDocumentUrl, readMetadataDocument } from './metadata-document.js';

const MAX_AGE_MS = 300_000;
const MAX_DOCUMENTS = 1000;

/** A document has a name and a few URLs. A redirect would let the document's host be another than the one that is shown. */
const REQUEST = { timeoutMs: 5000, maxResponseBytes: 20_000, redirects: 0, trafficClass: 'oauth' } as const;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json(?:\s*;|$)/i;

interface CachedDocument {
  client: OAuthClient;
  fetchedAt: number;
}

/** Client metadata documents (CIMD), by their URLs. Errors are not cached. */
@Injectable()
export class MetadataDocuments {
  private readonly documents = new LRUCache<string, CachedDocument>({ max: MAX_DOCUMENTS });

  constructor(
    private readonly egress: Egress,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns the client that a document describes.
   *
   * @param tenantId the tenant whose share of requests the fetch takes
   * @throws {OAuthError} `invalid_client`, `invalid_redirect_uri`, `invalid_client_metadata`
   */
  async find(tenantId: string, clientId: string): Promise<OAuthClient> {
    const url = checkDocumentUrl(clientId);
    const key = `${tenantId} ${clientId}`;
    const cached = this.documents.get(key);
    const now = this.clock.now().getTime();
    if (cached && now - cached.fetchedAt < MAX_AGE_MS) return cached.client;
    const client = readMetadataDocument(url, await this.fetch(tenantId, clientId));
    this.documents.set(key, { client, fetchedAt: now });
    return client;
  }

  private async fetch(tenantId: string, url: string): Promise<string> {
    const { status, headers, body } = await this.egress
      .request({ ...REQUEST, tenantId, url, headers: { accept: 'application/json' } })
      .catch((error: unknown) => {
        if (!(error instanceof EgressError)) throw error;
        throw refusal(`the client metadata document cannot be fetched: ${error.publicMessage}`);
      });
    if (status !== 200) throw refusal(`the client metadata document cannot be fetched: the server answered ${status}`);
    if (!JSON_TYPE.test(headers['content-type'] ?? '')) throw refusal('the client metadata document is not JSON');
    return body.toString();
  }
}

function refusal(message: string): OAuthError {
  return new OAuthError('invalid_client', message);
}
