import type { Behavior, EndpointRequest } from './behavior.js';
import { OAuthError } from './oauth-error.js';

/** The registered clients. */
export class Clients {
  private readonly secrets = new Map<string, string | undefined>();

  /** @param secret omitted for a public client */
  register(id: string, secret?: string): void {
    this.secrets.set(id, secret);
  }

  has(id: string): boolean {
    return this.secrets.has(id);
  }

  /**
   * Authenticates the client (RFC 6749, 2.3), which must use exactly one of the accepted methods.
   *
   * @throws {OAuthError}
   */
  authenticate({ headers, params }: EndpointRequest, { authentication: accepted, comparesRawPairs }: Behavior): string {
    const basic = headers['authorization'];
    if (basic !== undefined && params['client_secret'] !== undefined) {
      throw new OAuthError('invalid_request', 'the client authenticates in two ways');
    }
    const { client_id: id = '', client_secret: secret } =
      basic === undefined ? params : pairOf(basic, comparesRawPairs);
    const method = basic ? 'client_secret_basic' : secret === undefined ? 'none' : 'client_secret_post';
    if (accepted && !accepted.includes(method)) throw unknownClient(`the client must use ${accepted.join(' or ')}`);
    if (!this.has(id) || this.secrets.get(id) !== secret) throw unknownClient('unknown client or wrong secret');
    return id;
  }
}

function unknownClient(description: string): OAuthError {
  return new OAuthError('invalid_client', description, 401);
}

/** Decodes id and secret, which are form-encoded before they are joined (RFC 6749, 2.3.1), unless they are compared as they are. */
function pairOf(authorization: string, isRaw = false): { client_id?: string; client_secret?: string } {
  const [, encoded = ''] = /^Basic (.+)$/i.exec(authorization) ?? [];
  if (isRaw) {
    const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
    return { client_id: id, client_secret: secret };
  }
  const pair = Buffer.from(encoded, 'base64').toString('latin1').split(':');
  const [client_id, client_secret] = pair.map((part) => new URLSearchParams(`_=${part}`).get('_') ?? '');
  return { client_id, client_secret };
}
