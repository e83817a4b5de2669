import type { KnownMetadata, OAuthSettings } from './client.js';
import type { Metadata } from './metadata.js';

/** The fields of a schema that an authorization server's metadata fills. */
export type FoundSettings = Required<Pick<OAuthSettings, 'issuer'>> &
  Pick<OAuthSettings, 'authorization_url' | 'token_url' | 'revocation_url' | 'token_exchange_method'>;

/** The fields of a schema that metadata can contradict. */
export type TypedSettings = Partial<
  Pick<OAuthSettings, 'authorization_url' | 'token_url' | 'revocation_url' | 'token_exchange_method' | 'pkce' | 'scope'>
>;

/** A field that contradicts the metadata. */
export interface Conflict {
  /** JSON pointer to the field. */
  pointer: string;
  typed: string;
  /** What the field would be by the metadata; `null` where there is nothing that it could be. */
  found: string | null;
  message: string;
}

type ExchangeMethod = OAuthSettings['token_exchange_method'];

/** What metadata says of where the server is, and of how a client authenticates there. */
export function foundSettings(metadata: Metadata): FoundSettings {
  const { issuer, authorization_endpoint, token_endpoint, revocation_endpoint } = metadata;
  return {
    issuer,
    authorization_url: authorization_endpoint,
    token_url: token_endpoint,
    ...(revocation_endpoint !== undefined && { revocation_url: revocation_endpoint }),
    token_exchange_method: listedMethod(metadata) ?? 'default_post',
  };
}

/** What is kept beside the fields. */
export function knownMetadata(metadata: Metadata): KnownMetadata {
  const {
    authorization_response_iss_parameter_supported,
    code_challenge_methods_supported,
    token_endpoint_auth_methods_supported,
  } = metadata;
  return {
    authorization_response_iss_parameter_supported,
    code_challenge_methods_supported,
    token_endpoint_auth_methods_supported,
  };
}

/** Where the fields that somebody has typed contradict the metadata. Fields that are empty contradict nothing. */
export function conflicts(typed: TypedSettings, metadata: Metadata): Conflict[] {
  return [
    ...otherUrls(typed, foundSettings(metadata)),
    ...otherMethod(typed, metadata),
    ...impossiblePkce(typed, metadata),
    ...unlistedScopes(typed, metadata),
  ];
}

/**
 * A list that is absent stands for `client_secret_basic` alone (RFC 8414, 2). That is not taken at its word: most servers take both, and
 * a POST is what the editor begins with.
 */
function listedMethod({ token_endpoint_auth_methods_supported: listed }: Metadata): ExchangeMethod | undefined {
  if (!listed || listed.includes('client_secret_post')) return 'default_post';
  if (listed.includes('client_secret_basic')) return 'basic_auth_header';
  // A public client posts its id alone.
  return listed.includes('none') ? 'default_post' : undefined;
}

function otherUrls(typed: TypedSettings, found: FoundSettings): Conflict[] {
  return (['authorization_url', 'token_url', 'revocation_url'] as const).flatMap((name) => {
    const [mine, theirs] = [typed[name], found[name]];
    if (!mine || theirs === undefined || mine === theirs) return [];
    return [
      { pointer: `/${name}`, typed: mine, found: theirs, message: `the provider says that ${name} is ${theirs}` },
    ];
  });
}

function otherMethod({ token_exchange_method: typed }: TypedSettings, metadata: Metadata): Conflict[] {
  const listed = metadata.token_endpoint_auth_methods_supported;
  const accepted = { default_post: ['client_secret_post', 'none'], basic_auth_header: ['client_secret_basic'] };
  if (!typed || !listed || accepted[typed].some((method) => listed.includes(method))) return [];
  const message = `the provider takes ${listed.join(', ')}, and not ${typed}`;
  return [{ pointer: '/token_exchange_method', typed, found: listedMethod(metadata) ?? null, message }];
}

function impossiblePkce({ pkce }: TypedSettings, { code_challenge_methods_supported: listed }: Metadata): Conflict[] {
  if (pkce !== 'required' || !listed || listed.includes('S256')) return [];
  const message = `the provider takes ${listed.join(', ')}, and not S256, which is the only one that is sent`;
  return [{ pointer: '/pkce', typed: pkce, found: 'auto', message }];
}

/** A mild one: servers need not list all their scopes (RFC 8414, 2). */
function unlistedScopes({ scope }: TypedSettings, { scopes_supported: listed }: Metadata): Conflict[] {
  const typed = scope?.split(' ').filter(Boolean) ?? [];
  const unlisted = typed.filter((name) => listed?.includes(name) === false);
  if (unlisted.length === 0) return [];
  const found = typed.filter((name) => !unlisted.includes(name)).join(' ');
  const message = `the provider does not list ${unlisted.join(', ')}, which it may know all the same`;
  return [{ pointer: '/scope', typed: unlisted.join(' '), found, message }];
}
