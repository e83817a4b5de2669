import { isLoopback } from '../../config/index.js';
import { parseObject, parseUrl } from '../../common/index.js';
import { OAuthError } from '../protocol/oauth-error.js';
import { readClientMetadata, type OAuthClient } from './client.js';

const MAX_URL_CHARACTERS = 2000;

/** Methods that need no secret shared with this server. The assertions of `private_key_jwt` are not needed: PKCE binds the code. */
const METHODS: readonly unknown[] = [undefined, 'none', 'private_key_jwt'];

/** Members that an untrusted document must not have: everyone can read it. */
const SECRETS = ['client_secret', 'client_secret_expires_at'];

/** Returns whether a client id is meant as the URL of a metadata document. */
export function isDocumentUrl(clientId: string): boolean {
  return /^https?:\/\//i.test(clientId);
}

/**
 * Checks the URL of a client metadata document (draft-ietf-oauth-client-id-metadata-document-00, section 3): https, with a path, without
 * fragment, user information and dot segments. On loopback, http is allowed for development; the egress policy denies it by default.
 *
 * @throws {OAuthError} `invalid_client`
 */
export function checkDocumentUrl(clientId: string): URL {
  const url = clientId.length <= MAX_URL_CHARACTERS ? parseUrl(clientId) : undefined;
  const isPlain = url?.href === clientId && url.hash === '' && !clientId.includes('#') && url.pathname !== '/';
  if (!url || !isPlain || url.username !== '' || url.password !== '')
    throw refusal('a client_id that is a URL must be normalized and have a path, but no fragment or user information');
  if (url.protocol !== 'https:' && !isLoopback(url.hostname)) throw refusal('a client_id that is a URL must use https');
  return url;
}

/**
 * Reads a client metadata document (draft-ietf-oauth-client-id-metadata-document-00, section 4).
 *
 * @param url the URL that sent the document, which is the client id
 * @throws {OAuthError} `invalid_client`: the document is not one, or names another client; as `readClientMetadata`
 */
export function readMetadataDocument(url: URL, body: string): OAuthClient {
  const fields = parseObject(body);
  if (!fields) throw refusal('the client metadata document is not a JSON object');
  if (fields['client_id'] !== url.href) throw refusal('the client_id in the client metadata document is not its URL');
  const method = fields['token_endpoint_auth_method'];
  if (!METHODS.includes(method) || SECRETS.some((name) => name in fields))
    throw refusal('a client metadata document must not use a client secret; set token_endpoint_auth_method to none');
  const { name, redirectUris } = readClientMetadata(fields);
  return { id: url.href, facts: { name, publisher: url.host }, redirectUris };
}

function refusal(message: string): OAuthError {
  return new OAuthError('invalid_client', message);
}
