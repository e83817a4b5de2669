import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../../common/index.js';
import { Egress, EgressDeniedError, EgressError } from '../../egress/index.js';
import { issuersOf, MetadataError, metadataUrls, readMetadata, type Metadata } from '../protocol/metadata.js';
import { DiscoveryError } from './discovery.error.js';

/** An authorization server with its metadata. */
export interface FoundServer {
  metadataUrl: string;
  metadata: Metadata;
}

/** The result of one request. */
type Attempt = { metadata: Metadata } | Failure;

interface Failure {
  /** The reason, worded to follow the URL. */
  reason: string;
  status?: number;
  /** Whether the host cannot be reached, so that its other URLs need not be tried. */
  isFinal?: boolean;
}

const HEADERS = { accept: 'application/json' };
const LIMITS = { timeoutMs: 10_000, maxResponseBytes: 262_144, redirects: 3, trafficClass: 'oauth' } as const;
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint'] as const;

/** Discovers the metadata of authorization servers (RFC 8414, section 3; OpenID Connect Discovery 1.0, section 4). The requests carry no secret. */
@Injectable()
export class Discovery {
  constructor(private readonly egress: Egress) {}

  /**
   * Returns the first usable metadata.
   *
   * @param tenantId the tenant whose share of requests the discovery takes
   * @param given an issuer, or the well-known URL of its metadata
   * @param pointer JSON pointer to it in the request
   * @throws {InvalidRequestError} `given` is neither, or its address is blocked
   * @throws {DiscoveryError} no URL has usable metadata
   */
  async find(tenantId: string, given: string, pointer = '/issuer'): Promise<FoundServer> {
    const pasted = issuersOf(given);
    const urls = pasted ? [given] : metadataUrls(given);
    this.checkGiven(given, urls, pointer);
    const failures: Failure[] = [];
    for (const url of urls) {
      const attempt = await this.attempt(tenantId, url, pasted ?? [given]);
      if ('metadata' in attempt) return { metadataUrl: url, ...attempt };
      failures.push({ ...attempt, reason: `${url} ${attempt.reason}` });
      if (attempt.isFinal) break;
    }
    const isAbsent = !pasted && failures.every(({ status }) => status === 404);
    throw new DiscoveryError(
      failures.map(({ reason }) => reason),
      isAbsent,
      pointer,
    );
  }

  private checkGiven(given: string, urls: string[], pointer: string): void {
    const refusal = this.refusalOf(given);
    if (refusal !== undefined) throw InvalidRequestError.at(pointer, refusal);
    if (urls.length > 0) return;
    throw InvalidRequestError.at(pointer, 'an issuer must not have a query or a fragment (RFC 8414, section 2)');
  }

  private async attempt(tenantId: string, url: string, issuers: string[]): Promise<Attempt> {
    try {
      const { status, body } = await this.egress.request({ tenantId, url, headers: HEADERS, ...LIMITS });
      if (status !== 200) return { reason: `answered with status ${status}`, status };
      const metadata = readMetadata(body.toString('utf8'), issuers);
      return this.refusedEndpoint(metadata) ?? { metadata };
    } catch (error) {
      if (error instanceof MetadataError) return { reason: error.message };
      if (!(error instanceof EgressError)) throw error;
      const isFinal = error.code === 'upstream_unreachable' || error.code === 'upstream_timeout';
      return { reason: `could not be read: ${error.message}`, isFinal };
    }
  }

  /** Checks the endpoints, which receive secrets and end users (security rule C17). */
  private refusedEndpoint(metadata: Metadata): Failure | undefined {
    for (const name of ENDPOINTS) {
      const url = metadata[name];
      const check = name === 'authorization_endpoint' ? 'checkForBrowser' : 'check';
      const refusal = url === undefined ? undefined : this.refusalOf(url, check);
      if (refusal !== undefined) return { reason: `lists a ${name} that is blocked: ${refusal}` };
    }
    return undefined;
  }

  private refusalOf(url: string, check: 'check' | 'checkForBrowser' = 'check'): string | undefined {
    try {
      this.egress[check](url);
      return undefined;
    } catch (error) {
      if (!(error instanceof EgressDeniedError)) throw error;
      return error.message;
    }
  }
}
