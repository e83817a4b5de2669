import type { KnownMetadata, OAuthSettings } from './client.js';
import { requestedScopes } from './scope.js';
import type { Metadata } from './metadata.js';

/** The fields of a schema that metadata provides. */
export type DiscoveredSettings = Required<Pick<OAuthSettings, 'issuer'>> &
  Pick<OAuthSettings, 'authorization_url' | 'token_url' | 'revocation_url'> & { token_exchange_method: ListedMethod };

/** The fields of a schema that metadata can contradict. */
export type TypedSettings = Partial<
  Pick<OAuthSettings, 'authorization_url' | 'token_url' | 'revocation_url' | 'token_exchange_method' | 'pkce' | 'scope'>
>;

/** A field that contradicts the metadata. */
export interface Conflict {
  /** JSON pointer to the field. */
  pointer: string;
  typed: string;
  /** The value according to the metadata; `null` if there is none. */
  found: string | null;
  message: string;
}

/** The methods that metadata can name. It does not tell whether a server decodes the Basic pair. */
type ListedMethod = Exclude<OAuthSettings['token_exchange_method'], 'basic_auth_header_raw'>;

/** Returns the endpoints of a server and the client authentication method that it accepts. */
export function discoveredSettings(metadata: Metadata): DiscoveredSettings {
  const { issuer, authorization_endpoint, token_endpoint, revocation_endpoint } = metadata;
  return {
    issuer,
    authorization_url: authorization_endpoint,
    token_url: token_endpoint,
    ...(revocation_endpoint !== undefined && { revocation_url: revocation_endpoint }),
    token_exchange_method: listedMethod(metadata) ?? 'default_post',
  };
}

/** Returns the part of the metadata that is stored with the schema. */
export function knownMetadata(metadata: Metadata): KnownMetadata {
  const {
    authorization_response_iss_parameter_supported,
    code_challenge_methods_supported,
    token_endpoint_auth_methods_supported,
    require_pushed_authorization_requests,
    require_signed_request_object,
  } = metadata;
  return {
    authorization_response_iss_parameter_supported,
    code_challenge_methods_supported,
    token_endpoint_auth_methods_supported,
    ...(require_pushed_authorization_requests && { require_pushed_authorization_requests }),
    ...(require_signed_request_object && { require_signed_request_object }),
  };
}

/** Returns the entered fields that contradict the metadata. Empty fields contradict nothing. */
export function conflicts(typed: TypedSettings, metadata: Metadata): Conflict[] {
  return [
    ...otherUrls(typed, discoveredSettings(metadata)),
    ...otherMethod(typed, metadata),
    ...impossiblePkce(typed, metadata),
    ...unlistedScopes(typed, metadata),
  ];
}

/**
 * Returns the preferred method among the listed ones. An absent list means `client_secret_basic` (RFC 8414, section 2), but most servers
 * without a list accept both, so the editor's default of POST is kept.
 */
function listedMethod({ token_endpoint_auth_methods_supported: listed }: Metadata): ListedMethod | undefined {
  if (!listed || listed.includes('client_secret_post')) return 'default_post';
  if (listed.includes('client_secret_basic')) return 'basic_auth_header';
  // A public client sends its id alone.
  return listed.includes('none') ? 'default_post' : undefined;
}

function otherUrls(typed: TypedSettings, found: DiscoveredSettings): Conflict[] {
  return (['authorization_url', 'token_url', 'revocation_url'] as const).flatMap((name) => {
    const [mine, theirs] = [typed[name], found[name]];
    if (!mine || theirs === undefined || mine === theirs) return [];
    return [
      {
        pointer: `/${name}`,
        typed: mine,
        found: theirs,
        message: `the provider's metadata lists ${theirs} as ${name}`,
      },
    ];
  });
}

function otherMethod({ token_exchange_method: typed }: TypedSettings, metadata: Metadata): Conflict[] {
  const listed = metadata.token_endpoint_auth_methods_supported;
  const accepted = {
    default_post: ['client_secret_post', 'none'],
    basic_auth_header: ['client_secret_basic'],
    basic_auth_header_raw: ['client_secret_basic'],
  };
  if (!typed || !listed || accepted[typed].some((method) => listed.includes(method))) return [];
  const message = `the provider accepts ${listed.join(', ')}, but not ${typed}`;
  return [{ pointer: '/token_exchange_method', typed, found: listedMethod(metadata) ?? null, message }];
}

function impossiblePkce({ pkce }: TypedSettings, { code_challenge_methods_supported: listed }: Metadata): Conflict[] {
  if (pkce !== 'required' || !listed || listed.includes('S256')) return [];
  const message = `the provider accepts ${listed.join(', ')}, but not S256, the only method that Countersign sends`;
  return [{ pointer: '/pkce', typed: pkce, found: 'auto', message }];
}

/** Returns a mild conflict: servers need not list all their scopes (RFC 8414, section 2). */
function unlistedScopes({ scope }: TypedSettings, { scopes_supported: listed }: Metadata): Conflict[] {
  const typed = requestedScopes(scope);
  const unlisted = typed.filter((name) => listed?.includes(name) === false);
  if (unlisted.length === 0) return [];
  const found = typed.filter((name) => !unlisted.includes(name)).join(' ');
  const message = `the provider's metadata does not list ${unlisted.join(', ')}; it may still accept them`;
  return [{ pointer: '/scope', typed: unlisted.join(' '), found, message }];
}
