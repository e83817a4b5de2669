import type { OAuthClient } from './client.js';

/** The parts of a client that decide how it authenticates. */
type Authentication = Pick<OAuthClient, 'client_id' | 'client_secret' | 'token_exchange_method' | 'learned_raw_basic'>;

/**
 * Returns the `Authorization` header of a client that authenticates with HTTP Basic; `undefined` if it does so in the parameters.
 *
 * `basic_auth_header` form-encodes id and secret before joining them, so that a colon in either is unambiguous (RFC 6749, section 2.3.1),
 * unless the server is known not to decode them. An absent secret is sent as an empty one.
 */
export function basicAuthorization(client: Authentication): string | undefined {
  const { client_id, client_secret = '', token_exchange_method: method, learned_raw_basic: isRaw } = client;
  if (method === 'default_post') return undefined;
  const parts = [client_id, client_secret];
  const pair = method === 'basic_auth_header_raw' || isRaw ? parts : parts.map(formEncoded);
  return `Basic ${Buffer.from(pair.join(':'), 'utf8').toString('base64')}`;
}

/**
 * Returns the client with the other form of its Basic pair: raw instead of form-encoded, or the reverse.
 *
 * @returns `undefined` if the schema fixes the form, or if both are the same
 */
export function withOtherBasicPair(client: OAuthClient): OAuthClient | undefined {
  if (client.token_exchange_method !== 'basic_auth_header') return undefined;
  const other = { ...client, learned_raw_basic: !client.learned_raw_basic };
  return basicAuthorization(other) === basicAuthorization(client) ? undefined : other;
}

function formEncoded(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1);
}
