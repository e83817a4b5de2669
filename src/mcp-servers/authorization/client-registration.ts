import { Injectable } from '@nestjs/common';
import { CountersignError, parseObject } from '../../common/index.js';
import { Egress, EgressError } from '../../egress/index.js';
import type { Metadata } from '../../oauth/index.js';

/** A client that an authorization server has registered, as fields of an OAuth schema. */
export interface RegisteredClient {
  client_id: string;
  client_secret?: string;
  token_exchange_method: 'default_post' | 'basic_auth_header';
}

type Fields = Record<string, unknown>;

const LIMITS = { timeoutMs: 15_000, maxResponseBytes: 65_536, trafficClass: 'oauth' } as const;
const MAX_DETAIL = 300;

/** Registers clients at authorization servers (RFC 7591). */
@Injectable()
export class ClientRegistration {
  constructor(private readonly egress: Egress) {}

  /**
   * Registers a client for one redirect URI.
   *
   * @throws {CountersignError} `discovery_failed`: the server refuses the registration, or cannot be reached
   */
  async register(
    tenantId: string,
    { registration_endpoint: url = '', token_endpoint_auth_methods_supported: methods }: Metadata,
    client: { name: string; redirectUri: string; scope: string },
  ): Promise<RegisteredClient> {
    const method = authMethodOf(methods);
    const metadata = {
      client_name: client.name,
      application_type: 'web',
      redirect_uris: [client.redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: method,
    };
    let { status, fields } = await this.send(tenantId, url, {
      ...metadata,
      ...(client.scope !== '' && { scope: client.scope }),
    });
    // Some servers reject the scopes of resources here, which they grant later.
    if (fields['error'] === 'invalid_client_metadata') ({ status, fields } = await this.send(tenantId, url, metadata));
    const { client_id: id, client_secret: secret, token_endpoint_auth_method: agreed = method } = fields;
    if (status >= 300 || typeof id !== 'string' || id === '')
      throw refused(`${url} refused to register a client with status ${status}${reasonOf(fields)}`);
    return {
      client_id: id,
      ...(typeof secret === 'string' && secret !== '' && agreed !== 'none' && { client_secret: secret }),
      token_exchange_method: agreed === 'client_secret_basic' ? 'basic_auth_header' : 'default_post',
    };
  }

  private async send(tenantId: string, url: string, client: object): Promise<{ status: number; fields: Fields }> {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const request = { tenantId, url, method: 'POST', headers, body: JSON.stringify(client), ...LIMITS };
    const { status, body } = await this.egress.request(request).catch((error: unknown) => {
      if (!(error instanceof EgressError)) throw error;
      throw refused(`the client could not be registered at ${url}: ${error.message}`);
    });
    return { status, fields: parseObject(body.toString()) ?? {} };
  }
}

/** Prefers a public client, which has no secret to lose: PKCE protects the code. The default is that of RFC 8414. */
function authMethodOf(methods: readonly string[] = ['client_secret_basic']): string {
  return ['none', 'client_secret_basic', 'client_secret_post'].find((method) => methods.includes(method)) ?? 'none';
}

function reasonOf({ error, error_description: description }: Fields): string {
  const words = [error, description].filter((text) => typeof text === 'string').join(': ');
  return words === '' ? '' : ` (${words.slice(0, MAX_DETAIL)})`;
}

function refused(message: string): CountersignError {
  return new CountersignError('discovery_failed', message, [{ pointer: '', message }]);
}
