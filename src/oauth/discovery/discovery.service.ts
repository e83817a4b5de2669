import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../../common/index.js';
import { Egress, EgressDeniedError, EgressError } from '../../egress/index.js';
import { issuersOf, MetadataError, metadataUrls, readMetadata, type Metadata } from '../protocol/metadata.js';
import { DiscoveryError } from './discovery.error.js';

/** An authorization server whose metadata has been found. */
export interface FoundServer {
  metadataUrl: string;
  metadata: Metadata;
}

/** What came of asking at one place. */
type Attempt = { metadata: Metadata } | Failure;

interface Failure {
  /** In plain words, behind the URL. */
  told: string;
  status?: number;
  /** There is nobody to be asked for another document either. */
  isFinal?: boolean;
}

const LIMITS = { timeoutMs: 10_000, maxResponseBytes: 262_144, redirects: 3, trafficClass: 'oauth' } as const;
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'revocation_endpoint'] as const;

/** Finds the metadata of authorization servers (RFC 8414, 3; OpenID Connect Discovery 1.0, 4). No secret goes with the requests. */
@Injectable()
export class Discovery {
  constructor(private readonly egress: Egress) {}

  /**
   * @param given an issuer, or the well-known URL of its metadata
   * @param pointer where the client wrote it
   * @returns what the first of the places has to say for which all is right
   * @throws {InvalidRequestError} it is neither, or may not be called
   * @throws {DiscoveryError} no place has metadata that can be used
   */
  async find(given: string, pointer = '/issuer'): Promise<FoundServer> {
    const pasted = issuersOf(given);
    const urls = pasted ? [given] : metadataUrls(given);
    this.checkGiven(given, urls, pointer);
    const failures: Failure[] = [];
    for (const url of urls) {
      const attempt = await this.attempt(url, pasted ?? [given]);
      if ('metadata' in attempt) return { metadataUrl: url, ...attempt };
      failures.push({ ...attempt, told: `${url} ${attempt.told}` });
      if (attempt.isFinal) break;
    }
    const isAbsent = !pasted && failures.every(({ status }) => status === 404);
    throw new DiscoveryError(
      failures.map(({ told }) => told),
      isAbsent,
      pointer,
    );
  }

  private checkGiven(given: string, urls: string[], pointer: string): void {
    const refusal = this.refusalOf(given);
    if (refusal !== undefined) throw InvalidRequestError.at(pointer, refusal);
    if (urls.length > 0) return;
    throw InvalidRequestError.at(pointer, 'an issuer has no query and no fragment (RFC 8414, section 2)');
  }

  private async attempt(url: string, issuers: string[]): Promise<Attempt> {
    try {
      const { status, body } = await this.egress.request({ url, headers: { accept: 'application/json' }, ...LIMITS });
      if (status !== 200) return { told: `answered with status ${status}`, status };
      const metadata = readMetadata(body.toString('utf8'), issuers);
      return this.refusedEndpoint(metadata) ?? { metadata };
    } catch (error) {
      if (error instanceof MetadataError) return { told: error.message };
      if (!(error instanceof EgressError)) throw error;
      const isFinal = error.code === 'upstream_unreachable' || error.code === 'upstream_timeout';
      return { told: `could not be read: ${error.message}`, isFinal };
    }
  }

  /** Secrets and users will go there (SECURITY C17). */
  private refusedEndpoint(metadata: Metadata): Failure | undefined {
    for (const name of ENDPOINTS) {
      const url = metadata[name];
      const check = name === 'authorization_endpoint' ? 'checkForBrowser' : 'check';
      const refusal = url === undefined ? undefined : this.refusalOf(url, check);
      if (refusal !== undefined) return { told: `names a ${name} that is refused: ${refusal}` };
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
